import { describe, expect, it } from "vitest";
import { read } from "../api/read";
import { dots, extreme, place, points, unsureTurns } from "./report";

const turn = (n: number, speaker: string, words: string, start: number, more = {}) => ({
	turn: n,
	speaker,
	text: words,
	start_ms: start,
	end_ms: start + 4000,
	...more,
});
const dim = (level: number | null, status = "graded") => ({ level, low: level, high: level, status, reason: null });
const detail = (more = {}) =>
	read.call({
		call: { id: "c", persona_name: "Maya Torres", status: "ended", grade_status: "graded" },
		turns: [
			turn(0, "customer", "Hello?", 0),
			turn(1, "trainee", "Can I take the order number?", 5000),
			turn(2, "trainee", "You were promised Tuesday. That is on us.", 10_000),
		],
		ledger: [
			{ at_ms: 9000, turn: 1, what: "heat", from: 6, to: 7, because: "asked_again" },
			{ at_ms: 14_000, turn: 2, what: "heat", from: 7, to: 6, because: "ownership" },
		],
		grade: {
			dimensions: { own: dim(5), discover: dim(2), listen: dim(1), close: dim(null, "not_applicable"), resolve: dim(4) },
			evidence: [
				{ dimension: "own", turn: 2, quote: "That is on us.", polarity: "+", start_ms: 12_000, end_ms: 13_000 },
				{ dimension: "discover", turn: 1, quote: "order number", polarity: "-", start_ms: null, end_ms: null },
				{ dimension: "listen", turn: 1, quote: "Can I take", polarity: "-", start_ms: null, end_ms: null },
			],
		},
		...more,
	});

describe("points", () => {
	it("takes the strength from the highest level and steps from the lowest, with what each did", () => {
		const { strength, steps } = points(detail());
		expect(strength).toMatchObject({
			dimension: "own",
			quote: { words: "That is on us.", fromMS: 12_000 },
			effect: { heat: { from: 7, to: 6 } },
		});
		expect(steps.map((s) => s.dimension)).toEqual(["listen"]);
	});

	it("never shows the same turn twice as a step", () => {
		expect(points(detail()).steps.map((s) => s.quote?.turn.turn)).toEqual([1]);
	});

	it("gives a step without a quote only when no step has one", () => {
		const grade = { dimensions: { listen: dim(2), discover: dim(3) }, evidence: [] };
		expect(points(detail({ grade })).steps).toEqual([{ dimension: "listen", level: 2, quote: null, effect: null }]);
	});

	it("has none when there is no grade or it abstains", () => {
		expect(points(detail({ grade: null }))).toEqual({ strength: null, steps: [] });
		expect(points(detail({ grade: { abstain: true } }))).toEqual({ strength: null, steps: [] });
	});
});

it("names the highest and lowest graded dimension, and leaves out what does not apply", () => {
	const grade = detail().grade;
	if (!grade) throw new Error("the fixture has a grade");
	expect([extreme(grade, "highest"), extreme(grade, "lowest")]).toEqual([
		{ dimension: "own", level: 5 },
		{ dimension: "listen", level: 1 },
	]);
});

describe("place", () => {
	const words = ["That", "is", "on", "us."].map((w, i) => ({ text: w, start_ms: 100 * i, end_ms: 100 * i + 90, confidence: 1 }));
	const { turns } = read.call({ turns: [turn(4, "trainee", "That is on us.", 0, { words })] });

	it("finds the times of the quoted words", () => {
		expect(place("on us.", 4, turns)).toMatchObject({ fromMS: 200, toMS: 390 });
	});
	it("looks in other turns when the named one does not hold the quote", () => {
		expect(place("on us.", 9, turns)?.turn.turn).toBe(4);
		expect(place("nowhere", 4, turns)).toBeNull();
	});
});

it("counts unsure words of the trainee only", () => {
	const words = [
		{ text: "four", start_ms: 0, end_ms: 1, confidence: 0.3 },
		{ text: "four", start_ms: 0, end_ms: 1, confidence: 0.9 },
	];
	const { turns } = read.call({
		turns: [turn(0, "trainee", "four four", 0, { words }), turn(1, "customer", "four four", 0, { words })],
	});
	expect(unsureTurns(turns).map((t) => [t.turn.turn, t.words])).toEqual([[0, 1]]);
});

it("hatches the levels between which readings differ", () => {
	expect(dots(3.4, 3, 4)).toEqual({ on: 3, may: 1 });
	expect(dots(4, 4, 4)).toEqual({ on: 4, may: 0 });
	expect(dots(2, null, null)).toEqual({ on: 2, may: 0 });
});
