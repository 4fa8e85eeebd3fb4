import { describe, expect, it } from "vitest";
import { FRAME } from "../frame";
import { CaptureClock } from "./captureClock";

const MS = 48;

/** Frames that come at these milliseconds; gives back how many milliseconds each timestamp is off, against the first. */
const off = (cameMS: number[], saidMS = cameMS) => {
	const clock = new CaptureClock();
	const at = cameMS.map((ms) => clock.next(ms));
	return at.map((t, i) => ((t - (at[0] ?? 0)) / MS - ((saidMS[i] ?? 0) - (saidMS[0] ?? 0))) | 0);
};
const every20 = (n: number, from = 0) => Array.from({ length: n }, (_, i) => from + i * 20);

describe("the microphone's timestamps", () => {
	it("count frames, however late the page gets round to them", () => {
		const said = every20(500, 1000);
		// The page is busy for 800 ms, then takes forty frames at once; and now and then it is a little late.
		const came = said.map((ms, i) => (i >= 100 && i < 140 ? 3800 : ms + ((i * 7) % 19)));
		const clock = new CaptureClock();
		expect(came.map((ms) => clock.next(ms))).toEqual(said.map((_, i) => i * FRAME));
	});

	it("go on where the clock stands after the audio thread stood still", () => {
		for (const still of [96, 400, 10_000]) {
			const came = [...every20(200), ...every20(200, 4000 + still)];
			const wrong = off(came);
			expect(wrong.slice(0, 200).every((ms) => ms === 0)).toBe(true);
			expect(wrong[200]).toBe(-still);
			// Half a second later it is sure.
			expect(wrong.slice(230).every((ms) => Math.abs(ms) <= 1)).toBe(true);
		}
	});

	it("do not take what came first, and was held up, for the usual", () => {
		const came = every20(300).map((ms, i) => Math.max(ms, i < 8 ? 150 : 0));
		const clock = new CaptureClock();
		expect(came.map((ms) => clock.next(ms)).every((at, i) => at === i * FRAME)).toBe(true);
	});

	it("leave a sound card that runs slow to the server", () => {
		const came = every20(90_000).map((ms) => ms * 1.0003);
		const clock = new CaptureClock();
		const last = came.map((ms) => clock.next(ms)).at(-1);
		expect(last).toBe(89_999 * FRAME);
	});
});
