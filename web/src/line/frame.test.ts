import { describe, expect, it } from "vitest";
import { decodeFrame, encodeFrame, pcmOf, samplesOf, unwrap } from "./frame";

describe("a frame of sound", () => {
	it("is eight bytes in network order and the payload", () => {
		const data = encodeFrame({ codec: "opus", sequence: 0x0102, timestamp: 0xa0b0c0d0, payload: new Uint8Array([7, 8]) });
		expect([...new Uint8Array(data)]).toEqual([1, 1, 1, 2, 0xa0, 0xb0, 0xc0, 0xd0, 7, 8]);
		expect(decodeFrame(data)).toEqual({
			codec: "opus",
			sequence: 0x0102,
			timestamp: 0xa0b0c0d0,
			payload: new Uint8Array([7, 8]),
		});
	});
	it("is not read when it is short, of another version or of an unknown codec", () => {
		const bad = [[], [1, 1, 0, 0, 0, 0, 0, 0], [2, 1, 0, 0, 0, 0, 0, 0, 9], [1, 3, 0, 0, 0, 0, 0, 0, 9]];
		expect(bad.map((b) => decodeFrame(new Uint8Array(b).buffer))).toEqual([null, null, null, null]);
	});
});

it("writes samples as 16 bit, least byte first, and keeps them within their range", () => {
	expect([...pcmOf(new Float32Array([0, 1, -1, 2]))]).toEqual([0, 0, 0xff, 0x7f, 0x01, 0x80, 0xff, 0x7f]);
	const back = samplesOf(pcmOf(new Float32Array([0.25, -0.5])));
	expect(back[0]).toBeCloseTo(0.25, 3);
	expect(back[1]).toBeCloseTo(-0.5, 3);
});

it("follows timestamps over their end, and back a little", () => {
	expect(unwrap(960, 0xffffffff)).toBe(0xffffffff + 961);
	expect(unwrap(0xffffff00, 2 ** 32 + 100)).toBe(0xffffff00);
	expect(unwrap(5000, 4040)).toBe(5000);
});
