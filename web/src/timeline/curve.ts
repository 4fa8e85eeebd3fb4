import type { CurvePoint, LedgerMark } from "../api/types";

/** How heat or trust ran: it holds still between marks and moves in steps, because it only moves on logged acts. */
export interface Step {
	atMS: number;
	value: number;
}

/** The steps of one measure from the curve: only the points at which it changes, beginning at 0. */
export function stepsOf(curve: CurvePoint[], measure: "heat" | "trust"): Step[] {
	const steps: Step[] = [];
	for (const point of curve) {
		const value = point[measure];
		const last = steps.at(-1);
		if (!last) steps.push({ atMS: 0, value });
		else if (last.atMS === point.at_ms) last.value = value;
		else if (last.value !== value) steps.push({ atMS: point.at_ms, value });
	}
	return steps;
}

/** The value at a time; the last step at or before it. */
export function valueAt(steps: Step[], ms: number): number {
	let value = steps[0]?.value ?? 0;
	for (const step of steps) {
		if (step.atMS > ms) break;
		value = step.value;
	}
	return value;
}

export interface Frame {
	width: number;
	top: number;
	bottom: number;
	durationMS: number;
}

type Point = [x: number, y: number];

const x = (frame: Frame, ms: number) => (frame.durationMS > 0 ? (ms / frame.durationMS) * frame.width : 0);

/** The height of a value 0–10 in a frame. */
export const yOf = (frame: Frame, value: number): number =>
	frame.bottom - (Math.min(10, Math.max(0, value)) / 10) * (frame.bottom - frame.top);

/** Corner points of the stepped line: each step is a short slope of at most `slope` wide, so that its ribbon stays whole. */
export function corners(steps: Step[], frame: Frame, slope: number): Point[] {
	const points: Point[] = [];
	steps.forEach((step, i) => {
		const at = x(frame, step.atMS);
		if (i === 0) {
			points.push([0, yOf(frame, step.value)]);
			return;
		}
		const before = steps[i - 1] as Step;
		const room = at - x(frame, before.atMS);
		points.push([at - Math.min(slope, room) / 2, yOf(frame, before.value)], [at + slope / 2, yOf(frame, step.value)]);
	});
	const last = steps.at(-1);
	if (last) points.push([frame.width, yOf(frame, last.value)]);
	return points;
}

const line = (points: Point[]) => points.map(([px, py]) => `${px.toFixed(1)} ${py.toFixed(1)}`).join("L");

/** A plain stepped line, for trust. */
export function linePath(steps: Step[], frame: Frame, slope = 6): string {
	const points = corners(steps, frame, slope);
	return points.length > 0 ? `M${line(points)}` : "";
}

/** The heat line as a filled ribbon that grows thicker with the heat: colour is never the only carrier. */
export function ribbonPath(steps: Step[], frame: Frame, thin: number, thick: number, slope = 6): string {
	const points = corners(steps, frame, slope);
	if (points.length === 0) return "";
	const half = ([, py]: Point) => (thin + ((frame.bottom - py) / (frame.bottom - frame.top)) * (thick - thin)) / 2;
	const over = points.map((p): Point => [p[0], p[1] - half(p)]);
	const under = points.map((p): Point => [p[0], p[1] + half(p)]).reverse();
	return `M${line(over)}L${line(under)}Z`;
}

/** The ground under the heat line. */
export function areaPath(steps: Step[], frame: Frame, floor: number, slope = 6): string {
	const points = corners(steps, frame, slope);
	if (points.length === 0) return "";
	return `M0 ${floor}L${line(points)}L${frame.width} ${floor}Z`;
}

/** One place on the curve at which a turn moved the customer: all of its ledger entries together. */
export interface Moved {
	atMS: number;
	turn: number;
	heat: { from: number; to: number } | null;
	trust: { from: number; to: number } | null;
	/** The act that moved heat most (or trust, when heat stood still). */
	because: string;
	/** All acts that moved something, the strongest first. */
	acts: string[];
	quote: string;
	notes: string[];
}

/** Ledger entries grouped by the turn and time that they belong to, in order; needs are left to the transcript. */
export function movesOf(ledger: LedgerMark[]): Moved[] {
	const groups = new Map<string, LedgerMark[]>();
	for (const entry of ledger) {
		if (entry.what !== "heat" && entry.what !== "trust") continue;
		const key = `${entry.at_ms}/${entry.turn}`;
		groups.set(key, [...(groups.get(key) ?? []), entry]);
	}
	return [...groups.values()]
		.map((entries): Moved => {
			const span = (what: string) => {
				const those = entries.filter((e) => e.what === what);
				const first = those[0];
				const last = those.at(-1);
				return first && last && first.from !== last.to ? { from: first.from, to: last.to } : null;
			};
			const weight = (e: LedgerMark) => Math.abs(e.to - e.from) + (e.what === "heat" ? 100 : 0);
			const sorted = entries.toSorted((a, b) => weight(b) - weight(a));
			const main = sorted[0] as LedgerMark;
			return {
				atMS: main.at_ms,
				turn: main.turn,
				heat: span("heat"),
				trust: span("trust"),
				because: main.because,
				acts: [...new Set(sorted.filter((e) => e.from !== e.to).map((e) => e.because))],
				quote: main.quote,
				notes: [...new Set(entries.map((e) => e.note).filter(Boolean))],
			};
		})
		.sort((a, b) => a.atMS - b.atMS);
}
