import { describe, expect, it } from "vitest";
import { parseServer } from "./messages";

describe("parseServer", () => {
	it.each([
		["not text", new ArrayBuffer(3)],
		["no JSON", "{"],
		["no object", "7"],
		["null", "null"],
		["an unknown type", '{"type":"weather"}'],
		["no type", "{}"],
	])("takes %s for no message", (_, data) => expect(parseServer(data)).toBeNull());

	it("reads a gain message and never a negative ramp", () => {
		expect(parseServer('{"type":"gain","db":-13,"ramp_ms":-4}')).toEqual({ type: "gain", db: -13, ramp_ms: 0 });
	});

	it("puts a safe value where a field is missing or wrong", () => {
		expect(parseServer('{"type":"floor","holder":"nobody"}')).toEqual({ type: "floor", holder: "free", at_ms: 0 });
		expect(parseServer('{"type":"turn","turn":3,"text":null}')).toMatchObject({ turn: 3, text: "", words: [] });
		expect(parseServer('{"type":"ended"}')).toEqual({ type: "ended", ending: "", by: "server", reason: "" });
	});

	it("takes a candidate as an object or as its bare line", () => {
		expect(parseServer('{"type":"candidate","candidate":"candidate:1 1 udp"}')).toEqual({
			type: "candidate",
			candidate: { candidate: "candidate:1 1 udp", sdpMLineIndex: 0 },
		});
		expect(parseServer('{"type":"candidate","candidate":{"candidate":"c","sdpMid":"0"}}')).toEqual({
			type: "candidate",
			candidate: { candidate: "c", sdpMid: "0" },
		});
	});

	it("reads the question whether words were meant, and takes anything unclear for its end", () => {
		expect(parseServer('{"type":"safety","on":true}')).toEqual({ type: "safety", on: true });
		expect(parseServer('{"type":"safety"}')).toEqual({ type: "safety", on: false });
	});
});
