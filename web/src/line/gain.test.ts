import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Gain, gainSchedule, volumeOf } from "./gain";

describe("volumeOf", () => {
	it("ducks by 13 dB to under a quarter and flushes to silence", () => {
		expect(volumeOf(-13)).toBeCloseTo(0.2239, 3);
		expect(volumeOf(-80)).toBe(0);
		expect(volumeOf(0)).toBe(1);
		expect(volumeOf(6)).toBe(1);
	});
});

describe("gainSchedule", () => {
	it("has steps of at most 10 ms and ends where and when it was told", () => {
		const steps = gainSchedule(1, -13, 45);
		expect(steps.at(-1)).toEqual({ atMS: 45, volume: volumeOf(-13) });
		steps.forEach((step, i) => {
			expect(step.atMS - (steps[i - 1]?.atMS ?? 0)).toBeLessThanOrEqual(10);
			expect(step.volume).toBeLessThan(steps[i - 1]?.volume ?? 1);
		});
	});

	it("is one step at once when there is no ramp", () => {
		expect(gainSchedule(1, -80, 0)).toEqual([{ atMS: 0, volume: 0 }]);
	});
});

describe("Gain", () => {
	beforeEach(() => {
		vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
	});
	afterEach(() => {
		vi.useRealTimers();
	});

	it("reaches the duck in its ramp and comes back", () => {
		const element = { volume: 1, muted: false };
		const gain = new Gain(element);
		gain.ramp(-13, 30);
		vi.advanceTimersByTime(31);
		expect(element.volume).toBeCloseTo(volumeOf(-13));
		gain.ramp(0, 100);
		vi.advanceTimersByTime(101);
		expect(element.volume).toBe(1);
		expect(element.muted).toBe(false);
	});

	it("lets a flush overtake a duck that is still on its way", () => {
		const element = { volume: 1, muted: false };
		const gain = new Gain(element);
		gain.ramp(-13, 200);
		vi.advanceTimersByTime(20);
		gain.ramp(-80, 20);
		vi.advanceTimersByTime(500);
		expect(element).toEqual({ volume: 0, muted: true });
	});

	it("moves nothing after it was closed", () => {
		const element = { volume: 1, muted: false };
		const gain = new Gain(element);
		gain.ramp(-80, 100);
		gain.close();
		const volume = element.volume;
		vi.advanceTimersByTime(500);
		expect(element.volume).toBe(volume);
	});
});
