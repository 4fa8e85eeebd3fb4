import { describe, expect, it } from "vitest";
import { Resampler } from "./resample";

const tone = (hz: number, rate: number, n: number) =>
	Float32Array.from({ length: n }, (_, i) => Math.sin((2 * Math.PI * hz * i) / rate)) as Float32Array<ArrayBuffer>;
const rms = (samples: ArrayLike<number>) => Math.sqrt(Array.from(samples).reduce((s, v) => s + v * v, 0) / samples.length);
const through = (from: number, to: number, input: Float32Array<ArrayBuffer>, block: number) => {
	const resampler = new Resampler(from, to);
	const out: number[] = [];
	for (let at = 0; at < input.length; at += block) out.push(...resampler.push(input.slice(at, at + block)));
	return out;
};

describe("a resampler", () => {
	it.each([
		[48_000, 16_000],
		[24_000, 48_000],
		[44_100, 48_000],
		[48_000, 44_100],
	])("keeps a voice from %i to %i Hz, and its length", (from, to) => {
		const out = through(from, to, tone(1000, from, from), 128);
		expect(Math.abs(out.length - to)).toBeLessThan(200);
		const middle = out.slice(2000, 12_000);
		expect(rms(middle)).toBeCloseTo(Math.SQRT1_2, 2);
		// What is left over when the tone itself is taken away.
		const w = (2 * Math.PI * 1000) / to;
		const a = (2 / middle.length) * middle.reduce((s, v, i) => s + v * Math.sin(w * i), 0);
		const b = (2 / middle.length) * middle.reduce((s, v, i) => s + v * Math.cos(w * i), 0);
		expect(rms(middle.map((v, i) => v - a * Math.sin(w * i) - b * Math.cos(w * i)))).toBeLessThan(0.01);
	});

	it("lets nothing through that the lower rate cannot hold", () => {
		expect(rms(through(48_000, 16_000, tone(10_000, 48_000, 48_000), 128).slice(1000))).toBeLessThan(0.01);
	});

	it("does not mind how the sound is cut into blocks", () => {
		const input = tone(440, 48_000, 9600);
		const whole = through(48_000, 16_000, input, 9600);
		const blocks = through(48_000, 16_000, input, 128);
		expect(blocks.length).toBe(whole.length);
		expect(blocks.every((v, i) => Math.abs(v - (whole[i] as number)) < 1e-6)).toBe(true);
	});

	it("gives 20 ms for 20 ms", () => {
		const resampler = new Resampler(24_000, 48_000);
		const lengths = Array.from({ length: 10 }, () => resampler.push(new Float32Array(480)).length);
		expect(new Set(lengths)).toEqual(new Set([960]));
	});
});
