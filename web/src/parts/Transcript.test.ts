import { expect, it } from "vitest";
import { read } from "../api/read";
import type { Turn } from "../api/types";
import { asidesIn, piecesOf } from "./Transcript";

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

it("puts what was said over a turn with that turn, and leaves out noise and echo", () => {
	const detail = read.call({
		turns: [
			{ turn: 0, speaker: "customer", text: "My parcel", start_ms: 0, end_ms: 4000 },
			{ turn: 1, speaker: "trainee", text: "I am sorry", start_ms: 5000, end_ms: 9000 },
		],
		asides: [
			{ speaker: "trainee", kind: "backchannel", text: "I see.", at_ms: 2000 },
			{ speaker: "trainee", kind: "noise", text: "", at_ms: 2500 },
			{ speaker: "trainee", kind: "echo", text: "parcel", at_ms: 3000 },
			{ speaker: "customer", kind: "backchannel", text: "Mm-hm.", at_ms: 7000 },
		],
	});
	expect(asidesIn(detail, 0).map((a) => a.text)).toEqual(["I see."]);
	expect(asidesIn(detail, 1).map((a) => a.text)).toEqual(["Mm-hm."]);
});
