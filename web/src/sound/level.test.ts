import { describe, expect, it } from "vitest";
import { hearsSpeakers, levelDb, meter } from "./level";

describe("levelDb", () => {
	it("is 0 for full scale and −100 for silence", () => {
		expect(levelDb(new Float32Array([1, -1, 1, -1]))).toBeCloseTo(0);
		expect(levelDb(new Float32Array(64))).toBe(-100);
	});
});

it("fills the meter between −60 and −10 dB", () => {
	expect([meter(-80), meter(-60), meter(-35), meter(-10), meter(0)]).toEqual([0, 0, 0.5, 1, 1]);
});

describe("hearsSpeakers", () => {
	it("hears tones that stand well above the room", () => expect(hearsSpeakers([-70, -68, -71], [-40, -41, -66])).toBe(true));
	it("does not take a noisy room for echo", () => expect(hearsSpeakers([-45, -44, -46], [-43, -44, -45])).toBe(false));
	it("lets go what the echo canceller has left over", () => expect(hearsSpeakers([-90, -90, -90], [-70, -72, -69])).toBe(false));
});
