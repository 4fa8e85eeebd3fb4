// What must be true of a call that was held: its words, its grade, its sound and its replay.
import { check } from "./report.mjs";
import { api, run } from "./server.mjs";

const FRAME_MS = 5;
const ALIGNED_MS = 60;

/** The share of words that recognition got wrong, counted as the program's own measurements count. */
export async function wordErrorRate(binary, said, written) {
	const { code, out, err } = await run(binary, ["speech", "wer"], JSON.stringify({ said, written }));
	if (code !== 0) throw new Error(`the word errors could not be counted: ${err}`);
	const { errors, words } = JSON.parse(out);
	return errors / words;
}

/** The words that were written of what was said, and quotes that are really there. */
export async function checkWords(name, binary, detail, said) {
	const written = detail.turns.filter((t) => t.speaker === "trainee").map((t) => t.text);
	const wer = await wordErrorRate(binary, said.map((s) => s.clip.line).join(" "), written.join(" "));
	check(`${name}: word errors at most 15 %`, wer <= 0.15, `${(wer * 100).toFixed(1)} %`);
	if (wer > 0.15) for (const line of written) console.log(`        heard: ${line}`);
	// Two who begin at once may stand either way round.
	const order = detail.turns.every((t, i) => i === 0 || t.start_ms >= detail.turns[i - 1].start_ms - 250);
	check(`${name}: turns are in the order of the call`, order);
	const answered = detail.turns.filter((t) => t.speaker === "customer" && t.text !== "").length;
	check(`${name}: the customer answered`, answered >= Math.min(3, said.length), `${answered} turns`);
}

/** The grade's shape, and that each quote is a piece of the turn that it names. */
export function checkGrade(name, detail) {
	const { grade } = detail;
	if (!check(`${name}: graded`, detail.grade_status === "graded" && grade !== null && !grade.abstain, detail.grade_status))
		return;
	const quotes = [...grade.evidence, ...grade.flag_details];
	const loose = quotes.filter((e) => !Buffer.from(detail.turns[e.turn]?.text ?? "").includes(Buffer.from(e.quote)));
	check(`${name}: every quote stands in its turn to the byte`, loose.length === 0, `${quotes.length} quotes`);
	for (const e of loose) console.log(`        turn ${e.turn} has no “${e.quote}”: “${detail.turns[e.turn]?.text}”`);
	check(`${name}: the grade rests on quotes`, grade.evidence.length > 0);
}

/** The recording's loudness every 5 ms in dB of full scale: left the trainee, right the customer. */
async function loudness(page, url, id) {
	return page.evaluate(
		async ({ address, frame }) => {
			const bytes = await (await fetch(address)).arrayBuffer();
			const buffer = await new OfflineAudioContext(2, 1, 48000).decodeAudioData(bytes);
			const size = 48 * frame;
			const levels = (channel) => {
				const samples = buffer.getChannelData(channel);
				const out = [];
				for (let at = 0; at + size <= samples.length; at += size) {
					let sum = 0;
					for (let i = at; i < at + size; i++) sum += samples[i] ** 2;
					out.push(Math.round(100 * Math.log10(sum / size + 1e-12)) / 10);
				}
				return out;
			};
			return {
				channels: buffer.numberOfChannels,
				ms: buffer.duration * 1000,
				left: levels(0),
				right: buffer.numberOfChannels > 1 ? levels(1) : [],
			};
		},
		{ address: `${url}/api/calls/${id}/sound.ogg`, frame: FRAME_MS },
	);
}

/** When a voice begins in [from, to] after 150 ms of quiet, in milliseconds; null when none does. */
function onsetIn(levels, from, to, quietBelow = -55) {
	const quietFrames = 150 / FRAME_MS;
	let quiet = quietFrames;
	const last = Math.min(levels.length - 8, Math.ceil(to / FRAME_MS));
	for (let i = Math.max(0, Math.floor(from / FRAME_MS) - quietFrames); i <= last; i++) {
		const voice = levels[i] > quietBelow && levels.slice(i, i + 8).filter((l) => l > quietBelow).length >= 6;
		if (voice && quiet >= quietFrames && i * FRAME_MS >= from) return i * FRAME_MS;
		quiet = voice ? 0 : quiet + 1;
	}
	return null;
}

const worst = (values) => values.reduce((w, v) => Math.max(w, Math.abs(v)), 0);
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Where a clip is in a recording, by the loudness of all of it: the best place within 400 ms of `expected`. */
function placeOf(left, clip, expected) {
	const loud = (l) => Math.max(-60, l ?? -60);
	let best = { ms: expected, off: Number.POSITIVE_INFINITY };
	for (let at = Math.round((expected - 400) / FRAME_MS); at <= (expected + 400) / FRAME_MS; at++) {
		let off = 0;
		for (let i = 0; i < clip.levels.length; i++) off += Math.abs(loud(clip.levels[i]) - loud(left[at + i]));
		if (off < best.off) best = { ms: at * FRAME_MS, off };
	}
	return best.off / clip.levels.length < 6 ? best.ms : null;
}

/** The clips are on the left, when they were said, and nothing else is. */
function checkClips(name, sound, detail, said) {
	const expected = clipsOnCallClock(sound.left, said);
	const placed = expected.map((ms, i) => placeOf(sound.left, said[i].clip, ms));
	const off = placed.map((ms, i) => (ms === null ? null : ms - expected[i])).filter((v) => v !== null);
	const drift = off.map((v) => v - median(off));
	check(
		`${name}: each clip is on the left within ${ALIGNED_MS} ms of when it was said`,
		off.length === said.length && worst(drift) <= ALIGNED_MS,
		`${off.length} of ${said.length}, by ${drift.map(Math.round).join(" ")} ms`,
	);
	const starts = detail.turns.filter((t) => t.speaker === "trainee").map((t) => t.words[0]?.start_ms ?? t.start_ms);
	const nearest = (ms) => starts.map((at) => at - ms).reduce((b, v) => (Math.abs(v) < Math.abs(b) ? v : b), 1e9);
	const mine = placed.flatMap((ms, i) => (ms === null ? [] : [nearest(ms + said[i].clip.onsetMS)]));
	// A soft first sound ("thank") may be placed at its vowel: half of the words are within the bound, none far off.
	check(
		`${name}: your words begin where your voice does, within ${ALIGNED_MS} ms at the median and twice that at worst`,
		mine.length > 0 && median(mine.map(Math.abs)) <= ALIGNED_MS && worst(mine) <= 2 * ALIGNED_MS,
		`${mine.map(Math.round).join(" ")} ms`,
	);
	// The microphone in these calls hears only the clips, so the customer's voice has no way to the left but a mistake.
	const alone = [];
	for (const t of detail.turns.filter((t) => t.speaker === "customer")) {
		for (let at = Math.ceil(t.start_ms / FRAME_MS); at < Math.floor(t.end_ms / FRAME_MS); at++) {
			const ms = at * FRAME_MS;
			if (expected.every((e, i) => ms < e - 200 || ms > e + said[i].clip.ms + 200)) alone.push(sound.left[at]);
		}
	}
	check(`${name}: the left side is silent while she speaks alone`, alone.length > 0 && alone.every((l) => l < -60));
}

/** When each clip begins on the call's clock: by the page's clock, set by where the first one is heard. */
function clipsOnCallClock(left, said) {
	const first = onsetIn(left, 0, left.length * FRAME_MS);
	const at = first === null ? null : placeOf(left, said[0].clip, first - said[0].clip.onsetMS);
	if (at === null) throw new Error("the first line is not on the left");
	return said.map((s) => s.startedMS - said[0].startedMS + at);
}

/** A moment of the page's clock on the call's clock. */
export async function onCallClock(page, url, id, said, pageMS) {
	const { left } = await loudness(page, url, id);
	return clipsOnCallClock(left, said)[0] + pageMS - said[0].startedMS;
}

/** Both voices are on their own channels, where the transcript says and where the clips were really said. */
export async function checkSound(name, page, url, detail, said) {
	const sound = await loudness(page, url, detail.call.id);
	check(`${name}: the recording has two channels`, sound.channels === 2);
	check(
		`${name}: it is as long as the call`,
		Math.abs(sound.ms - detail.sound.duration_ms) <= ALIGNED_MS && Math.abs(sound.ms - detail.call.duration_ms) <= 1000,
		`${Math.round(sound.ms)} ms of ${detail.call.duration_ms} ms`,
	);
	if (said.every((s) => s.startedMS !== undefined)) checkClips(name, sound, detail, said);
	const hers = detail.turns
		.filter((t) => t.speaker === "customer" && t.text !== "")
		.map((t) => {
			const at = onsetIn(sound.right, t.start_ms - 500, t.start_ms + 1000, -60);
			return at === null ? null : t.start_ms - at;
		});
	check(
		`${name}: the customer's turns begin where her voice does, on the right, within ${ALIGNED_MS} ms`,
		hers.length > 0 && hers.every((v) => v !== null && Math.abs(v) <= ALIGNED_MS),
		`${hers.map((v) => (v === null ? "none" : Math.round(v))).join(" ")} ms`,
	);
	const peaks = await api(url, `/api/calls/${detail.call.id}/peaks.json`);
	check(
		`${name}: the waveform is as long as the sound`,
		Math.abs((peaks.trainee.length / peaks.rate_hz) * 1000 - sound.ms) <= 1000 && peaks.trainee.length === peaks.customer.length,
	);
}

const playerAt = (page) => page.evaluate(() => window.__player.currentTime);

/** The replay seeks, plays, follows the keyboard and opens at a shared second. */
export async function checkReplay(name, page, url, detail) {
	await page.goto(`${url}/calls/${detail.call.id}`);
	await page.getByTestId("replay").waitFor();
	await page.waitForFunction(() => window.__player?.readyState >= 1);
	const cursor = page.getByRole("slider", { name: "Position in the call" });
	const at = detail.turns.findIndex((t) => t.speaker === "trainee");
	const turn = detail.turns[at];
	await page.locator(`[data-line="${at}"] button`).click();
	await page.waitForFunction((s) => window.__player.currentTime > s + 0.7 && !window.__player.paused, turn.start_ms / 1000);
	const shown = Number(await cursor.getAttribute("aria-valuenow"));
	const now = await playerAt(page);
	check(
		`${name}: a click on a line plays from there`,
		now >= turn.start_ms / 1000 && now < turn.start_ms / 1000 + 4,
		`${now.toFixed(1)} s`,
	);
	check(`${name}: the cursor goes with the sound`, Math.abs(shown - now) <= 1.5, `${shown} s`);
	await page.evaluate(() => document.activeElement?.blur());
	await page.keyboard.press("k");
	await page.waitForFunction(() => window.__player.paused);
	const still = await settled(page);
	await page.keyboard.press("l");
	await page.waitForFunction((s) => Math.abs(window.__player.currentTime - s) < 0.3, still + 5);
	await page.keyboard.press("j");
	await page.waitForFunction((s) => Math.abs(window.__player.currentTime - s) < 0.3, still);
	await page.keyboard.press("Space");
	await page.waitForFunction((s) => !window.__player.paused && window.__player.currentTime > s + 0.3, await playerAt(page));
	await page.keyboard.press("Space");
	await page.waitForFunction(() => window.__player.paused);
	check(`${name}: K pauses, L and J move by five seconds, space plays and pauses`, true);
	await page.goto(`${url}/calls/${detail.call.id}?t=12.3`);
	await page.getByTestId("replay").waitFor();
	await page.waitForFunction(() => window.__player?.readyState >= 1 && Math.abs(window.__player.currentTime - 12.3) < 0.05);
	check(`${name}: a link opens at its second`, (await cursor.getAttribute("aria-valuenow")) === "12");
}

/** Where a paused player stands: a browser tells its last place a moment after the pause. */
async function settled(page) {
	let last = -1;
	for (let same = 0; same < 3; ) {
		const now = await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => done(window.__player.currentTime))));
		same = now === last ? same + 1 : 0;
		last = now;
	}
	return last;
}

/** What is kept of every call, to compare before and after a restart. */
export async function kept(url) {
	const { calls } = await api(url, "/api/calls");
	const out = {};
	for (const { id } of calls) {
		const sound = await fetch(`${url}/api/calls/${id}/sound.ogg`);
		out[id] = {
			detail: await api(url, `/api/calls/${id}`),
			sound: sound.ok ? Buffer.from(await sound.arrayBuffer()).toString("base64") : sound.status,
		};
	}
	return out;
}

/** Each call is there after a restart as it was before. */
export function checkKept(before, after) {
	const lost = Object.keys(before).filter((id) => JSON.stringify(before[id]) !== JSON.stringify(after[id]));
	check(`after a restart every call is as it was`, lost.length === 0, `${Object.keys(before).length} calls`);
	for (const id of lost) console.log(`        ${id} differs`);
}
