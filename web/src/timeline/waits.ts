import type { StageTimes, Turn } from "../api/types";

/** The stages of a wait, in the order in which they come to an end. */
export const STAGES = ["endpoint", "recognize", "decide", "words", "synthesize", "send"] as const;
export type Stage = (typeof STAGES)[number];

/** One wait for the customer's answer. */
export interface Wait {
	turn: number;
	/** When the answer began. */
	atMS: number;
	totalMS: number;
	/** What took time, in order; stages that took less than a millisecond are left out. */
	parts: { stage: Stage; ms: number }[];
}

/** The bar's height is for a wait of at least this, so that short waits look short. */
export const SCALE_MS = 1000;

/** The waits of a call, from the turns that say where theirs went. */
export function waitsOf(turns: Turn[]): Wait[] {
	const waits: Wait[] = [];
	for (const turn of turns) {
		if (turn.speaker !== "customer" || !turn.stages) continue;
		const parts = partsOf(turn.stages);
		const totalMS = parts.reduce((sum, part) => sum + part.ms, 0);
		if (parts.length > 0) waits.push({ turn: turn.turn, atMS: turn.start_ms, totalMS, parts });
	}
	return waits;
}

function partsOf(stages: StageTimes): Wait["parts"] {
	return STAGES.map((stage) => ({ stage, ms: Math.max(0, stages[stage] ?? 0) })).filter((part) => part.ms >= 1);
}

/** How long the whole height of the lane stands for: a full second, or the longest wait, rounded up to half seconds. */
export function scaleOf(waits: Wait[]): number {
	const longest = Math.max(0, ...waits.map((w) => w.totalMS));
	return Math.max(SCALE_MS, Math.ceil(longest / 500) * 500);
}

/** The middle wait. */
export function medianOf(waits: Wait[]): number {
	const sorted = waits.map((w) => w.totalMS).toSorted((a, b) => a - b);
	const half = sorted.length >> 1;
	if (sorted.length === 0) return 0;
	return sorted.length % 2 ? (sorted[half] ?? 0) : ((sorted[half - 1] ?? 0) + (sorted[half] ?? 0)) / 2;
}
