import { effect, type Signal, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { CallDetail, Peaks, Turn } from "../api/types";
import type { Player } from "../sound/player";
import { text } from "../text/en";
import { clock, duration, firstName } from "../text/format";
import { type Moved, movesOf } from "./curve";
import { useGestures } from "./gestures";
import { HeatCurve } from "./HeatCurve";
import { MoveList } from "./MoveList";
import { quietsOf } from "./marks";
import { reveal, rulerTimes, type View, WHOLE } from "./view";
import { WaitLane, WaitList } from "./Waits";
import { Waveform } from "./Waveform";
import { scaleOf, waitsOf } from "./waits";

/** A numbered mark on the timeline: 1 is what helped, 2 and 3 are next steps. */
export interface EvidenceMark {
	n: number;
	good: boolean;
	label: string;
	fromMS: number;
	toMS: number;
	/** Id of the element on this page that tells about it; none on the replay, where the mark moves the cursor. */
	anchor: string | null;
}

export interface TimelineProps {
	detail: CallDetail;
	peaks: Peaks | null;
	player: Player;
	durationMS: number;
	evidence: EvidenceMark[];
	view: Signal<View>;
	/** The lower form of the debrief: no zoom, and a cursor only while something plays. */
	brief?: boolean;
}

/** The call as a picture: both voices, heat and trust, turns, silences, evidence, and one cursor over all of it. */
export function Timeline({ detail, peaks, player, durationMS, evidence, view, brief = false }: TimelineProps) {
	const box = useRef<HTMLDivElement>(null);
	const [width, setWidth] = useState(0);
	const name = firstName(detail.call.persona_name);
	const [waits] = useState(() => waitsOf(detail.turns));
	const [moves] = useState<Moved[]>(() => movesOf(detail.ledger));
	useLayoutEffect(() => {
		const element = box.current;
		if (!element) return;
		const measure = () => setWidth(element.clientWidth);
		measure();
		const watch = new ResizeObserver(measure);
		watch.observe(element);
		return () => watch.disconnect();
	}, []);
	const phone = width > 0 && width < 520;
	// biome-ignore lint/correctness/useExhaustiveDependencies: the first view is chosen once the width is known
	useEffect(() => {
		// On a phone the timeline is a window onto the call, rather than minutes squeezed into a hand's width.
		if (!brief && phone && durationMS > 120_000)
			view.value = reveal({ start: 0, span: 96_000 / durationMS }, player.currentTime.value / durationMS);
	}, [phone]);
	useEffect(
		() =>
			effect(() => {
				const next = reveal(view.value, player.currentTime.value / durationMS);
				if (player.playing.value && next !== view.value) view.value = next;
			}),
		[player, durationMS, view],
	);
	useGestures(box, { view, durationMS, enabled: !brief, onSeek: (ms) => player.seek(ms) });

	const shown = brief ? WHOLE : view.value;
	const trackPx = width / shown.span;
	const lane = brief ? 34 : 52;
	const place = (ms: number) => `${(ms / durationMS) * 100}%`;
	const stretch = (fromMS: number, toMS: number) => ({ left: place(fromMS), width: `${((toMS - fromMS) / durationMS) * 100}%` });
	const track = { width: `${100 / shown.span}%`, marginLeft: `${(-shown.start / shown.span) * 100}%` };
	const canvasAt = { left: `${shown.start * 100}%` };
	const lanes: { who: "you" | "them"; turns: Turn[]; peaks: number[] }[] = [
		{ who: "you", turns: detail.turns.filter((t) => t.speaker === "trainee"), peaks: peaks?.trainee ?? [] },
		{ who: "them", turns: detail.turns.filter((t) => t.speaker === "customer"), peaks: peaks?.customer ?? [] },
	];
	return (
		<figure class={`tl${brief ? " tl-brief" : ""}`} aria-label={text.timeline.label(duration(durationMS))}>
			{!brief && shown.span < 0.999 && <Overview view={view} moves={moves} detail={detail} durationMS={durationMS} />}
			<div class="tl-body">
				<div class="tl-names" aria-hidden="true">
					<span class="n-you">{text.timeline.you}</span>
					<span class="n-them">{name}</span>
					<span class="n-heat">
						<b>{text.timeline.heat}</b>
						<i>10</i>
						<i>5</i>
						<i>0</i>
					</span>
					{!brief && waits.length > 0 && (
						<span class="n-wait">
							<b>{text.waits.lane}</b>
							<i>{text.waits.upTo(scaleOf(waits) / 1000)}</i>
						</span>
					)}
				</div>
				<div class="tl-view" ref={box}>
					<div class="tl-track" style={track}>
						<div class="tl-ruler" aria-hidden="true">
							{rulerTimes(durationMS, trackPx).map(
								(ms) =>
									durationMS === 0 ||
									((1 - ms / durationMS) * trackPx > 40 && (
										<span key={ms} style={{ left: place(ms) }}>
											{clock(ms)}
										</span>
									)),
							)}
						</div>
						<div class="tl-tags">
							{evidence.map((mark) => (
								<Tag key={mark.n} mark={mark} left={place((mark.fromMS + mark.toMS) / 2)} onSeek={(ms) => player.seek(ms)} />
							))}
						</div>
						<div class="tl-regions" aria-hidden="true">
							{evidence.map((mark) => (
								<span key={mark.n} class={mark.good ? "good" : "step"} style={stretch(mark.fromMS, mark.toMS)} />
							))}
						</div>
						{lanes.map(({ who, turns, peaks: heights }) => (
							<div key={who} class={`tl-lane ${who}`} aria-hidden="true">
								<div class="tl-canvas" style={canvasAt}>
									<Waveform
										peaks={heights}
										rateHz={peaks?.rate_hz ?? 50}
										durationMS={durationMS}
										view={shown}
										width={width}
										height={lane}
									/>
								</div>
								<div class="tl-turns">
									{turns.map((t) => (
										<i key={t.turn} style={stretch(t.start_ms, t.end_ms)} />
									))}
								</div>
								{who === "you" &&
									quietsOf(detail.turns).map((q) => (
										<span key={q.fromMS} class="tl-quiet" style={stretch(q.fromMS, q.toMS)}>
											{((q.toMS - q.fromMS) / durationMS) * trackPx > 70 && (
												<em>{text.timeline.quiet(duration(q.toMS - q.fromMS))}</em>
											)}
										</span>
									))}
							</div>
						))}
						<HeatCurve
							id={brief ? "brief" : "replay"}
							curve={detail.curve}
							moves={moves}
							durationMS={durationMS}
							trackPx={trackPx}
							height={brief ? 176 : 196}
							onSeek={(ms) => player.seek(ms)}
							labels={width > 0}
						/>
						{!brief && waits.length > 0 && <WaitLane waits={waits} durationMS={durationMS} />}
						<Cursor player={player} durationMS={durationMS} brief={brief} />
					</div>
				</div>
			</div>
			<MoveList moves={moves} name={name} onSeek={(ms) => player.seek(ms)} />
			{!brief && <WaitList waits={waits} name={name} onSeek={(ms) => player.seek(ms)} />}
		</figure>
	);
}

function Tag({ mark, left, onSeek }: { mark: EvidenceMark; left: string; onSeek: (ms: number) => void }) {
	const kind = `tag ${mark.good ? "good" : "step"}`;
	const label = `${mark.label}, ${clock(mark.fromMS)}`;
	if (mark.anchor) {
		return (
			<a class={kind} href={`#${mark.anchor}`} style={{ left }} aria-label={label}>
				{mark.n}
			</a>
		);
	}
	return (
		<button type="button" class={kind} style={{ left }} aria-label={label} onClick={() => onSeek(mark.fromMS)}>
			{mark.n}
		</button>
	);
}

/** The one cursor. It moves by an effect on the element itself, so nothing is rendered anew while a call plays. */
function Cursor({ player, durationMS, brief }: { player: Player; durationMS: number; brief: boolean }) {
	const line = useRef<HTMLDivElement>(null);
	const flag = useRef<HTMLElement>(null);
	useEffect(
		() =>
			effect(() => {
				const ms = player.currentTime.value;
				if (!line.current || !flag.current) return;
				line.current.style.left = `${(ms / Math.max(1, durationMS)) * 100}%`;
				line.current.setAttribute("aria-valuenow", String(Math.round(ms / 1000)));
				line.current.setAttribute("aria-valuetext", text.timeline.positionOf(clock(ms), clock(durationMS)));
				flag.current.textContent = clock(ms);
			}),
		[player, durationMS],
	);
	const playing = useSignal(false);
	useEffect(
		() =>
			effect(() => {
				playing.value = player.playing.value;
			}),
		[player, playing],
	);
	if (brief) {
		return (
			<div class={`tl-cursor${playing.value ? "" : " away"}`} ref={line} aria-hidden="true">
				<b ref={flag} />
			</div>
		);
	}
	return (
		<div
			class="tl-cursor"
			ref={line}
			role="slider"
			tabIndex={0}
			aria-label={text.timeline.position}
			aria-valuemin={0}
			aria-valuemax={Math.round(durationMS / 1000)}
			aria-valuenow={0}
		>
			<b ref={flag} />
		</div>
	);
}

/** The whole call in small, with a frame around the part in view. Keys + − 0 and the arrows do the same by keyboard. */
function Overview({
	view,
	moves,
	detail,
	durationMS,
}: {
	view: Signal<View>;
	moves: Moved[];
	detail: CallDetail;
	durationMS: number;
}) {
	const move = (event: PointerEvent) => {
		if (event.buttons === 0 && event.type === "pointermove") return;
		const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
		const place = (event.clientX - box.left) / Math.max(1, box.width);
		const span = view.value.span;
		view.value = { span, start: Math.min(1 - span, Math.max(0, place - span / 2)) };
	};
	return (
		<div class="tl-over" aria-hidden="true" onPointerDown={move} onPointerMove={move}>
			{detail.turns.map((t) => (
				<i
					key={t.turn}
					class={t.speaker === "trainee" ? "you" : "them"}
					style={{ left: `${(t.start_ms / durationMS) * 100}%`, width: `${((t.end_ms - t.start_ms) / durationMS) * 100}%` }}
				/>
			))}
			{moves.map((m) => (
				<b
					key={m.atMS}
					class={(m.heat?.to ?? 0) > (m.heat?.from ?? 0) ? "up" : ""}
					style={{ left: `${(m.atMS / durationMS) * 100}%` }}
				/>
			))}
			<span class="tl-window" style={{ left: `${view.value.start * 100}%`, width: `${view.value.span * 100}%` }} />
		</div>
	);
}
