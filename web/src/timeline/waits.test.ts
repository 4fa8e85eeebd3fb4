import { describe, expect, it } from "vitest";
import type { StageTimes, Turn } from "../api/types";
import { medianOf, scaleOf, waitsOf } from "./waits";

const none: StageTimes = { endpoint: null, recognize: null, decide: null, words: null, synthesize: null, send: null };
const turn = (n: number, speaker: Turn["speaker"], stages?: StageTimes): Turn => ({
	turn: n,
	speaker,
	text: "",
	unheard: "",
	start_ms: n * 1000,
	end_ms: n * 1000 + 500,
	words: [],
	typed: false,
	interrupted: false,
	unsure: false,
	...(stages ? { stages } : {}),
});

describe("waitsOf", () => {
	it("takes the customer's answers, stage by stage in order", () => {
		const waits = waitsOf([
			turn(0, "customer"),
			turn(1, "trainee"),
			turn(2, "customer", { ...none, synthesize: 60, endpoint: 200, recognize: 120.5, send: 0 }),
		]);
		expect(waits).toEqual([
			{
				turn: 2,
				atMS: 2000,
				totalMS: 380.5,
				parts: [
					{ stage: "endpoint", ms: 200 },
					{ stage: "recognize", ms: 120.5 },
					{ stage: "synthesize", ms: 60 },
				],
			},
		]);
	});
	it("finds nothing where nothing was measured, and no negative time", () => {
		expect(waitsOf([turn(0, "customer", none), turn(2, "customer", { ...none, endpoint: -5 })])).toEqual([]);
	});
});

describe("scaleOf", () => {
	const wait = (totalMS: number) => ({ turn: 0, atMS: 0, totalMS, parts: [] });
	it("is a second at least, and holds the longest wait", () => {
		expect(scaleOf([])).toBe(1000);
		expect(scaleOf([wait(400), wait(640)])).toBe(1000);
		expect(scaleOf([wait(400), wait(2130)])).toBe(2500);
	});
	it("has a median beside it", () => {
		expect(medianOf([])).toBe(0);
		expect(medianOf([wait(300), wait(900), wait(400)])).toBe(400);
		expect(medianOf([wait(300), wait(500)])).toBe(400);
	});
});
