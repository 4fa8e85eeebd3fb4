// A server for looking at pages: the built app under the real content security policy, with the answers of sample.mjs.
// It is a test fixture; the app itself never meets it.
import { readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import * as sample from "./sample.mjs";

const dist = fileURLToPath(new URL("../dist", import.meta.url));
const kinds = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };

export const policy =
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; media-src 'self' blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const portrait = (slug) => {
	try {
		return readFileSync(new URL(`../../personas/${slug}/portrait.svg`, import.meta.url));
	} catch {
		return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><path fill="#e6dccb" d="M0 0h96v96H0z"/><circle cx="48" cy="42" r="20" fill="#c98f66"/><path fill="#4d6b68" d="M10 97c1-19 15-25 38-28 23 3 37 9 38 28Z"/></svg>`;
	}
};

/** A tone in each turn of the call, so that there is something to play: 8 kHz stereo WAV. */
function sound() {
	const rate = 8000;
	const n = rate * 304;
	const bytes = Buffer.alloc(44 + n * 4);
	bytes.write("RIFF", 0);
	bytes.writeUInt32LE(36 + n * 4, 4);
	bytes.write("WAVEfmt ", 8);
	bytes.writeUInt32LE(16, 16);
	bytes.writeUInt16LE(1, 20);
	bytes.writeUInt16LE(2, 22);
	bytes.writeUInt32LE(rate, 24);
	bytes.writeUInt32LE(rate * 4, 28);
	bytes.writeUInt16LE(4, 32);
	bytes.writeUInt16LE(16, 34);
	bytes.write("data", 36);
	bytes.writeUInt32LE(n * 4, 40);
	for (const turn of sample.turns) {
		const side = turn.speaker === "trainee" ? 0 : 2;
		for (let i = (turn.start_ms / 1000) * rate; i < (turn.end_ms / 1000) * rate; i++)
			bytes.writeInt16LE(
				Math.round(3000 * Math.sin((i / rate) * 2 * Math.PI * (side ? 330 : 220))),
				44 + Math.floor(i) * 4 + side,
			);
	}
	return bytes;
}

/** Starts the fixture. `world` may be changed between pages: path → JSON, or {status, body, headers}, or a function. */
export async function startFixture() {
	const wav = sound();
	const world = { answers: {}, follow: [] };
	const defaults = {
		"/api/setup": sample.setup,
		"/api/scenarios": { scenarios: sample.cards },
		"/api/calls": { calls: sample.calls },
		"/api/scenarios/late-birthday-parcel": sample.scenario,
		"/api/calls/c1": sample.detail,
		"/api/calls/c1/peaks.json": sample.peaks(),
	};
	const server = createServer((request, response) => {
		const url = new URL(request.url, "http://localhost");
		const send = (status, kind, body, headers = {}) => {
			response.writeHead(status, { "content-type": kind, "content-security-policy": policy, ...headers });
			response.end(body);
		};
		const key = request.method === "GET" ? url.pathname : `${request.method} ${url.pathname}`;
		const found = world.answers[key] ?? defaults[key];
		if (found === "hang") return;
		if (found === "drop") {
			request.socket.destroy();
			return;
		}
		if (found) {
			const { status = 200, body = found, headers } = "body" in found ? found : {};
			send(status, "application/json", JSON.stringify(body), headers);
			return;
		}
		if (url.pathname.endsWith("/portrait.svg")) return send(200, "image/svg+xml", portrait(url.pathname.split("/").at(-2)));
		if (url.pathname.endsWith("/sound.ogg")) {
			const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
			const from = range ? Number(range[1]) : 0;
			const to = range?.[2] ? Number(range[2]) : wav.length - 1;
			const headers = { "accept-ranges": "bytes", "content-range": `bytes ${from}-${to}/${wav.length}` };
			send(range ? 206 : 200, "audio/wav", wav.subarray(from, to + 1), headers);
			return;
		}
		if (url.pathname.endsWith("/follow")) {
			response.writeHead(200, { "content-type": "text/event-stream" });
			for (const [event, status] of world.follow) response.write(`event: ${event}\ndata: ${JSON.stringify({ status })}\n\n`);
			return;
		}
		if (url.pathname.startsWith("/api/"))
			return send(404, "application/problem+json", JSON.stringify({ detail: "There is no such call." }));
		let path = join(dist, normalize(url.pathname));
		try {
			if (!statSync(path).isFile()) path = join(dist, "index.html");
		} catch {
			path = join(dist, "index.html");
		}
		send(200, kinds[extname(path)] ?? "application/octet-stream", readFileSync(path));
	});
	await new Promise((done) => server.listen(0, "127.0.0.1", done));
	return {
		url: `http://localhost:${server.address().port}`,
		world,
		close: () => {
			server.closeAllConnections();
			server.close();
		},
	};
}
