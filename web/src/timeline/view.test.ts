import { describe, expect, it } from "vitest";
import { barsOf, closest, pan, reveal, rulerTimes, WHOLE, zoom } from "./view";

describe("zoom and pan", () => {
	it("keeps the place under the pointer where it is", () => {
		const view = zoom(WHOLE, 2, 0.5, 300_000);
		expect(view.span).toBeCloseTo(0.5);
		expect((0.5 - view.start) / view.span).toBeCloseTo(0.5);
	});
	it("never leaves the call", () => {
		expect(pan({ start: 0.6, span: 0.4 }, 0.5).start).toBeCloseTo(0.6);
		expect(pan({ start: 0.1, span: 0.4 }, -0.5).start).toBe(0);
		expect(zoom({ start: 0.9, span: 0.1 }, 0.01, 0.95, 300_000)).toEqual(WHOLE);
	});
	it("stops at eight seconds, and does not zoom a short call at all", () => {
		expect(closest(160_000)).toBeCloseTo(0.05);
		expect(closest(5_000)).toBe(1);
	});
	it("moves only when the place is out of view", () => {
		const view = { start: 0.2, span: 0.4 };
		expect(reveal(view, 0.5)).toBe(view);
		expect(reveal(view, 0.8).start).toBeCloseTo(0.6);
	});
});

describe("rulerTimes", () => {
	it("takes the smallest round step whose labels fit", () => {
		expect(rulerTimes(304_000, 900)[1]).toBe(30_000);
		expect(rulerTimes(304_000, 320)[1]).toBe(120_000);
		expect(rulerTimes(9_000, 900)[1]).toBe(1_000);
	});
});

describe("barsOf", () => {
	it("takes the loudest peak of each bar", () => {
		expect(barsOf([0.1, 0.9, 0.2, 0.3], 50, 0, 80, 40)).toEqual({ heights: [0.9, 0.3], first: 0 });
	});
	it("is silent beyond the recording", () => {
		expect(barsOf([0.5], 50, 0, 60, 20).heights).toEqual([0.5, 0, 0]);
	});
	it("lies on the same grid wherever the view starts", () => {
		expect(barsOf([], 50, 1030, 1100, 40).first).toBe(25);
	});
});
