import { useEffect, useRef } from "preact/hooks";
import type { LineState } from "../line/state";
import { Notice } from "../parts/icons";
import { text } from "../text/en";

const t = text.call;

/** What is wrong now and what to do about it. Nothing that matters is shown in passing. */
export function Troubles({
	state,
	name,
	onMic,
	onPlay,
	onSeen,
}: {
	state: LineState;
	name: string;
	onMic: () => void;
	onPlay: () => void;
	onSeen: () => void;
}) {
	return (
		<div class="troubles" role="alert">
			{state.phase === "lost" && <Trouble words={state.offline ? t.lostOffline(name) : t.lost(name)} />}
			{state.quality === "poor" && <Trouble words={t.poor} />}
			{state.mic === "ended" && <Trouble words={t.micEnded} act={t.micAgain} onAct={onMic} />}
			{state.mic === "muted" && <Trouble words={t.micMuted} />}
			{state.mic === "changed" && <Trouble words={t.micChanged(state.micLabel)} act={t.understood} onAct={onSeen} />}
			{state.playBlocked && <Trouble words={t.playBlocked} act={t.playAllow} onAct={onPlay} />}
			{state.advice !== "" && <Trouble words={t.advice[state.advice]} act={t.understood} onAct={onSeen} />}
			{state.trouble !== "" && <Trouble words={state.trouble} />}
		</div>
	);
}

/** The call is on another page: this one can take it, or take it back. */
export function Elsewhere({ phase, onTake }: { phase: "conflict" | "taken"; onTake: () => void }) {
	const take = useRef<HTMLButtonElement>(null);
	useEffect(() => take.current?.focus(), []);
	const conflict = phase === "conflict";
	return (
		<div class="call-over" role="alert" data-testid="elsewhere" data-phase={phase}>
			<h2>{conflict ? t.conflictTitle : t.takenTitle}</h2>
			<p class="soft">{conflict ? t.conflict : t.taken}</p>
			<div class="acts">
				<button type="button" class="btn go" onClick={onTake} ref={take}>
					{conflict ? t.takeOver : t.takeBack}
				</button>
				<a class="btn" href="/">
					{text.app.toCalls}
				</a>
			</div>
		</div>
	);
}

function Trouble({ words, act, onAct }: { words: string; act?: string; onAct?: () => void }) {
	return (
		<p class="trouble">
			<Notice />
			<span>{words}</span>
			{act && (
				<button type="button" class="btn" onClick={onAct}>
					{act}
				</button>
			)}
		</p>
	);
}

/** How the call ended, whether anything was lost, and the way on. */
export function Over({
	state,
	name,
	debrief,
	slug,
	leaving,
	voice,
}: {
	state: LineState;
	name: string;
	debrief: string;
	slug: string;
	leaving: boolean;
	voice: boolean;
}) {
	const way = useRef<HTMLAnchorElement>(null);
	useEffect(() => way.current?.focus(), []);
	if (leaving) return <p class="floor">{t.ended.trainee}</p>;
	const reached = state.ended !== null || state.wasLive;
	const title = state.ended ? endedWords(state.ended, name) : state.wasLive ? t.lineGoneTitle : t.refusedTitle;
	const what = state.ended
		? `${state.ended.by === "server" ? `${state.ended.reason} ` : ""}${t.endedKept}`
		: state.wasLive
			? t.lineGone
			: state.trouble || t.refused;
	return (
		<div class="call-over" role="alert" data-testid="call-over">
			<h2>{title}</h2>
			<p class="soft">{what}</p>
			{reached && state.trouble !== "" && <p class="soft">{state.trouble}</p>}
			{!reached && voice && <p class="soft">{t.refusedNext}</p>}
			<div class="acts">
				{reached && (
					<a class="btn go" href={debrief} ref={way}>
						{t.toDebrief}
					</a>
				)}
				{!(state.ended && state.ended.by === "customer") && (
					<a class={reached ? "btn" : "btn go"} href={`/scenarios/${slug}`} ref={reached ? undefined : way}>
						{t.callAgain}
					</a>
				)}
				{!reached && voice && (
					<a class="btn" href={`/scenarios/${slug}?by=typing`}>
						{t.tryTyping}
					</a>
				)}
			</div>
		</div>
	);
}

/** Who ended the call and how, in one sentence. */
export function endedWords(ended: NonNullable<LineState["ended"]>, name: string): string {
	if (ended.by === "trainee") return t.ended.trainee;
	if (ended.by === "server") return t.ended.server;
	return ended.ending === "" ? t.ended.customer(name) : t.ended[ended.ending](name);
}
