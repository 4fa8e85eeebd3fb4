// The line of a call when it is not a good one: no UDP, a cut, a page that is loaded anew, two pages, a full server.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fakeMic } from "./browser.mjs";
import { startProxy } from "./proxy.mjs";
import { check } from "./report.mjs";
import { api, startServer } from "./server.mjs";
import { endCall, openPage, startCall, toMicrophone, waitForFloor } from "./trainee.mjs";

const way = (page) => page.getByTestId("quality").getAttribute("data-way");
const state = (page, name, timeout = 20_000) => page.waitForSelector(`body[data-call-state="${name}"]`, { timeout });
const now = (page) => page.evaluate(() => performance.now());
const mine = (detail) => detail.turns.filter((t) => t.speaker === "trainee" && t.text !== "");
const hers = (detail) => detail.turns.filter((t) => t.speaker === "customer" && t.text !== "");

async function withServer(world, name, options, run) {
	const server = await startServer({
		binary: world.binary,
		assets: world.assets,
		data: join(world.work, `${name}-data`),
		...options,
	});
	try {
		return await run(server);
	} finally {
		await server.stop();
	}
}

/** Runs with a page that has a microphone; says what the page itself complained of. */
async function withPage(world, name, run, { context } = {}) {
	const page = context ? await context.newPage() : await openPage(world.browser(), fakeMic);
	try {
		return await run(page);
	} catch (error) {
		await page.screenshot({ path: join(world.work, `${name}.png`) }).catch(() => {});
		throw error;
	} finally {
		await page.context().close();
	}
}

/** From the library to a live call. */
async function call(page, url, slug, asked = "") {
	await toMicrophone(page, `${url}/${asked}`, slug);
	await page.getByTestId("mic-level").waitFor();
	return startCall(page, 1);
}

const clipsOf = async (world, n) => (await world.clipsOf(world.trainees("first")[0])).slice(0, n);

/** Says one clip once she has spoken, and waits until she has answered. */
async function sayAndHear(page, clip, since = 0) {
	if ((await waitForFloor(page, since)) === "over") throw new Error("the call was over before the line was said");
	const { startedMS } = await page.evaluate((base64) => window.__say(base64), clip.base64);
	await waitForFloor(page, startedMS);
}

/** What the page plays of her, as the loudest sample within a second while she speaks. */
async function loudness(page) {
	return page.evaluate(async () => {
		const context = new AudioContext();
		await context.resume();
		const analyser = context.createAnalyser();
		context.createMediaStreamSource(document.querySelector("audio").srcObject).connect(analyser);
		const samples = new Float32Array(analyser.fftSize);
		let loudest = 0;
		for (let i = 0; i < 40; i++) {
			await new Promise((done) => setTimeout(done, 25));
			analyser.getFloatTimeDomainData(samples);
			for (const s of samples) loudest = Math.max(loudest, Math.abs(s));
		}
		await context.close();
		return loudest;
	});
}

const whole = (codec) => (world) =>
	withServer(world, `socket-${codec}`, {}, (server) =>
		world.hold(`socket ${codec}`, server, world.trainees("first")[0], {
			asked: `?line=websocket&codec=${codec}`,
			replay: false,
			during: async (page) => {
				check(`socket ${codec}: the sound goes over the socket`, (await way(page)) === "websocket");
			},
		}),
	);

/** Waits until the server can be sure that nobody speaks, and gives back what is kept of the call. */
async function ended(page, server, id) {
	await endCall(page);
	return api(server.url, `/api/calls/${id}`);
}

/** One call whose line is cut for 20 s in its middle, by the proxy in its way. */
async function cut(world, name, how, asked) {
	const clips = await clipsOf(world, 2);
	await withServer(world, name, {}, async (server) => {
		const proxy = await startProxy(server.url);
		try {
			await withPage(world, name, async (page) => {
				const id = await call(page, proxy.url, world.slug, asked);
				await sayAndHear(page, clips[0]);
				const before = hers(await api(server.url, `/api/calls/${id}`)).length;
				const cutAt = Date.now();
				proxy[how]();
				await state(page, "lost");
				const noticed = Date.now() - cutAt;
				const words = (await page.getByText("The line dropped.").innerText()).replaceAll("\n", " ");
				check(`${name}: the page says that she waits, and for how long`, /waits up to 45 s/.test(words), words);
				check(`${name}: and counts down`, /^0:[34]\d$/.test(await page.getByRole("timer", { name: "Time left" }).innerText()));
				await page.waitForTimeout(20_000 - noticed);
				proxy.open();
				const openAt = Date.now();
				await state(page, "live", 15_000);
				check(
					`${name}: noticed within 11 s, back within 6 s`,
					noticed < 11_000 && Date.now() - openAt < 6_000,
					`${noticed} ms, ${Date.now() - openAt} ms`,
				);
				check(`${name}: it is the same call`, page.url().includes(id));
				// She speaks first: she asks whether anybody is there.
				const back = await now(page);
				await page.waitForFunction((at) => window.__floor.some((e) => e.at >= at - 2000 && e.floor === "customer"), back, {
					timeout: 20_000,
				});
				check(`${name}: she is heard again`, (await loudness(page)) > 0.01);
				await waitForFloor(page, back - 2000);
				await sayAndHear(page, clips[1], back - 2000);
				const detail = await ended(page, server, id);
				const asks = hers(detail)
					.slice(before)
					.map((t) => t.text);
				check(
					`${name}: she asks whether you are there`,
					asks.some((text) => /hello|there|lost you|hear me/i.test(text)),
					asks.join(" / "),
				);
				check(
					`${name}: what was said before and after is in one call`,
					mine(detail).length >= 2,
					mine(detail)
						.map((t) => t.text)
						.join(" / "),
				);
				check(`${name}: nothing is cut`, detail.call.status === "ended", detail.call.status);
			});
		} finally {
			proxy.close();
		}
	});
}

export const lines = {
	"line: over the socket with Opus": whole("opus"),
	"line: over the socket with PCM16": whole("pcm16"),
	"line: UDP is blocked": async (world) => {
		const clips = await clipsOf(world, 2);
		// The server stands in a network of its own, which nothing but a Unix socket leads into.
		const socket = join(world.work, "no-udp.sock");
		const proxy = await startProxy(socket);
		const inside = `ip link set lo up; "$0" "$1" "$2" ${proxy.port} & shift 2; exec "$@"`;
		const root = process.getuid() === 0 ? [] : ["--map-root-user"];
		const forward = [process.execPath, fileURLToPath(new URL("proxy.mjs", import.meta.url)), socket];
		const within = ["unshare", ...root, "--net", "sh", "-c", inside, ...forward];
		try {
			await withServer(world, "no-udp", { within, listen: `localhost:${proxy.port}` }, () =>
				withPage(world, "no-udp", async (page) => {
					await toMicrophone(page, proxy.url, world.slug);
					await page.getByTestId("mic-level").waitFor();
					const began = Date.now();
					const id = await startCall(page, 1);
					const took = Date.now() - began;
					check("no UDP: live within 5 s of the start", took <= 5_000, `${took} ms`);
					check("no UDP: the sound goes over the socket", (await way(page)) === "websocket");
					await sayAndHear(page, clips[0]);
					await sayAndHear(page, clips[1], await now(page).then((t) => t - 60_000));
					const detail = await ended(page, proxy, id);
					check("no UDP: both are heard", mine(detail).length >= 2 && hers(detail).length >= 2);
				}),
			);
		} finally {
			proxy.close();
		}
	},
	"line: the page is loaded again": async (world) => {
		const clips = await clipsOf(world, 2);
		await withServer(world, "reload", {}, (server) =>
			withPage(world, "reload", async (page) => {
				const id = await call(page, server.url, world.slug);
				await sayAndHear(page, clips[0]);
				await page.reload();
				await state(page, "live");
				check(
					"reload: the same call, without a question",
					page.url().includes(id) && !(await page.getByTestId("elsewhere").isVisible()),
				);
				const captions = await page.getByTestId("captions").innerText();
				check("reload: what was said is there", captions.length > 10, captions.replaceAll("\n", " / "));
				await page.evaluate(() => window.__say === undefined && Promise.reject(new Error("no microphone")));
				await page.waitForFunction(() => window.__floor.at(-1)?.floor === "free");
				const { startedMS } = await page.evaluate((base64) => window.__say(base64), clips[1].base64);
				await waitForFloor(page, startedMS);
				const detail = await ended(page, server, id);
				check(
					"reload: both lines are in one call",
					mine(detail).length >= 2,
					mine(detail)
						.map((t) => t.text)
						.join(" / "),
				);
				const { calls } = await api(server.url, "/api/calls");
				check("reload: there is one call", calls.length === 1, String(calls.length));
			}),
		);
	},
	"line: cut for 20 s, over the socket": (world) => cut(world, "cut socket", "swallow", "?line=websocket"),
	"line: cut for 20 s, by WebRTC": (world) => cut(world, "cut WebRTC", "refuse", "?line=auto"),
	"line: two pages on one call": (world) =>
		withServer(world, "two", {}, (server) =>
			withPage(world, "two", async (first) => {
				await call(first, server.url, world.slug);
				const second = await first.context().newPage();
				await second.addInitScript(fakeMic);
				await second.goto(first.url());
				const take = second.getByRole("button", { name: "Take it over here" });
				await take.waitFor();
				check(
					"two pages: the first goes on while the second asks",
					await first.locator('body[data-call-state="live"]').isVisible(),
				);
				await take.click();
				await state(second, "live");
				await state(first, "taken");
				const words = (await first.getByTestId("elsewhere").innerText()).replaceAll("\n", " ");
				check("two pages: the first is told, and nobody fights", words.includes("goes on in another place"), words);
				await first.waitForTimeout(3000);
				check("two pages: it stays with the second", await second.locator('body[data-call-state="live"]').isVisible());
				await first.getByRole("button", { name: "Take it back here" }).click();
				await state(first, "live");
				await state(second, "taken");
				await endCall(first);
			}),
		),
	"line: Hold": async (world) => {
		const clips = await clipsOf(world, 3);
		await withServer(world, "hold", {}, (server) =>
			withPage(world, "hold", async (page) => {
				const id = await call(page, server.url, world.slug);
				await sayAndHear(page, clips[0]);
				const hold = page.getByRole("button", { name: "Hold", exact: true });
				await hold.click();
				await page.getByText("is on hold").waitFor();
				check("hold: the button says so", (await hold.getAttribute("aria-pressed")) === "true");
				check("hold: its time runs", /^0:0\d$/.test(await page.getByRole("timer", { name: "Time on hold" }).innerText()));
				const before = mine(await api(server.url, `/api/calls/${id}`)).length;
				await page.evaluate((base64) => window.__say(base64), clips[1].base64);
				await page.waitForTimeout(1500);
				const during = mine(await api(server.url, `/api/calls/${id}`)).length;
				check("hold: she hears nothing of you", during === before, `${before} turns, then ${during}`);
				await page.keyboard.press("h");
				await page.waitForFunction(() => document.querySelector(".key.hold")?.getAttribute("aria-pressed") === "false");
				const since = await now(page);
				await page.waitForFunction(() => window.__floor.at(-1)?.floor === "free");
				await page.evaluate((base64) => window.__say(base64), clips[2].base64);
				await waitForFloor(page, since);
				const detail = await ended(page, server, id);
				check(
					"hold: you are heard again after it",
					mine(detail).length > before,
					mine(detail)
						.map((t) => t.text)
						.join(" / "),
				);
			}),
		);
	},
	"line: the server is full": (world) =>
		withServer(world, "full", { more: ["--max-calls", "1"] }, (server) =>
			withPage(world, "full", async (first) => {
				await call(first, server.url, world.slug);
				await withPage(world, "full-second", async (second) => {
					await toMicrophone(second, server.url, world.slug);
					await second.getByTestId("mic-level").waitFor();
					await second.getByRole("button", { name: "Start call" }).click();
					const full = second.getByTestId("full");
					await full.waitFor();
					const words = (await full.innerText()).replaceAll("\n", " ");
					check("full: the page says when it is tried again", /in \d+ s/.test(words), words);
					await second.getByRole("button", { name: "Stop waiting" }).click();
					await second.getByRole("button", { name: "Start call" }).click();
					await full.waitFor();
					await endCall(first);
					await state(second, "live", 60_000);
					check("full: the call begins by itself once there is room", true);
				});
			}),
		),
};
