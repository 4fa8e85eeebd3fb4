// Spoken calls against the real server in a real Chromium.
//   node calls.mjs short     one call from the library to the replay, and one on two pages
//   node calls.mjs long      every trainee, and what can go wrong
//   node calls.mjs long kill second     only the parts whose name holds one of these words
// Environment: RAPPORT_BIN the program, RAPPORT_CLIPS a folder that keeps the trainees' clips, RAPPORT_ASSETS the models.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fakeMic, launch } from "./browser.mjs";
import { checkGrade, checkKept, checkReplay, checkSound, checkWords, kept } from "./checks.mjs";
import { clipOf } from "./clips.mjs";
import * as faults from "./faults.mjs";
import { firefox } from "./firefox.mjs";
import { lines } from "./lines.mjs";
import { looks, pages } from "./pages.mjs";
import { check, close, failures, part } from "./report.mjs";
import { api, startServer, stopServers } from "./server.mjs";
import { endCall, openPage, speak, startCall, toMicrophone } from "./trainee.mjs";

const [mode = "short", ...wanted] = process.argv.slice(2);
if (mode !== "short" && mode !== "long") {
	console.error("say short or long");
	process.exit(2);
}
const slug = "late-birthday-parcel";
const binary = process.env.RAPPORT_BIN ?? fileURLToPath(new URL("../../bin/rapport", import.meta.url));
const assets = process.env.RAPPORT_ASSETS ?? "";
const folder = process.env.RAPPORT_CLIPS ?? join(tmpdir(), "rapport-clips");
const work = mkdtempSync(join(tmpdir(), "rapport-e2e-"));
if (!existsSync(join(assets, "hibari"))) {
	console.error(`There are no models in ${assets || "RAPPORT_ASSETS"}: run \`rapport assets pull\`, or make models.`);
	process.exit(3);
}
let browser = await launch();

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
	process.once(signal, async () => {
		await Promise.all([stopServers(), browser.close()]);
		process.exit(1);
	});

const trainees = (wording) => {
	const path = new URL(`trainees/${wording}.json`, import.meta.url);
	if (!existsSync(path)) return null;
	const list = JSON.parse(readFileSync(path, "utf8")).trainees;
	const stock = /sorry|understand|frustrat|apolog/i;
	const plain = list.find((t) => t.name === "plain-kind");
	if (plain.lines.some((line) => stock.test(line))) throw new Error(`${wording}: plain-kind uses a stock phrase`);
	return list;
};
const clipsOf = async (trainee) => {
	const clips = [];
	for (const line of trainee.lines) clips.push(await clipOf({ binary, assets, folder, speaker: trainee.speaker, line }));
	return clips;
};
const wants = (name) => wanted.length === 0 || wanted.some((word) => name.includes(word));

/** One whole call: library, brief, notice, microphone, call, debrief, replay. Gives back what is kept of it. */
async function hold(name, server, trainee, { seed = 1, replay = true, asked = "", during = null } = {}) {
	const clips = await clipsOf(trainee);
	const sample = await clipOf({ binary, assets, folder, speaker: trainee.speaker, line: "One, two, three, can you hear me?" });
	const page = await openPage(browser, fakeMic);
	try {
		await toMicrophone(page, asked ? `${server.url}/${asked}` : server.url, slug);
		await page.getByTestId("mic-level").waitFor();
		await page.evaluate((clip) => window.__say(clip), sample.base64);
		await page.getByText("You are heard well.").waitFor();
		const id = await startCall(page, seed);
		await during?.(page);
		const said = await speak(page, clips);
		const status = await endCall(page);
		const detail = await api(server.url, `/api/calls/${id}`);
		const heats = detail.curve.map((p) => p.heat);
		const ended = `${status}, ending “${detail.call.ending}”, heat ${heats.at(0)} to ${heats.at(-1)}, ${said.length} of ${clips.length} lines`;
		check(`${name}: held to its end`, said.length > 0 && detail.call.status === "ended", ended);
		console.log(`        ${JSON.stringify(detail.grade?.scores)} ${JSON.stringify(detail.grade?.flags)}`);
		await checkWords(name, binary, detail, said);
		checkGrade(name, detail);
		await checkSound(name, page, server.url, detail, said);
		if (replay) await checkReplay(name, page, server.url, detail);
		check(`${name}: the pages had no errors of their own`, page.troubles.length === 0, page.troubles.join("; "));
		return { detail, said, heat: heats.at(-1), scores: detail.grade?.scores ?? {}, flags: detail.grade?.flags ?? [] };
	} catch (error) {
		writeFileSync(join(work, `${name}.floor.json`), JSON.stringify(await page.evaluate(() => window.__floor).catch(() => null)));
		await page.screenshot({ path: join(work, `${name}.png`) }).catch(() => {});
		throw error;
	} finally {
		await page.context().close();
	}
}

/** a must leave her calmer than b, and b calmer than c; and be graded above them. */
function checkOrder(wording, calls) {
	const { "plain-kind": a, "script-reader": b, dismissive: c, "over-promiser": d } = calls;
	if (a && b && c) {
		check(`${wording}: final heat a < b < c`, a.heat < b.heat && b.heat < c.heat, `${a.heat} ${b.heat} ${c.heat}`);
		for (const score of ["empathy", "overall"]) {
			const [x, y, z] = [a, b, c].map((call) => call.scores[score]);
			check(`${wording}: ${score} a > b > c`, x > y && y > z, `${x} ${y} ${z}`);
		}
	}
	if (d) check(`${wording}: the over-promiser is flagged overpromise`, d.flags.includes("overpromise"), d.flags.join(" "));
	for (const [name, call] of Object.entries(calls))
		if (call && name !== "over-promiser")
			check(`${wording}: ${name} is not flagged overpromise`, !call.flags.includes("overpromise"));
}

async function wordingCalls(wording, list) {
	const data = join(work, `${wording}-data`);
	const server = await startServer({ binary, assets, data });
	const calls = {};
	for (const trainee of list) {
		const name = `${wording} ${trainee.name}`;
		calls[trainee.name] = await part(`${name} (${trainee.speaker})`, () => hold(name, server, trainee));
	}
	await part(`${wording}: the order of the trainees`, async () => checkOrder(wording, calls));
	await part(`${wording}: a restart on the same data`, async () => {
		const before = await kept(server.url);
		check("the server stops when it is told to", (await server.stop()) === 0);
		const again = await startServer({ binary, assets, data });
		checkKept(before, await kept(again.url));
		const page = await openPage(browser, fakeMic);
		await page.goto(again.url);
		const id = Object.keys(before)[0];
		await page.goto(`${again.url}/calls/${id}/debrief`);
		await page.waitForSelector('[data-grade-status="graded"]');
		const one = Object.values(calls).find((c) => c?.detail.call.id === id) ?? Object.values(calls).find(Boolean);
		await checkReplay(`${wording} after a restart`, page, again.url, one.detail);
		await page.context().close();
		await again.stop();
	});
}

const world = {
	binary,
	assets,
	work,
	slug,
	clipsOf,
	hold,
	trainees,
	browser: () => browser,
	relaunch: async (more) => {
		await browser.close();
		browser = await launch(more);
	},
};

let status = 1;
try {
	const first = trainees("first");
	if (mode === "short") {
		// Three lines are enough for a grade, and keep the run under a minute and a half.
		await wordingCalls("first", [{ ...first[0], lines: first[0].lines.slice(0, 3) }]);
		for (const [name, run] of Object.entries(pages)) await part(name, () => run(world));
		const two = "line: two pages on one call";
		await part(two, () => lines[two](world));
	} else {
		for (const [name, run] of Object.entries({ ...pages, ...looks, ...faults.browserFaults }))
			if (wants(name)) await part(name, () => run(world));
		for (const wording of ["first", "second"]) {
			if (!wants(wording)) continue;
			const list = trainees(wording);
			if (list) await wordingCalls(wording, list);
			else console.log(`\nthere is no ${wording} wording`);
		}
		if (wants("auto"))
			await part("endpoint auto", async () => {
				const server = await startServer({ binary, assets, data: join(work, "auto-data"), endpoint: "auto" });
				await hold("auto plain-kind", server, first[0], { replay: false });
				await server.stop();
			});
		for (const [name, run] of Object.entries({ ...lines, ...firefox })) if (wants(name)) await part(name, () => run(world));
		for (const [name, run] of Object.entries(faults.callFaults)) if (wants(name)) await part(name, () => run(world));
	}
} finally {
	await Promise.all([stopServers(), browser.close()]);
	status = close();
	if (failures() === 0) rmSync(work, { recursive: true, force: true });
	else console.log(`What was kept of the failed run is in ${work}.`);
}
process.exitCode = status;
