// Calls in a real Firefox: connect, talk, hear; by WebRTC and over the socket.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fakeMic } from "./browser.mjs";
import { startFirefox } from "./marionette.mjs";
import { check } from "./report.mjs";
import { api, startServer } from "./server.mjs";

const binary = () => [process.env.FIREFOX, "/usr/bin/firefox-esr", "/usr/bin/firefox"].find((path) => path && existsSync(path));

/**
 * A sound device that leads nowhere, from PulseAudio where that is installed: without any device Firefox runs no audio
 * graph. Gives back how to end it.
 */
async function soundDevice(folder) {
	const path = join(folder, "pulse.sock");
	const modules = ["-L", "module-null-sink", "-L", `module-native-protocol-unix socket=${path} auth-anonymous=1`];
	const child = spawn("pulseaudio", ["-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", ...modules], {
		stdio: "ignore",
	});
	let failed = false;
	child.on("error", () => {
		failed = true;
	});
	for (let i = 0; i < 50 && !failed && !existsSync(path); i++) await new Promise((done) => setTimeout(done, 100));
	return { env: existsSync(path) ? { PULSE_SERVER: `unix:${path}` } : {}, close: () => !failed && child.kill() };
}

/** Small words for a page that is driven from within. */
const tools = `
	const until = async (what, find, ms = 30000) => {
		const end = performance.now() + ms;
		for (;;) {
			const found = find();
			if (found) return found;
			if (performance.now() > end) throw new Error("waited in vain for " + what + ": " + document.body.innerText.slice(0, 400));
			await new Promise((done) => setTimeout(done, 50));
		}
	};
	const button = (name) => [...document.querySelectorAll("button")].find((b) => b.textContent.trim() === name && !b.disabled);
	const floor = () => document.body.dataset.floor;
`;

/** Whether Firefox runs an audio graph: on a machine without any sound device it may not. */
const graphRuns = `
	const context = new AudioContext();
	const runs = await Promise.race([context.resume().then(() => true), new Promise((done) => setTimeout(() => done(false), 3000))]);
	void context.close();
	return runs;`;

/** Keeps the page's connections, and says what they have received and sent. */
const keepPeers = `
	const Native = window.RTCPeerConnection;
	window.__peers = [];
	window.RTCPeerConnection = class extends Native {
		constructor(...args) {
			super(...args);
			window.__peers.push(this);
		}
	};`;
const traffic = `${tools}
	const read = async () => {
		const out = { received: 0, energy: 0, sent: 0 };
		for (const peer of window.__peers)
			for (const s of (await peer.getStats()).values()) {
				if (s.type === "inbound-rtp") [out.received, out.energy] = [s.packetsReceived, s.totalAudioEnergy ?? 0];
				if (s.type === "outbound-rtp") out.sent = s.packetsSent;
			}
		return out;
	};
	await new Promise((done) => setTimeout(done, 6000));
	return read();`;

/** One call with two lines in it. Gives back what is kept of it and what was seen. */
async function callIn(firefox, server, slug, asked, clips) {
	await firefox.goto(`${server.url}/library${asked}`);
	const own = await firefox.run("return (await navigator.mediaDevices.getUserMedia({ audio: true })).getAudioTracks().length");
	const graph = await firefox.run(graphRuns);
	if (!graph && asked !== "") return { own, graph };
	await firefox.run(keepPeers);
	if (graph) await firefox.run(fakeMic);
	const began = await firefox.run(
		`${tools}
		(await until("the customer", () => document.querySelector('a[href="/scenarios/' + args[0] + '"]'))).click();
		await until("the brief", () => document.querySelector(".before"));
		button("I agree")?.click();
		await until("the microphone", () => button("Check the microphone") || document.querySelector('[data-testid="mic-level"]'));
		button("Check the microphone")?.click();
		await until("its level", () => document.querySelector('[data-testid="mic-level"]'));
		(await until("the start", () => button("Start call"))).click();
		const at = performance.now();
		await until("the line", () => document.body.dataset.callState === "live");
		return { ms: Math.round(performance.now() - at), id: location.pathname.split("/")[2] };`,
		slug,
	);
	const way = await firefox.run('return document.querySelector("[data-testid=quality]").dataset.way');
	if (!graph) {
		const seen = await firefox.run(traffic);
		await firefox.run(
			`${tools} button("End call").click(); await until("the debrief", () => location.pathname.endsWith("/debrief"));`,
		);
		return { own, graph, way, ms: began.ms, seen, detail: await api(server.url, `/api/calls/${began.id}`) };
	}
	const heard = await firefox.run(
		`${tools}
		await until("her voice", () => floor() === "customer");
		const context = new AudioContext();
		await context.resume();
		const analyser = context.createAnalyser();
		context.createMediaStreamSource(document.querySelector("audio").srcObject).connect(analyser);
		const samples = new Float32Array(analyser.fftSize);
		let loudest = 0;
		for (let i = 0; i < 60; i++) {
			await new Promise((done) => setTimeout(done, 25));
			analyser.getFloatTimeDomainData(samples);
			for (const s of samples) loudest = Math.max(loudest, Math.abs(s));
		}
		await context.close();
		return loudest;`,
	);
	for (const clip of clips)
		await firefox.run(
			`${tools}
			await until("the floor", () => floor() === "free");
			await window.__say(args[0]);
			await until("her answer", () => floor() === "customer");
			await until("the floor after it", () => floor() === "free", 60000);`,
			clip.base64,
		);
	const quality = await firefox.run('return document.querySelector("[data-testid=quality]").innerText');
	await firefox.run(
		`${tools} button("End call").click(); await until("the debrief", () => location.pathname.endsWith("/debrief"));`,
	);
	return { own, graph, way, heard, quality, ms: began.ms, detail: await api(server.url, `/api/calls/${began.id}`) };
}

const calls = (asked, expected) => async (world) => {
	const path = binary();
	if (!path) {
		console.log(
			"        left out: there is no Firefox here (sudo apt-get install firefox-esr pulseaudio, or name it with FIREFOX=/path)",
		);
		return;
	}
	const clips = (await world.clipsOf(world.trainees("first")[0])).slice(0, 2);
	const server = await startServer({
		binary: world.binary,
		assets: world.assets,
		data: join(world.work, `firefox-${expected}-data`),
	});
	const device = await soundDevice(world.work);
	const firefox = await startFirefox(path, device.env);
	try {
		const { own, graph, way, heard, quality, ms, seen, detail } = await callIn(firefox, server, world.slug, asked, clips);
		const name = `Firefox ${firefox.version}, ${expected}`;
		check(`${name}: it has a microphone`, own === 1);
		if (!graph) {
			console.log(
				"        this Firefox runs no audio graph, as without a sound device: no recorded words, and no sound over the socket",
			);
			if (!seen) return;
			check(`${name}: connected`, way === expected, `${ms} ms`);
			check(`${name}: her voice arrives and its own tone is sent`, seen.received > 200 && seen.sent > 200, JSON.stringify(seen));
			check(
				`${name}: she spoke`,
				detail.turns.some((t) => t.speaker === "customer" && t.text !== ""),
			);
			return;
		}
		check(`${name}: connected`, way === expected, `${ms} ms, ${quality}`);
		check(`${name}: she is heard`, heard > 0.01, heard.toFixed(3));
		const mine = detail.turns.filter((t) => t.speaker === "trainee").map((t) => t.text);
		check(`${name}: you are heard`, mine.length >= 2, mine.join(" / "));
		check(`${name}: she answers`, detail.turns.filter((t) => t.speaker === "customer").length >= 3);
	} finally {
		await firefox.close();
		device.close();
		await server.stop();
	}
};

export const firefox = {
	"Firefox: connect, talk, hear by WebRTC": calls("", "webrtc"),
	"Firefox: connect, talk, hear over the socket": calls("?line=websocket", "websocket"),
};
