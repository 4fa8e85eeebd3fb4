import { effect, type ReadonlySignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Floor } from "../line/messages";

const TICKS = 84;
const INNER = 85;

/** The ring's path for a level 0–1 at a moment: ticks that reach out further where the voice is louder. */
export function ringPath(level: number, ms: number): string {
	let path = "";
	for (let i = 0; i < TICKS; i++) {
		const angle = (i / TICKS) * 2 * Math.PI;
		// Two slow waves of different lengths, so that the ring looks like a voice and not like a gear.
		const wave = 0.55 + 0.3 * Math.sin(angle * 3 + ms / 900) + 0.15 * Math.sin(angle * 7 - ms / 500);
		const outer = INNER + 2 + 20 * level * wave;
		const x = Math.sin(angle);
		const y = -Math.cos(angle);
		path += `M${(x * INNER).toFixed(1)} ${(y * INNER).toFixed(1)}L${(x * outer).toFixed(1)} ${(y * outer).toFixed(1)}`;
	}
	return path;
}

/** Who holds the floor, around the customer's face: the ring breathes with that voice. Still under reduced motion. */
export function LevelRing({
	floor,
	level,
	children,
}: {
	floor: ReadonlySignal<Floor>;
	/** Level 0–1 of whoever holds the floor, read once a frame. */
	level: (floor: Floor) => number;
	children: ComponentChildren;
}) {
	const ticks = useRef<SVGPathElement>(null);
	useEffect(() => {
		const still = window.matchMedia("(prefers-reduced-motion: reduce)");
		let frame = 0;
		let shown = 0;
		const draw = (ms: number) => {
			const holder = floor.value;
			const now = holder === "free" ? 0 : level(holder);
			// Quick to rise, slow to fall: as a voice is felt.
			shown += (now - shown) * (now > shown ? 0.5 : 0.12);
			ticks.current?.setAttribute("d", ringPath(shown, ms));
			frame = requestAnimationFrame(draw);
		};
		const restart = () => {
			cancelAnimationFrame(frame);
			if (!still.matches) frame = requestAnimationFrame(draw);
		};
		const stop = effect(() => {
			const holder = floor.value;
			if (still.matches) ticks.current?.setAttribute("d", holder === "free" ? "" : ringPath(0.6, 0));
		});
		still.addEventListener("change", restart);
		restart();
		return () => {
			cancelAnimationFrame(frame);
			still.removeEventListener("change", restart);
			stop();
		};
	}, [floor, level]);
	return (
		<div class={`ring ${floor.value}`}>
			<svg viewBox="-116 -116 232 232" aria-hidden="true">
				<circle class="rest" r="81" />
				<path class="loud" ref={ticks} />
			</svg>
			{children}
		</div>
	);
}
