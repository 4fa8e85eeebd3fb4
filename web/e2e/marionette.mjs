// Drives Firefox by its own protocol, Marionette: JSON over a TCP socket, each message behind its length.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Preferences of a Firefox that takes a call by itself: a microphone of its own, a tone, and nobody asked. */
const prefs = {
	"media.navigator.streams.fake": true,
	"media.navigator.permission.disabled": true,
	"permissions.default.microphone": 1,
	"media.autoplay.default": 0,
	"media.peerconnection.ice.loopback": true,
	"media.peerconnection.ice.obfuscate_host_addresses": false,
	"browser.shell.checkDefaultBrowser": false,
	"datareporting.policy.dataSubmissionEnabled": false,
	"app.update.disabledForTesting": true,
	"network.captive-portal-service.enabled": false,
	"network.connectivity-service.enabled": false,
	"browser.safebrowsing.update.enabled": false,
	"services.settings.server": "data:,",
	"marionette.port": 0,
};

class Wire {
	constructor(socket) {
		this.socket = socket;
		this.waiting = new Map();
		this.id = 0;
		this.bytes = Buffer.alloc(0);
		socket.on("data", (more) => this.read(more));
		socket.on("close", () => {
			for (const { fail } of this.waiting.values()) fail(new Error("Firefox has gone"));
		});
	}

	read(more) {
		this.bytes = Buffer.concat([this.bytes, more]);
		for (;;) {
			const colon = this.bytes.indexOf(":");
			if (colon < 0) return;
			const size = Number(this.bytes.subarray(0, colon));
			if (this.bytes.length < colon + 1 + size) return;
			const message = JSON.parse(this.bytes.subarray(colon + 1, colon + 1 + size));
			this.bytes = this.bytes.subarray(colon + 1 + size);
			if (!Array.isArray(message)) continue;
			const [, id, error, result] = message;
			const asked = this.waiting.get(id);
			this.waiting.delete(id);
			if (error) asked?.fail(new Error(`${error.error}: ${error.message}`));
			else asked?.done(result);
		}
	}

	ask(name, params = {}) {
		const body = Buffer.from(JSON.stringify([0, ++this.id, name, params]));
		this.socket.write(Buffer.concat([Buffer.from(`${body.length}:`), body]));
		return new Promise((done, fail) => this.waiting.set(this.id, { done, fail }));
	}
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Starts Firefox without a window, with more variables in its environment. run(code, ...args) runs the body of an async function in the page. */
export async function startFirefox(binary, env = {}) {
	const profile = mkdtempSync(join(tmpdir(), "rapport-firefox-"));
	const lines = Object.entries(prefs).map(([k, v]) => `user_pref(${JSON.stringify(k)}, ${JSON.stringify(v)});`);
	writeFileSync(join(profile, "user.js"), lines.join("\n"));
	const child = spawn(binary, ["--headless", "--marionette", "--no-remote", "--profile", profile], {
		stdio: "ignore",
		env: { ...process.env, MOZ_HEADLESS: "1", HOME: profile, ...env },
	});
	const gone = new Promise((done) => child.on("exit", done));
	const file = join(profile, "MarionetteActivePort");
	const until = Date.now() + 60_000;
	while (!existsSync(file) || readFileSync(file, "utf8") === "") {
		if (Date.now() > until || child.exitCode !== null) throw new Error("Firefox did not begin to listen");
		await pause(200);
	}
	const socket = connect({ host: "127.0.0.1", port: Number(readFileSync(file, "utf8")) });
	await new Promise((done, fail) => socket.once("connect", done).once("error", fail));
	const wire = new Wire(socket);
	const session = await wire.ask("WebDriver:NewSession", { capabilities: { alwaysMatch: { acceptInsecureCerts: false } } });
	await wire.ask("WebDriver:SetTimeouts", { script: 120_000, pageLoad: 60_000 });
	return {
		version: session.capabilities.browserVersion,
		goto: (url) => wire.ask("WebDriver:Navigate", { url }),
		run: async (code, ...args) => {
			const script = `const done = arguments[arguments.length - 1]; const args = Array.from(arguments).slice(0, -1);
				(async (...args) => { ${code} })(...args).then((value) => done({ value }), (error) => done({ error: String(error) }));`;
			const { value } = await wire.ask("WebDriver:ExecuteAsyncScript", { script, args, sandbox: null });
			if (value.error) throw new Error(value.error);
			return value.value;
		},
		close: async () => {
			await Promise.race([wire.ask("Marionette:Quit", { flags: ["eForceQuit"] }).catch(() => {}), pause(3000)]);
			socket.destroy();
			if (child.exitCode === null) child.kill("SIGKILL");
			await gone;
			rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
		},
	};
}
