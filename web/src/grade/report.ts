import type { CallDetail, DimensionName, Evidence, Grade, ScoreName, Turn } from "../api/types";
import { type Moved, movesOf } from "../timeline/curve";

/** Which dimensions each reported score is made of. Professionalism has none of its own: it comes from how things were said. */
export const PARTS: Record<ScoreName, DimensionName[]> = {
	empathy: ["acknowledge", "own"],
	active_listening: ["discover", "listen"],
	deescalation: ["deescalate"],
	professionalism: [],
	resolution: ["resolve", "close"],
};

export const SCORES: ScoreName[] = ["empathy", "active_listening", "deescalation", "professionalism", "resolution"];

/** A quote with its place in the call. */
export interface Placed {
	words: string;
	turn: Turn;
	fromMS: number;
	toMS: number;
}

/** One thing that helped, or one next step. A step whose moment left no quote has none. */
export interface Point {
	dimension: DimensionName;
	level: number;
	quote: Placed | null;
	/** What the turn did to this customer, from the ledger; null when it moved nothing. */
	effect: Moved | null;
}

/** Finds a quote's turn and times: those it came with, else the words' own times, else the whole turn's. */
export function place(
	quote: string,
	turnIndex: number,
	turns: Turn[],
	fromMS: number | null = null,
	toMS: number | null = null,
): Placed | null {
	const named = turns.find((t) => t.turn === turnIndex);
	const turn = named?.text.includes(quote) ? named : turns.find((t) => quote !== "" && t.text.includes(quote));
	if (!turn) return null;
	if (fromMS !== null && toMS !== null && toMS > fromMS) return { words: quote, turn, fromMS, toMS };
	return { words: quote, turn, ...wordTimes(quote, turn) };
}

function wordTimes(quote: string, turn: Turn): { fromMS: number; toMS: number } {
	const at = turn.text.indexOf(quote);
	const before = count(turn.text.slice(0, at));
	const words = turn.words.slice(before, before + count(quote));
	const first = words[0];
	const last = words.at(-1);
	// Words are trusted only when each written word has its own times.
	if (turn.words.length === count(turn.text) && first && last) return { fromMS: first.start_ms, toMS: last.end_ms };
	return { fromMS: turn.start_ms, toMS: turn.end_ms };
}

const count = (words: string): number => words.split(/\s+/).filter(Boolean).length;

/** The order in which dimensions are named where levels are equal: as they matter in a call. */
const ORDER: DimensionName[] = ["acknowledge", "discover", "own", "resolve", "deescalate", "listen", "close"];

/** Graded dimensions and their levels, those at the given end first. */
function graded(grade: Grade, first: "highest" | "lowest"): { dimension: DimensionName; level: number }[] {
	return ORDER.flatMap((dimension) => {
		const found = grade.dimensions[dimension];
		return found?.status === "graded" && found.level !== null ? [{ dimension, level: found.level }] : [];
	}).sort((a, b) => (first === "highest" ? b.level - a.level : a.level - b.level));
}

/** The graded dimension with the highest (or lowest) level; null when none was graded. */
export function extreme(grade: Grade, which: "highest" | "lowest"): { dimension: DimensionName; level: number } | null {
	return graded(grade, which)[0] ?? null;
}

/** One strength and at most two next steps, each from another dimension, steps also from another turn. */
export function points(detail: CallDetail): { strength: Point | null; steps: Point[] } {
	const grade = detail.grade;
	if (!grade || grade.abstain) return { strength: null, steps: [] };
	const moves = movesOf(detail.ledger);
	const point = (evidence: Evidence, level: number): Point => ({
		dimension: evidence.dimension,
		level,
		quote: place(evidence.quote, evidence.turn, detail.turns, evidence.start_ms, evidence.end_ms),
		effect: moves.find((m) => m.turn === evidence.turn && m.heat !== null) ?? moves.find((m) => m.turn === evidence.turn) ?? null,
	});
	const of = (polarity: "+" | "-", dimension: DimensionName) =>
		grade.evidence.filter((e) => e.polarity === polarity && e.dimension === dimension);
	const ease = (p: Point) => (p.effect?.heat ? p.effect.heat.from - p.effect.heat.to : 0);

	let strength: Point | null = null;
	for (const { dimension, level } of graded(grade, "highest")) {
		if (level < 3) break;
		strength =
			of("+", dimension)
				.map((e) => point(e, level))
				.filter((p) => p.quote)
				.sort((a, b) => ease(b) - ease(a))[0] ?? null;
		if (strength) break;
	}
	const steps: Point[] = [];
	let bare: Point | null = null;
	for (const { dimension, level } of graded(grade, "lowest")) {
		if (steps.length === 2 || level > 3) break;
		const used = new Set([strength, ...steps].map((p) => p?.quote?.turn.turn));
		const found = of("-", dimension)
			.map((e) => point(e, level))
			.filter((p) => p.quote && !used.has(p.quote.turn.turn))
			.sort((a, b) => ease(a) - ease(b))[0];
		if (found) steps.push(found);
		else bare ??= { dimension, level, quote: null, effect: null };
	}
	// A step without a quote is better than none, and worse than any with one.
	if (steps.length === 0 && bare) steps.push(bare);
	return { strength, steps };
}

/** Words that recognition was unsure of. */
export const UNSURE_BELOW = 0.5;

/** Turns of the trainee with unsure words, and how many each has; turns that are unsure as a whole are left out. */
export function unsureTurns(turns: Turn[]): { turn: Turn; words: number }[] {
	return turns
		.filter((t) => t.speaker === "trainee" && !t.typed && !t.unsure)
		.map((turn) => ({ turn, words: turn.words.filter((w) => w.confidence < UNSURE_BELOW).length }))
		.filter((t) => t.words > 0);
}

/** How many of five marks are filled, and how many are hatched because readings of the level differ. */
export function dots(score: number, low: number | null, high: number | null): { on: number; may: number } {
	const on = Math.round(score);
	const top = high === null ? on : Math.min(5, Math.round(high));
	const bottom = low === null ? on : Math.max(1, Math.round(low));
	return { on: Math.min(on, bottom), may: Math.max(top, on) - Math.min(on, bottom) };
}
