import type { Turn } from "../api/types";
import type { Moved } from "./curve";

/** Silence of both that is long enough to be drawn. */
export const QUIET_MS = 6000;

/** A stretch of the call, in milliseconds of its clock. */
export interface Stretch {
	fromMS: number;
	toMS: number;
}

/** Stretches in which nobody spoke for QUIET_MS or more, between the first turn and the last. */
export function quietsOf(turns: Turn[]): Stretch[] {
	const quiets: Stretch[] = [];
	let until = turns[0]?.end_ms ?? 0;
	for (const turn of turns.toSorted((a, b) => a.start_ms - b.start_ms)) {
		if (turn.start_ms - until >= QUIET_MS) quiets.push({ fromMS: until, toMS: turn.start_ms });
		until = Math.max(until, turn.end_ms);
	}
	return quiets;
}

/** Which moves get their words beside them, so that no words overlap: the strongest first. */
export function labelled(moves: Moved[], pxPerMS: number, widthPx: number, widthOf: (move: Moved) => number): Set<Moved> {
	const taken: [number, number][] = [];
	const chosen = new Set<Moved>();
	const size = (m: Moved) => Math.abs((m.heat?.to ?? 0) - (m.heat?.from ?? 0));
	for (const move of moves.filter((m) => m.heat !== null).toSorted((a, b) => size(b) - size(a))) {
		const at = move.atMS * pxPerMS;
		const width = widthOf(move);
		// Words stand before a rise and after a fall: there the line is lower.
		const up = (move.heat?.to ?? 0) > (move.heat?.from ?? 0);
		const [from, to] = up ? [at - width, at] : [at + 8, at + 8 + width];
		if (from < 0 || to > widthPx || taken.some(([a, b]) => from < b + 12 && to > a - 12)) continue;
		taken.push([from, to]);
		chosen.add(move);
	}
	return chosen;
}

/** The turn that is spoken at a time: the last one that began by then; −1 before the first. */
export function turnAt(turns: Turn[], ms: number): number {
	let at = -1;
	turns.forEach((turn, i) => {
		if (turn.start_ms <= ms && (at < 0 || turn.start_ms >= (turns[at]?.start_ms ?? 0))) at = i;
	});
	return at;
}
