import { effect, useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Aside, CallDetail, Turn } from "../api/types";
import { UNSURE_BELOW } from "../grade/report";
import type { Player } from "../sound/player";
import { text } from "../text/en";
import { clock, firstName, score, spokenDuration } from "../text/format";
import { type Moved, movesOf } from "../timeline/curve";
import { HeatMove } from "../timeline/MoveList";
import { QUIET_MS, turnAt } from "../timeline/marks";
import type { EvidenceMark } from "../timeline/Timeline";
import { Spoken } from "./Spoken";

const t = text.replay;

/** A piece of a turn's text, and whether recognition was unsure of it. */
export interface Piece {
	words: string;
	unsure: boolean;
}

/** A turn's text in pieces. Only a turn whose written words each have their own confidence can show doubt. */
export function piecesOf(turn: Turn): Piece[] {
	const written = turn.text.split(/\s+/).filter(Boolean);
	if (turn.speaker === "customer" || turn.typed || written.length !== turn.words.length)
		return [{ words: turn.text, unsure: false }];
	const pieces: Piece[] = [];
	written.forEach((word, i) => {
		const unsure = (turn.words[i]?.confidence ?? 1) < UNSURE_BELOW;
		const last = pieces.at(-1);
		if (last && last.unsure === unsure) last.words += ` ${word}`;
		else pieces.push({ words: word, unsure });
	});
	return pieces;
}

/** Words said over a turn that were no turn: they belong to the turn during which they began. */
export function asidesIn(detail: Pick<CallDetail, "asides" | "turns">, index: number): Aside[] {
	const from = detail.turns[index]?.start_ms ?? 0;
	const to = detail.turns[index + 1]?.start_ms ?? Number.POSITIVE_INFINITY;
	return detail.asides.filter((a) => a.text !== "" && a.kind !== "echo" && a.at_ms >= from && a.at_ms < to);
}

/** What was said, with what moved the customer. Every line plays from its second. */
export function Transcript({ detail, player, evidence }: { detail: CallDetail; player: Player; evidence: EvidenceMark[] }) {
	const { turns } = detail;
	const name = firstName(detail.call.persona_name);
	const list = useRef<HTMLOListElement>(null);
	const moves = useMemo(() => movesOf(detail.ledger), [detail]);
	const now = useSignal(-1);
	useEffect(
		() =>
			effect(() => {
				now.value = turnAt(turns, player.currentTime.value);
			}),
		[turns, player, now],
	);
	useEffect(
		() =>
			effect(() => {
				const at = now.value;
				const lines = list.current?.querySelectorAll<HTMLElement>("[data-line]") ?? [];
				for (const line of lines) {
					const here = line.dataset.line === String(at);
					line.classList.toggle("now", here);
					if (here) line.setAttribute("aria-current", "true");
					else line.removeAttribute("aria-current");
					if (here && player.playing.peek()) line.scrollIntoView({ block: "nearest" });
				}
			}),
		[now, player],
	);
	if (turns.length === 0) return <p class="soft">{t.empty}</p>;
	let until = turns[0]?.start_ms ?? 0;
	return (
		<ol class="lines" ref={list}>
			{turns.map((turn, i) => {
				const quiet = turn.start_ms - until;
				const from = until;
				const hold = detail.holds.find((h) => h.to_ms > from && h.from_ms < turn.start_ms + 1);
				until = Math.max(until, turn.end_ms);
				return (
					<>
						{quiet >= QUIET_MS && (
							<li class="gap" key={`gap${turn.turn}`}>
								<time>{clock(from)}</time>
								<span>
									<em>
										{hold ? t.held(spokenDuration(hold.to_ms - hold.from_ms), hold.announced) : t.quiet(spokenDuration(quiet))}
									</em>
								</span>
							</li>
						)}
						<Line
							key={turn.turn}
							turn={turn}
							index={i}
							name={name}
							moves={moves.filter((m) =>
								m.turn >= 0 ? m.turn === turn.turn : m.atMS >= from && m.atMS < turn.end_ms && turn.speaker === "customer",
							)}
							marks={evidence.filter((e) => e.fromMS >= turn.start_ms && e.fromMS < turn.end_ms)}
							asides={asidesIn(detail, i)}
							onPlay={() => {
								player.seek(turn.start_ms);
								player.play();
							}}
						/>
					</>
				);
			})}
		</ol>
	);
}

function Line({
	turn,
	index,
	name,
	moves,
	marks,
	asides,
	onPlay,
}: {
	turn: Turn;
	index: number;
	name: string;
	moves: Moved[];
	marks: EvidenceMark[];
	asides: Aside[];
	onPlay: () => void;
}) {
	const me = turn.speaker === "trainee";
	const at = clock(turn.start_ms);
	return (
		<li class={me ? "me" : "her"} data-line={index}>
			<time>{at}</time>
			<span class="sp">{me ? text.timeline.you : name}</span>
			<button type="button" class="said-line" onClick={onPlay} title={t.play}>
				{piecesOf(turn).map((piece, i) => (
					<span key={piece.words + String(i)}>
						{piece.unsure ? (
							<span class="unsure" title={t.unsureWord}>
								{piece.words}
							</span>
						) : me ? (
							piece.words
						) : (
							<Spoken words={piece.words} />
						)}{" "}
					</span>
				))}
				{turn.unheard !== "" && (
					<s class="unheard" title={t.unheardWords(name)}>
						<Spoken words={turn.unheard} />
					</s>
				)}
			</button>
			{asides.length > 0 && (
				<p class="led" title={t.asideTitle}>
					{asides.map((aside) => (
						<span key={aside.at_ms}>{t.aside(aside.speaker === "trainee" ? text.timeline.you : name, aside.text)}</span>
					))}
				</p>
			)}
			{(moves.length > 0 || marks.length > 0) && (
				<p class="led">
					{marks.map((mark) => (
						<span key={mark.n} class={`tag ${mark.good ? "good" : "step"}`} title={mark.label}>
							{mark.n}
						</span>
					))}
					{moves.map((move) => (
						<span key={move.atMS} class="led-move">
							{move.heat && <HeatMove from={move.heat.from} to={move.heat.to} />}
							{!move.heat && move.trust && <span>{t.trustMove(score(move.trust.from), score(move.trust.to))}</span>}
							<span>{text.actsOf(move.acts)}</span>
						</span>
					))}
				</p>
			)}
		</li>
	);
}
