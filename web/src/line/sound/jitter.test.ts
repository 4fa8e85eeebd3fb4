import { describe, expect, it } from "vitest";
import { FRAME } from "../frame";
import { Jitter } from "./jitter";

const MS = 48;
const BLOCK = 128;
/** A tone of 200 Hz at half loudness: between two samples it moves by at most 0.0131. */
const tone = (at: number) =>
	Float32Array.from({ length: FRAME }, (_, i) => 0.5 * Math.sin(((at + i) * 2 * Math.PI * 200) / 48_000));
const silence = () => new Float32Array(FRAME);
const STEEPEST = 0.5 * ((2 * Math.PI * 200) / 48_000);

/** Plays frames that come at given milliseconds, and gives back every sample that came out. */
function run(frames: { at: number; ms: number; samples?: Float32Array }[], forMS: number, startAt = 0) {
	const jitter = new Jitter();
	const due = frames.toSorted((a, b) => a.ms - b.ms);
	const out: number[] = [];
	const block = new Float32Array(BLOCK);
	for (let now = 0; now < forMS * MS; now += BLOCK) {
		while (due[0] && due[0].ms * MS <= now) {
			const frame = due.shift() as (typeof due)[number];
			jitter.push(startAt + frame.at, frame.samples ?? tone(frame.at), now);
		}
		jitter.pull(block);
		out.push(...block);
	}
	return { out, figures: jitter.figures() };
}

const steepest = (out: number[]) => out.slice(1).reduce((m, s, i) => Math.max(m, Math.abs(s - (out[i] as number))), 0);
const steady = (n: number, late: (i: number) => number = () => 0) =>
	Array.from({ length: n }, (_, i) => ({ at: i * FRAME, ms: i * 20 + late(i) }));

describe("a jitter buffer", () => {
	it("plays what comes evenly, 40 ms later and without a seam", () => {
		const { out, figures } = run(steady(100), 2000);
		expect(figures).toMatchObject({ gaps: 0, concealed: 0, skipped: 0, target: 40 * MS });
		expect(steepest(out)).toBeLessThan(STEEPEST * 1.2);
		const first = out.findIndex((s) => s !== 0);
		expect(first / MS).toBeGreaterThan(15);
		expect(first / MS).toBeLessThan(60);
	});

	it("grows with the lateness of frames, up to a bound, and then no longer runs out", () => {
		const late = (i: number) => (i % 10 === 9 ? 110 : 0);
		const { figures } = run(steady(400, late), 8000);
		expect(figures.target / MS).toBeGreaterThan(100);
		expect(figures.target / MS).toBeLessThan(160);
		const after = run(steady(400, late), 3000).figures;
		expect(figures.gaps).toBe(after.gaps);
		expect(
			run(
				steady(100, (i) => (i % 20) * 40),
				3000,
			).figures.target / MS,
		).toBeLessThanOrEqual(400);
	});

	it("makes up for what is missing without a click, and falls silent within 60 ms", () => {
		const frames = steady(100).map((f, i) => (i >= 50 ? { ...f, ms: f.ms + 500 } : f));
		const { out, figures } = run(frames, 2400);
		expect(figures.gaps).toBe(1);
		expect(figures.concealed).toBe(60 * MS);
		expect(steepest(out)).toBeLessThan(STEEPEST * 2.5);
		const gap = out.slice((50 * 20 + 150) * MS, (50 * 20 + 400) * MS);
		expect(Math.max(...gap.map(Math.abs))).toBe(0);
	});

	it("keeps the time of a short hole and jumps over a long one, both without a click", () => {
		const short = run(
			steady(60).filter((_, i) => i < 30 || i >= 33),
			1500,
		);
		expect(short.figures.skipped).toBe(0);
		expect(short.figures.concealed).toBeGreaterThan(50 * MS);
		expect(steepest(short.out)).toBeLessThan(STEEPEST * 2.5);
		const long = run(
			steady(60).map((f, i) => (i < 30 ? f : { ...f, at: f.at + 100 * FRAME })),
			1150,
		);
		expect(long.figures.gaps).toBe(0);
		expect(long.figures.played).toBeGreaterThan(100 * FRAME);
		expect(steepest(long.out)).toBeLessThan(STEEPEST * 2.5);
	});

	it("makes a pause longer after frames came late, so that the next word does not break", () => {
		const late = (i: number) => (i === 40 ? 70 : 0);
		const quiet = steady(100, late).map((f, i) => ({ ...f, samples: i < 60 ? silence() : tone(i * FRAME) }));
		const { figures } = run([...quiet.slice(0, 80), ...quiet.slice(80).map((f) => ({ ...f, ms: f.ms + 50 }))], 1900);
		expect(figures.gaps).toBe(1);
		expect(figures.depth).toBeGreaterThan(0);
	});

	it("skips in a pause what piled up, and leaves speech alone until it is far too much", () => {
		const piled = (samples?: () => Float32Array) =>
			Array.from({ length: 500 }, (_, i) => ({ at: i * FRAME, ms: i < 50 ? i * 20 : i * 20 - 160, samples: samples?.() }));
		const speech = run(piled(), 9500);
		expect(speech.figures.skipped).toBe(0);
		const pause = run(piled(silence), 9500);
		expect(pause.figures.skipped / MS).toBeGreaterThanOrEqual(100);
		expect(pause.figures.depth).toBeLessThanOrEqual(pause.figures.target + 60 * MS);
	});

	it("does not play a heap of old sound after the line stood still", () => {
		const frames = steady(400).map((f, i) => (i >= 50 && i < 200 ? { ...f, ms: 200 * 20 } : f));
		const { out, figures } = run(frames, 6000);
		expect(figures.depth).toBeLessThan(700 * MS);
		expect(steepest(out)).toBeLessThan(STEEPEST * 2.5);
	});

	it("takes frames in any order, each once, and none that is too late", () => {
		const swapped = steady(60).map((f, i) => (i === 20 ? { ...f, ms: f.ms + 15 } : f));
		const doubled = [...swapped, ...steady(60).map((f) => ({ ...f, ms: f.ms + 100 }))];
		const { out, figures } = run(doubled, 1200);
		expect([figures.gaps, figures.concealed]).toEqual([0, 0]);
		expect(steepest(out)).toBeLessThan(STEEPEST * 1.2);
	});

	it("says which sample is played", () => {
		const { figures } = run(steady(100), 1000, 7_000_000);
		const expected = 7_000_000 + (1000 - 40) * MS;
		expect(Math.abs(figures.played - expected)).toBeLessThan(25 * MS);
		expect(new Jitter().figures().played).toBe(-1);
	});
});
