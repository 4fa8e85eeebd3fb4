import { expect, it } from "vitest";
import { read } from "../api/read";
import type { Turn } from "../api/types";
import { piecesOf } from "./Transcript";

const turn = (speaker: string, text: string, confidences: number[]): Turn =>
	read.call({
		turns: [{ speaker, text, words: confidences.map((confidence) => ({ text: "w", start_ms: 0, end_ms: 0, confidence })) }],
	}).turns[0] as Turn;

it("joins sure and unsure words into runs", () => {
	expect(piecesOf(turn("trainee", "four four one seven", [0.2, 0.3, 0.9, 0.9]))).toEqual([
		{ words: "four four", unsure: true },
		{ words: "one seven", unsure: false },
	]);
});

it("shows no doubt where words and times do not match, nor in the customer's words", () => {
	expect(piecesOf(turn("trainee", "four four", [0.2]))).toEqual([{ words: "four four", unsure: false }]);
	expect(piecesOf(turn("customer", "four", [0.1]))).toEqual([{ words: "four", unsure: false }]);
});
