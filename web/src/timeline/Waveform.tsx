import { useEffect, useRef } from "preact/hooks";
import { barsOf, type View } from "./view";

const BAR_PX = 3.5;

/** One channel of a recording for the part of the call in view. Drawn on a canvas from peaks that the server kept. */
export function Waveform({
	peaks,
	rateHz,
	durationMS,
	view,
	width,
	height,
}: {
	peaks: number[];
	rateHz: number;
	durationMS: number;
	view: View;
	width: number;
	height: number;
}) {
	const canvas = useRef<HTMLCanvasElement>(null);
	useEffect(() => {
		const element = canvas.current;
		if (!element || width <= 0) return;
		const draw = () => {
			const scale = window.devicePixelRatio || 1;
			element.width = Math.round(width * scale);
			element.height = Math.round(height * scale);
			const pen = element.getContext("2d");
			if (!pen) return;
			pen.scale(scale, scale);
			pen.strokeStyle = getComputedStyle(element).color;
			pen.lineWidth = 1.75;
			pen.lineCap = "round";
			const fromMS = view.start * durationMS;
			const msPerPx = (view.span * durationMS) / width;
			const barMS = msPerPx * BAR_PX;
			const { heights, first } = barsOf(peaks, rateHz, fromMS, fromMS + view.span * durationMS, barMS);
			const middle = height / 2;
			pen.beginPath();
			heights.forEach((peak, i) => {
				// Below −50 dB nothing is drawn: a room is not a voice.
				if (peak < 0.003) return;
				const x = ((first + i) * barMS - fromMS) / msPerPx + BAR_PX / 2;
				// A power below one lifts quiet speech, as the ear does.
				const half = Math.max(0.75, Math.min(1, peak) ** 0.6 * (middle - 2));
				pen.moveTo(x, middle - half);
				pen.lineTo(x, middle + half);
			});
			pen.stroke();
		};
		draw();
		const dark = window.matchMedia("(prefers-color-scheme: dark)");
		dark.addEventListener("change", draw);
		const chosen = new MutationObserver(draw);
		chosen.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
		return () => {
			dark.removeEventListener("change", draw);
			chosen.disconnect();
		};
	}, [peaks, rateHz, durationMS, view, width, height]);
	return <canvas ref={canvas} style={{ width: `${width}px`, height: `${height}px` }} />;
}
