import { describe, expect, it } from "vitest";
import { areaPath, corners, type Frame, linePath, movesOf, ribbonPath, stepsOf, valueAt, yOf } from "./curve";

const curve = [
	{ at_ms: 0, heat: 6, trust: 3 },
	{ at_ms: 20_000, heat: 7.5, trust: 3 },
	{ at_ms: 40_000, heat: 7.5, trust: 2.5 },
	{ at_ms: 60_000, heat: 4, trust: 4 },
];
const frame: Frame = { width: 1000, top: 0, bottom: 100, durationMS: 100_000 };

describe("stepsOf", () => {
	it("keeps only the times at which the measure moved", () => {
		expect(stepsOf(curve, "heat")).toEqual([
			{ atMS: 0, value: 6 },
			{ atMS: 20_000, value: 7.5 },
			{ atMS: 60_000, value: 4 },
		]);
		expect(stepsOf(curve, "trust").map((s) => s.atMS)).toEqual([0, 40_000, 60_000]);
	});

	it("begins at the call's start even when the first point came later", () => {
		expect(stepsOf([{ at_ms: 700, heat: 6, trust: 3 }], "heat")).toEqual([{ atMS: 0, value: 6 }]);
	});

	it("is empty for an empty curve, and so are its paths", () => {
		expect(stepsOf([], "heat")).toEqual([]);
		expect([linePath([], frame), ribbonPath([], frame, 1, 6), areaPath([], frame, 100)]).toEqual(["", "", ""]);
	});
});

it("holds its value until the next step", () => {
	const steps = stepsOf(curve, "heat");
	expect([valueAt(steps, 0), valueAt(steps, 19_999), valueAt(steps, 20_000), valueAt(steps, 99_000)]).toEqual([6, 6, 7.5, 4]);
});

describe("corners", () => {
	it("stands still between steps and slopes only at them", () => {
		const points = corners(stepsOf(curve, "heat"), frame, 6);
		expect(points).toEqual([
			[0, 40],
			[197, 40],
			[203, 25],
			[597, 25],
			[603, 60],
			[1000, 60],
		]);
	});

	it("never runs backwards, however close two steps are", () => {
		const close = [
			{ atMS: 0, value: 5 },
			{ atMS: 100, value: 6 },
			{ atMS: 200, value: 2 },
		];
		const xs = corners(close, { ...frame, durationMS: 1_000_000 }, 0.05).map(([px]) => px);
		expect(xs).toEqual(xs.toSorted((a, b) => a - b));
	});
});

it("draws heat thicker the higher it is", () => {
	const thickness = (value: number) => {
		const [over, under] = [...ribbonPath([{ atMS: 0, value }], frame, 1.5, 6.5).matchAll(/[ML]0\.0 (-?[\d.]+)/g)].map((m) =>
			Number(m[1]),
		);
		return (under as number) - (over as number);
	};
	expect(thickness(0)).toBeCloseTo(1.5, 0);
	expect(thickness(10)).toBeCloseTo(6.5, 0);
	expect(thickness(5)).toBeCloseTo(4, 0);
});

it("keeps values beyond the scale inside the frame", () => {
	expect([yOf(frame, -2), yOf(frame, 12)]).toEqual([100, 0]);
});

describe("movesOf", () => {
	const entry = { at_ms: 5000, turn: 2, because: "blame", quote: "your fault", note: "" };
	it("puts what one turn did together, under the act that moved heat most", () => {
		const moves = movesOf([
			{ ...entry, what: "trust", from: 3, to: 2.5 },
			{ ...entry, what: "heat", from: 6, to: 6.2, because: "jargon", quote: "SLA" },
			{ ...entry, what: "heat", from: 6.2, to: 7.5 },
			{ ...entry, what: "need:heard", from: 0, to: 1 },
		]);
		expect(moves).toEqual([
			{
				atMS: 5000,
				turn: 2,
				heat: { from: 6, to: 7.5 },
				trust: { from: 3, to: 2.5 },
				because: "blame",
				acts: ["blame", "jargon"],
				quote: "your fault",
				notes: [],
			},
		]);
	});
});
