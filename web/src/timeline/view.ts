/** Which part of a call is in view: from start, span long, both as parts (0–1) of the call. */
export interface View {
	start: number;
	span: number;
}

export const WHOLE: View = { start: 0, span: 1 };

/** No closer than 1/40 of the call, or 8 s, whichever is longer. */
export const closest = (durationMS: number): number => Math.min(1, Math.max(1 / 40, 8000 / Math.max(1, durationMS)));

/** The view zoomed by a factor (>1 is closer) around a place (0–1 of the call), which stays where it is. */
export function zoom(view: View, factor: number, around: number, durationMS: number): View {
	const span = Math.min(1, Math.max(closest(durationMS), view.span / factor));
	return pan({ start: around - ((around - view.start) / view.span) * span, span }, 0);
}

/** The view moved by a part of the call, kept inside it. */
export function pan(view: View, by: number): View {
	return { start: Math.min(1 - view.span, Math.max(0, view.start + by)), span: view.span };
}

/** The view that shows a place: unmoved while it is in view, otherwise moved so that it stands a quarter in. */
export function reveal(view: View, place: number): View {
	if (place >= view.start && place <= view.start + view.span) return view;
	return pan({ start: place - view.span / 4, span: view.span }, 0);
}

/** Times for a ruler: a round step apart, so many that labels keep at least minGapPx between them. */
export function rulerTimes(durationMS: number, widthPx: number, minGapPx = 64): number[] {
	const most = Math.max(1, Math.floor(widthPx / minGapPx));
	const step =
		[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800].map((s) => s * 1000).find((s) => durationMS / s <= most) ?? 3_600_000;
	return Array.from({ length: Math.floor(durationMS / step) + 1 }, (_, i) => i * step);
}

export interface Bars {
	/** Peaks per bar, 0–1. */
	heights: number[];
	/** Index of the first bar on the call's grid of bars. */
	first: number;
}

/**
 * The loudest peak of each bar for a stretch of a call. Bars lie on a fixed grid of barMS from the call's start, so
 * they do not flicker while the view moves.
 */
export function barsOf(peaks: number[], rateHz: number, fromMS: number, toMS: number, barMS: number): Bars {
	const first = Math.max(0, Math.floor(fromMS / barMS));
	const last = Math.ceil(toMS / barMS);
	const heights: number[] = [];
	for (let bar = first; bar < last; bar++) {
		const from = Math.floor(((bar * barMS) / 1000) * rateHz);
		const to = Math.max(from + 1, Math.floor((((bar + 1) * barMS) / 1000) * rateHz));
		let most = 0;
		for (let i = from; i < to && i < peaks.length; i++) most = Math.max(most, peaks[i] ?? 0);
		heights.push(most);
	}
	return { heights, first };
}
