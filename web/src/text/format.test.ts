import { describe, expect, it } from "vitest";
import { and, clock, day, duration, firstName, sentence, spokenDuration } from "./format";

describe("clock", () => {
	it.each([
		[0, "0:00"],
		[999, "0:00"],
		[83_200, "1:23"],
		[3_723_000, "1:02:03"],
		[-5, "0:00"],
	])("%d ms reads %s", (ms, text) => expect(clock(ms)).toBe(text));
});

describe("durations", () => {
	it.each([
		[9_000, "9 s"],
		[304_000, "5 min 4 s"],
		[120_000, "2 min"],
		[59_700, "1 min"],
	])("%d ms is %s", (ms, text) => expect(duration(ms)).toBe(text));

	it.each([
		[600, "0.6 seconds"],
		[1_000, "1 second"],
		[21_400, "21 seconds"],
		[75_000, "1 min 15 s"],
	])("%d ms is spoken as %s", (ms, text) => expect(spokenDuration(ms)).toBe(text));
});

it("names a day and a time, and nothing for what is no time", () => {
	expect(day("2026-11-19T10:42:00Z")).toMatch(/^Thursday.* 19 November/);
	expect(day("")).toBe("");
});

it("writes a note as a sentence", () => {
	expect(sentence("worth less the second time")).toBe("Worth less the second time.");
	expect(sentence("Why?")).toBe("Why?");
	expect(sentence("")).toBe("");
});

it("joins names as people do", () => {
	expect(and(["a", "b", "c"])).toBe("a, b and c");
	expect(firstName("Maya Torres")).toBe("Maya");
});
