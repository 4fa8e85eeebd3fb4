import { effect, useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { useLocation, useRoute } from "preact-iso";
import type { CallDetail } from "../api/types";
import { Portrait } from "../parts/Cards";
import { evidenceMarks, useCall, usePeaks, usePlayer } from "../parts/callData";
import { LinkIcon, Notice, PauseMark, PlayMark, Rewind, Skip } from "../parts/icons";
import { Problem } from "../parts/Problem";
import { Shell, Waiting } from "../parts/Shell";
import { Transcript } from "../parts/Transcript";
import { nextSpeed, type Player } from "../sound/player";
import { text } from "../text/en";
import { clock, day, duration, firstName, score, sentence } from "../text/format";
import { movesOf } from "../timeline/curve";
import { actionOf, pressedOf } from "../timeline/keys";
import { HeatMove } from "../timeline/MoveList";
import { turnAt } from "../timeline/marks";
import { type EvidenceMark, Timeline } from "../timeline/Timeline";
import { WHOLE, zoom } from "../timeline/view";

const t = text.replay;

export function Replay() {
	const id = useRoute().params.id ?? "";
	const { query } = useLocation();
	const load = useCall(id);
	const gone = { title: text.errors.callGoneTitle, what: text.errors.callGone };
	const title = load.state === "ready" ? t.title(load.value.call.persona_name) : text.app.loading;
	return (
		<Shell title={title}>
			{load.state === "loading" && <Waiting />}
			{load.state === "failed" && <Problem error={load.error} again={load.reload} gone={gone} />}
			{load.state === "ready" && <Stage key={id} detail={load.value} startMS={startOf(query.t)} />}
		</Shell>
	);
}

/** ?t=83.2 → 83200 ms; anything that is no second reads as the start. */
export function startOf(t: string | undefined): number {
	const seconds = Number(t);
	return t && Number.isFinite(seconds) && seconds > 0 ? Math.round(seconds * 1000) : 0;
}

/** The address of one second of a call, to a tenth. */
export const linkTo = (origin: string, id: string, ms: number): string =>
	`${origin}/calls/${encodeURIComponent(id)}?t=${Number((ms / 1000).toFixed(1))}`;

function Stage({ detail, startMS }: { detail: CallDetail; startMS: number }) {
	const { call } = detail;
	const { player, durationMS } = usePlayer(detail, startMS);
	const peaks = usePeaks(detail);
	const view = useSignal(WHOLE);
	const help = useSignal(false);
	const copied = useSignal("");
	const evidence = useMemo(() => evidenceMarks(detail, false), [detail]);

	const copy = async () => {
		const link = linkTo(location.origin, call.id, player.currentTime.peek());
		try {
			await navigator.clipboard.writeText(link);
			copied.value = t.copied;
		} catch {
			copied.value = `${t.copyFailed} ${link}`;
		}
	};
	const onKey = (event: KeyboardEvent) => {
		const action = actionOf(pressedOf(event));
		if (!action) return;
		event.preventDefault();
		const now = player.currentTime.peek();
		switch (action.do) {
			case "toggle":
				player.toggle();
				break;
			case "move":
				player.seek(now + action.byMS);
				break;
			case "turn": {
				// Going back from inside a turn first returns to its start, as a music player does.
				const at = turnAt(detail.turns, now);
				const inside = action.by < 0 && at >= 0 && now - (detail.turns[at]?.start_ms ?? 0) > 1500;
				const target = detail.turns[inside ? at : Math.max(0, at + action.by)];
				if (target) player.seek(target.start_ms);
				break;
			}
			case "speed":
				player.setRate(nextSpeed(player.rate.peek(), action.by));
				break;
			case "zoom":
				view.value = zoom(view.value, action.by > 0 ? 1.5 : 1 / 1.5, now / durationMS, durationMS);
				break;
			case "whole":
				view.value = WHOLE;
				break;
			case "start":
				player.seek(0);
				break;
			case "end":
				player.seek(durationMS);
				break;
			case "copy":
				void copy();
				break;
			case "help":
				help.value = !help.value;
				break;
		}
	};
	const latest = useRef(onKey);
	latest.current = onKey;
	useEffect(() => {
		const press = (event: KeyboardEvent) => latest.current(event);
		document.addEventListener("keydown", press);
		return () => document.removeEventListener("keydown", press);
	}, []);

	return (
		<div class="wrap" data-testid="replay" data-sound={player.hasSound ? "yes" : "no"}>
			<div class="rp-head">
				<Portrait slug={call.scenario} />
				<div>
					<h1>{call.title || t.title(call.persona_name)}</h1>
					<p class="sub meta-line">
						<span>{call.persona_name}</span>
						<span>{day(call.created_at)}</span>
						<span>{duration(durationMS)}</span>
					</p>
				</div>
				<div class="nav">
					<a class="btn" href={`/calls/${call.id}/debrief`}>
						{t.toDebrief}
					</a>
				</div>
			</div>
			<States detail={detail} player={player} />
			<section class="card stage" aria-label={t.label}>
				<Timeline detail={detail} peaks={peaks} player={player} durationMS={durationMS} evidence={evidence} view={view} />
				<Transport
					player={player}
					durationMS={durationMS}
					copied={copied.value}
					onCopy={() => void copy()}
					onHelp={() => (help.value = true)}
				/>
			</section>
			<div class="duo">
				<section aria-labelledby="said">
					<div class="h-row">
						<h2 id="said">{t.said}</h2>
						<span class="small faint">
							<span class="unsure">{t.unsure}</span> {t.unsureKey}, <s class="unheard">{t.unheard}</s> {t.unheardKey}
						</span>
					</div>
					<Transcript detail={detail} player={player} evidence={evidence} />
				</section>
				<Now detail={detail} player={player} evidence={evidence} />
			</div>
			{help.value && <Keys onClose={() => (help.value = false)} />}
		</div>
	);
}

/** What a listener should know about this recording before pressing play. */
function States({ detail, player }: { detail: CallDetail; player: Player }) {
	const said: string[] = [];
	if (detail.call.status === "live") said.push(t.live);
	else if (player.broken.value) said.push(t.soundBroken);
	else if (!detail.sound.available) said.push(t.noSound);
	if (detail.cut || detail.call.status === "cut") said.push(t.cut);
	return (
		<>
			{said.map((words) => (
				<p key={words} class="with-icon strip" role="status">
					<Notice />
					<span>{words}</span>
				</p>
			))}
		</>
	);
}

function Transport({
	player,
	durationMS,
	copied,
	onCopy,
	onHelp,
}: {
	player: Player;
	durationMS: number;
	copied: string;
	onCopy: () => void;
	onHelp: () => void;
}) {
	const shown = useRef<HTMLElement>(null);
	useEffect(
		() =>
			effect(() => {
				if (shown.current) shown.current.textContent = clock(player.currentTime.value);
			}),
		[player],
	);
	const playing = player.playing.value;
	return (
		<div class="trans">
			<button
				type="button"
				class="ib"
				aria-label={t.back}
				aria-keyshortcuts="J"
				onClick={() => player.seek(player.currentTime.peek() - 5000)}
			>
				<Rewind />
			</button>
			<button
				type="button"
				class="ib main"
				aria-label={playing ? t.pause : t.play}
				aria-keyshortcuts="K"
				disabled={!player.hasSound}
				onClick={() => player.toggle()}
			>
				{playing ? <PauseMark /> : <PlayMark />}
			</button>
			<button
				type="button"
				class="ib"
				aria-label={t.forward}
				aria-keyshortcuts="L"
				onClick={() => player.seek(player.currentTime.peek() + 5000)}
			>
				<Skip />
			</button>
			<span class="clock">
				<b ref={shown} data-testid="position" /> <span class="faint">{t.of(clock(durationMS))}</span>
			</span>
			<span class="sp" />
			<span class="small faint copied" role="status">
				{copied}
			</span>
			<button type="button" class="btn" onClick={onCopy}>
				<LinkIcon />
				{t.copy}
			</button>
			{player.hasSound && (
				<button
					type="button"
					class="btn"
					aria-label={`${t.speedLabel} ${t.speed(String(player.rate.value))}`}
					onClick={() => player.setRate(player.rate.value >= 2 ? 0.75 : nextSpeed(player.rate.value, 1))}
				>
					{t.speed(String(player.rate.value))}
				</button>
			)}
			<button type="button" class="btn hide-m" aria-label={t.keysTitle} onClick={onHelp}>
				{t.keys} <kbd>?</kbd>
			</button>
		</div>
	);
}

/** What the turn under the cursor did. */
function Now({ detail, player, evidence }: { detail: CallDetail; player: Player; evidence: EvidenceMark[] }) {
	const moves = useMemo(() => movesOf(detail.ledger), [detail]);
	const name = firstName(detail.call.persona_name);
	const turn = useComputed(() => turnAt(detail.turns, player.currentTime.value));
	const here = detail.turns[turn.value];
	// The turn under the cursor tells first; between moves, the last one still holds.
	const move = moves.find((m) => m.turn === here?.turn) ?? moves.findLast((m) => m.atMS <= (here?.start_ms ?? 0)) ?? null;
	const at = detail.turns.find((t) => t.turn === move?.turn)?.start_ms ?? move?.atMS ?? 0;
	return (
		<aside class="side" aria-live="off">
			<section class="card led-now" aria-labelledby="now">
				<div class="h-row">
					<h2 id="now">{t.at(clock(at))}</h2>
					{move?.heat && <HeatMove from={move.heat.from} to={move.heat.to} />}
				</div>
				{move ? (
					<>
						{move.quote !== "" && <q>{move.quote}</q>}
						<p class="soft">
							{sentence(text.actsOf(move.acts))}{" "}
							{move.trust && `${sentence(t.trustMove(score(move.trust.from), score(move.trust.to)))} `}
							{move.notes.map(sentence).join(" ")}
						</p>
					</>
				) : (
					<p class="soft">{moves.length === 0 ? text.timeline.nothing : t.start(name)}</p>
				)}
			</section>
			{evidence.length > 0 && (
				<section class="card worth" aria-labelledby="worth">
					<h2 id="worth">{t.marks}</h2>
					<ol>
						{evidence.map((mark) => (
							<li key={mark.n}>
								<button
									type="button"
									onClick={() => {
										player.seek(mark.fromMS);
										player.play();
									}}
								>
									<span class={`tag ${mark.good ? "good" : "step"}`} aria-hidden="true">
										{mark.n}
									</span>
									<span>{mark.label}</span>
									<span class="small faint">{clock(mark.fromMS)}</span>
								</button>
							</li>
						))}
					</ol>
				</section>
			)}
		</aside>
	);
}

function Keys({ onClose }: { onClose: () => void }) {
	const dialog = useRef<HTMLDialogElement>(null);
	useEffect(() => {
		if (!dialog.current?.open) dialog.current?.showModal();
	}, []);
	return (
		<dialog
			ref={dialog}
			class="keys-help card"
			aria-labelledby="keys"
			onClose={onClose}
			onKeyDown={(event) => {
				if (event.key === "?") dialog.current?.close();
			}}
		>
			<h2 id="keys">{t.keysTitle}</h2>
			<dl>
				{t.keyList.map(([keys, what]) => (
					<>
						<dt>
							<kbd>{keys}</kbd>
						</dt>
						<dd>{what}</dd>
					</>
				))}
			</dl>
			<button type="button" class="btn" onClick={() => dialog.current?.close()}>
				{t.close}
			</button>
		</dialog>
	);
}
