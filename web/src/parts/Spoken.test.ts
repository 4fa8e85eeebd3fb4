import { expect, test } from "vitest";
import { spokenPieces } from "./Spoken";

test("sounds without words stand apart from what was said", () => {
	expect(spokenPieces("[sighs] Fine. [pause] I will wait.")).toEqual([
		{ words: "[sighs]", sound: true },
		{ words: " Fine. ", sound: false },
		{ words: "[pause]", sound: true },
		{ words: " I will wait.", sound: false },
	]);
});

test("other brackets are her words", () => {
	expect(spokenPieces("Order [441].")).toEqual([{ words: "Order [441].", sound: false }]);
	expect(spokenPieces("")).toEqual([]);
});
