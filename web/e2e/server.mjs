// The real server in a process of its own, and the program's other commands.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const running = new Set();

/** Starts `rapport serve`, `within` another program if that is given, and resolves once it can take calls. */
export async function startServer({ binary, data, assets, endpoint = "pauses", listen = "localhost:0", more = [], within = [] }) {
	const args = ["serve", "--listen", listen, "--data", data, "--endpoint", endpoint, "--drain", "1s", "--log-level", "info"];
	if (assets) args.push("--assets", assets);
	const [program, ...words] = [...within, binary, ...args, ...more];
	const child = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"] });
	running.add(child);
	let said = "";
	child.stderr.on("data", (bytes) => {
		said += bytes;
	});
	const ended = new Promise((done) =>
		child.on("exit", (code, signal) => {
			running.delete(child);
			done(code ?? signal);
		}),
	);
	const url = await new Promise((done, fail) => {
		createInterface({ input: child.stdout }).on("line", (line) => {
			if (line.startsWith("ready ")) done(line.slice(6));
		});
		void ended.then((code) => fail(new Error(`the server ended with ${code} before it was ready:\n${said}`)));
	});
	return {
		url,
		said: () => said,
		/** Asks it to stop and resolves with its exit status. */
		stop: () => {
			child.kill("SIGTERM");
			return ended;
		},
		/** Ends it as a power cut would. */
		kill: () => {
			child.kill("SIGKILL");
			return ended;
		},
	};
}

/** Ends every server that was started here, whatever happened before. */
export async function stopServers() {
	await Promise.all(
		[...running].map(
			(child) =>
				new Promise((done) => {
					child.on("exit", done);
					child.kill("SIGKILL");
				}),
		),
	);
}

/** Runs the program once: its exit status and what it wrote. */
export function run(binary, args, stdin = "") {
	return new Promise((done, fail) => {
		const child = spawn(binary, args, { stdio: ["pipe", "pipe", "pipe"] });
		running.add(child);
		let out = "";
		let err = "";
		child.stdout.on("data", (bytes) => {
			out += bytes;
		});
		child.stderr.on("data", (bytes) => {
			err += bytes;
		});
		child.on("error", fail);
		child.on("close", (code) => {
			running.delete(child);
			done({ code, out, err });
		});
		child.stdin.end(stdin);
	});
}

/** What the API answers, as JSON. */
export async function api(url, path) {
	const answer = await fetch(url + path);
	if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
	return answer.json();
}
