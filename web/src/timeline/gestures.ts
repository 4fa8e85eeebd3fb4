import type { Signal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import { pan, type View, zoom } from "./view";

export interface Gestures {
	view: Signal<View>;
	durationMS: number;
	enabled: boolean;
	onSeek: (ms: number) => void;
}

/** Wheel, pinch and drag on the timeline: Ctrl+wheel and pinch zoom, a sideways wheel pans, a press or drag seeks. */
export function useGestures(box: RefObject<HTMLElement | null>, { view, durationMS, enabled, onSeek }: Gestures): void {
	// biome-ignore lint/correctness/useExhaustiveDependencies: onSeek only ever calls the same player
	useEffect(() => {
		const element = box.current;
		if (!element || !enabled) return;
		const gone = new AbortController();
		const fingers = new Map<number, number>();
		const placeOf = (clientX: number) => {
			const rect = element.getBoundingClientRect();
			return view.value.start + ((clientX - rect.left) / Math.max(1, rect.width)) * view.value.span;
		};
		const spread = () => {
			const [a = 0, b = 0] = [...fingers.values()];
			return { apart: Math.max(10, Math.abs(a - b)), middle: (a + b) / 2 };
		};
		element.addEventListener(
			"wheel",
			(event) => {
				if (event.ctrlKey || event.metaKey) {
					event.preventDefault();
					view.value = zoom(view.value, Math.exp(-event.deltaY / 200), placeOf(event.clientX), durationMS);
				} else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
					event.preventDefault();
					view.value = pan(view.value, (event.deltaX / Math.max(1, element.clientWidth)) * view.value.span);
				}
			},
			{ passive: false, signal: gone.signal },
		);
		element.addEventListener(
			"pointerdown",
			(event) => {
				if (event.target instanceof Element && event.target.closest("button, a")) return;
				fingers.set(event.pointerId, event.clientX);
				element.setPointerCapture(event.pointerId);
				if (fingers.size === 1) onSeek(placeOf(event.clientX) * durationMS);
			},
			{ signal: gone.signal },
		);
		element.addEventListener(
			"pointermove",
			(event) => {
				if (!fingers.has(event.pointerId)) return;
				const before = spread();
				fingers.set(event.pointerId, event.clientX);
				if (fingers.size === 1) onSeek(placeOf(event.clientX) * durationMS);
				if (fingers.size === 2) {
					const after = spread();
					view.value = zoom(view.value, after.apart / before.apart, placeOf(after.middle), durationMS);
				}
			},
			{ signal: gone.signal },
		);
		const lift = (event: PointerEvent) => {
			fingers.delete(event.pointerId);
		};
		element.addEventListener("pointerup", lift, { signal: gone.signal });
		element.addEventListener("pointercancel", lift, { signal: gone.signal });
		return () => gone.abort();
	}, [box, enabled, durationMS, view]);
}
