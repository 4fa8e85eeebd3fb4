import { useMemo } from "preact/hooks";
import type { CurvePoint } from "../api/types";
import { text } from "../text/en";
import { score } from "../text/format";
import { areaPath, type Frame, linePath, type Moved, ribbonPath, stepsOf, valueAt, yOf } from "./curve";
import { labelled } from "./marks";

const STOPS = [10, 8, 6, 4, 2, 0];

/** The heat ramp as a gradient between two heights of a drawing. */
function Ramp({ id, top, bottom, fill }: { id: string; top: number; bottom: number; fill?: boolean }) {
	return (
		<linearGradient id={id} gradientUnits="userSpaceOnUse" x1="0" x2="0" y1={top} y2={bottom}>
			{STOPS.map((heat) => (
				<stop key={heat} class={`stop-${heat}`} offset={1 - heat / 10} stop-opacity={fill ? (heat / 10) ** 1.3 * 0.26 : 1} />
			))}
		</linearGradient>
	);
}

/** Words beside a mark: what it was, in two or three words. */
const wordsOf = (move: Moved): string => text.act(move.because);

/** Heat and trust over the call: steps, marks where a turn moved them, and words where there is room. */
export function HeatCurve({
	id,
	curve,
	moves,
	durationMS,
	trackPx,
	height,
	onSeek,
	labels,
}: {
	id: string;
	curve: CurvePoint[];
	moves: Moved[];
	durationMS: number;
	trackPx: number;
	height: number;
	onSeek: (ms: number) => void;
	labels: boolean;
}) {
	const frame: Frame = { width: 1200, top: 22, bottom: height - 22, durationMS };
	const heat = useMemo(() => stepsOf(curve, "heat"), [curve]);
	const trust = useMemo(() => stepsOf(curve, "trust"), [curve]);
	// A slope 5 px wide on the screen, whatever the zoom.
	const slope = (5 / Math.max(1, trackPx)) * frame.width;
	const withWords = useMemo(
		() => (labels ? labelled(moves, trackPx / durationMS, trackPx - 60, (m) => wordsOf(m).length * 6.6 + 6) : new Set<Moved>()),
		[moves, trackPx, durationMS, labels],
	);
	const lastHeat = heat.at(-1)?.value;
	const lastTrust = trust.at(-1)?.value;
	return (
		<div class="tl-curve" style={{ height: `${height}px` }}>
			<svg viewBox={`0 0 ${frame.width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
				<defs>
					<Ramp id={`${id}-heat`} top={frame.top} bottom={frame.bottom} />
					<Ramp id={`${id}-area`} top={frame.top} bottom={frame.bottom} fill />
				</defs>
				{[0, 5, 10].map((v) => (
					<path key={v} class="grid" d={`M0 ${yOf(frame, v)}H${frame.width}`} />
				))}
				<g class="drawn">
					<path d={areaPath(heat, frame, frame.bottom, slope)} fill={`url(#${id}-area)`} />
					<path class="trust" d={linePath(trust, frame, slope)} />
					<path d={ribbonPath(heat, frame, 1.5, 6.5, slope)} fill={`url(#${id}-heat)`} />
				</g>
			</svg>
			{moves.map((move) => {
				if (!move.heat) return null;
				const up = move.heat.to > move.heat.from;
				const at = { left: `${(move.atMS / durationMS) * 100}%`, top: `${yOf(frame, (move.heat.from + move.heat.to) / 2)}px` };
				const top = { ...at, top: `${yOf(frame, Math.max(move.heat.from, move.heat.to))}px` };
				return (
					<>
						<button
							type="button"
							tabIndex={-1}
							aria-hidden="true"
							class={`mk ${up ? "up" : "down"}`}
							style={at}
							title={`${text.replay.heatMove(score(move.heat.from), score(move.heat.to))}, ${wordsOf(move)}`}
							onClick={() => onSeek(move.atMS)}
						/>
						{withWords.has(move) && (
							<span class={`mk-l ${up ? "l" : "r"}`} style={top} aria-hidden="true">
								{wordsOf(move)}
							</span>
						)}
					</>
				);
			})}
			{lastHeat !== undefined && lastTrust !== undefined && (
				<>
					<span
						class={`end ${lastHeat <= lastTrust ? "under" : "over"}`}
						style={{ top: `${yOf(frame, lastHeat)}px` }}
						aria-hidden="true"
					>
						{text.timeline.heatEnd(score(valueAt(heat, durationMS)))}
					</span>
					<span
						class={`end tr ${lastHeat <= lastTrust ? "over" : "under"}`}
						style={{ top: `${yOf(frame, lastTrust)}px` }}
						aria-hidden="true"
					>
						{text.timeline.trustEnd(score(lastTrust))}
					</span>
				</>
			)}
		</div>
	);
}
