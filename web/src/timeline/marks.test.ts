import { describe, expect, it } from "vitest";
import type { Turn } from "../api/types";
import type { Moved } from "./curve";
import { labelled, quietsOf, turnAt } from "./marks";

const turn = (start_ms: number, end_ms: number): Turn => ({
	turn: 0,
	speaker: "customer",
	text: "",
	unheard: "",
	start_ms,
	end_ms,
	words: [],
	typed: false,
	interrupted: false,
	unsure: false,
});
const move = (atMS: number, from: number, to: number): Moved => ({
	atMS,
	turn: 0,
	heat: { from, to },
	trust: null,
	because: "blame",
	acts: ["blame"],
	quote: "",
	notes: [],
});

describe("quietsOf", () => {
	it("finds the long pauses only, and none under a turn that runs on", () => {
		expect(quietsOf([turn(0, 4000), turn(5000, 6000), turn(20_000, 21_000)])).toEqual([{ fromMS: 6000, toMS: 20_000 }]);
		expect(quietsOf([turn(0, 19_000), turn(5000, 6000), turn(20_000, 21_000)])).toEqual([]);
		expect(quietsOf([])).toEqual([]);
	});
});

describe("labelled", () => {
	it("gives words to the strongest move where two would overlap", () => {
		const small = move(10_000, 6, 5.5);
		const big = move(11_000, 5.5, 3);
		const far = move(60_000, 3, 2.8);
		expect(labelled([small, big, far], 0.01, 1000, () => 100)).toEqual(new Set([big, far]));
	});
	it("gives none where words would leave the picture", () => {
		expect(labelled([move(100, 5, 6)], 0.01, 1000, () => 100).size).toBe(0);
		expect(labelled([move(99_000, 6, 5)], 0.01, 1000, () => 100).size).toBe(0);
	});
});

describe("turnAt", () => {
	const turns = [turn(1000, 4000), turn(5000, 6000)];
	it("stays with a turn until the next begins", () => {
		expect([turnAt(turns, 0), turnAt(turns, 1000), turnAt(turns, 4500), turnAt(turns, 9000)]).toEqual([-1, 0, 0, 1]);
	});
});
