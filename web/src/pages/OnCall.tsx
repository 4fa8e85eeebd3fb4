import { type Signal, useComputed, useSignal } from "@preact/signals";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { api } from "../api/client";
import { LineClient } from "../line/client";
import type { MadeCall } from "../line/desk";
import type { Floor } from "../line/messages";
import { WAITS_MS } from "../line/rejoin";
import { type LineState, lineStart } from "../line/state";
import { KnowCards, Portrait } from "../parts/Cards";
import { Captions, HangUp, Lock, Mic, MicOff, Note, Pause } from "../parts/icons";
import { LevelRing } from "../parts/LevelRing";
import { lineChoice, remembered } from "../parts/memory";
import { usePage } from "../parts/Shell";
import { HoldMusic } from "../sound/holdMusic";
import { Ear, meter } from "../sound/level";
import { openMicrophone } from "../sound/microphone";
import { text } from "../text/en";
import { clock, firstName } from "../text/format";
import { Elsewhere, Over, Troubles } from "./CallParts";
import { CaptionLines, Conversation } from "./CallWords";
import { Asked, Help } from "./Safety";

const t = text.call;

/** A call as it goes on: who, since when, who has the floor, what is wrong, and the few things one can do. */
export function OnCall({ made }: { made: MadeCall }) {
	const { route } = useLocation();
	const name = firstName(made.scenario.persona.name);
	usePage(t.title(made.scenario.persona.name));
	const audio = useRef<HTMLAudioElement>(null);
	const state = useSignal<LineState>(lineStart);
	const leaving = useSignal(false);
	const captions = useSignal(remembered.captions.get() !== "off");
	const { line, ear } = useLine(made, audio, state, captions);
	const debrief = `/calls/${made.id}/debrief`;
	const { phase } = state.value;
	const over = phase === "ended" || phase === "failed";
	const away = phase === "conflict" || phase === "taken";
	const voice = made.mode === "voice";

	// Whoever ends the call goes straight to how it went. When the customer does, the page says so first.
	useEffect(() => {
		if (!leaving.value) return;
		const go = () => route(state.peek().wasLive || state.peek().ended ? debrief : "/", true);
		if (state.value.phase === "ended" || state.value.phase === "failed") {
			go();
			return;
		}
		const timer = setTimeout(go, 3000);
		return () => clearTimeout(timer);
	}, [leaving.value, state.value.phase, debrief, route, leaving, state]);
	// The microphone is let go as soon as the call is over, not only when the page is left.
	useEffect(() => {
		if (over) line.current?.close();
	}, [over, line]);
	useGestures(state.value, voice && !over && state.value.safety !== "asking", line);
	const music = useHoldMusic(state.value);

	const floor = useComputed<Floor>(() => (state.value.phase === "live" && !state.value.held ? state.value.floor : "free"));
	const level = useCallback(
		(holder: Floor) => meter(holder === "customer" ? ear.current.customer() : ear.current.trainee()),
		[ear],
	);
	const holding = state.value.held?.by === "button";
	if (state.value.safety === "help") return <Help />;
	return (
		<main class={`oncall ${made.mode}`} id="main">
			{state.value.safety === "asking" && !over && <Asked onAnswer={(goOn) => line.current?.safety(goOn)} />}
			<div class="line">
				<span class="q">
					<Lock />
					<span>{voice && !made.keepSound ? t.privateNoSound : t.private}</span>
					{made.wordsHost && <span class="host">{t.host(made.wordsHost)}</span>}
				</span>
				{!over && !away && (
					<span class="q" data-testid="quality" data-quality={state.value.quality} data-way={state.value.way}>
						<span class={`bars ${state.value.quality}`} aria-hidden="true">
							<i />
							<i />
							<i />
						</span>
						{t.quality[state.value.quality]}
					</span>
				)}
			</div>
			<section class="them-now" aria-label={t.label(made.scenario.persona.name)}>
				<LevelRing floor={floor} level={level}>
					<Portrait slug={made.scenario.slug} name={made.scenario.persona.name} />
				</LevelRing>
				<h1>{made.scenario.persona.name}</h1>
				{over && (
					<Over
						state={state.value}
						name={name}
						debrief={debrief}
						slug={made.scenario.slug}
						leaving={leaving.value}
						voice={voice}
					/>
				)}
				{away && <Elsewhere phase={phase} onTake={() => void line.current?.takeOver()} />}
				{!over && !away && (
					<>
						<p class="floor">
							<span role="status" data-testid="floor">
								{floorWords(state.value, name, !voice)}
							</span>
							<Clock state={state.value} />
						</p>
						{holding && <p class="soft small">{t.heldHint(name)}</p>}
						<Troubles
							state={state.value}
							name={name}
							onMic={() => void line.current?.microphoneAgain()}
							onPlay={() => void line.current?.play()}
							onSeen={() => line.current?.seen()}
						/>
						{voice ? (
							captions.value && <CaptionLines state={state.value} />
						) : (
							<Conversation state={state.value} name={name} onSay={(words) => line.current?.say(words) ?? false} />
						)}
					</>
				)}
			</section>
			{!over && !away && (
				<section class="dock" aria-label={t.controls}>
					<div class="switches">
						{voice && (
							<button
								type="button"
								class="sw"
								aria-pressed={captions.value}
								onClick={() => {
									captions.value = !captions.value;
									remembered.captions.set(captions.value ? "" : "off");
									line.current?.captions(captions.value);
								}}
							>
								<Captions />
								{t.captions}
							</button>
						)}
					</div>
					<div class="keys">
						{voice && (
							<button
								type="button"
								class="key mic"
								aria-pressed={state.value.muted}
								aria-keyshortcuts="m"
								onClick={() => line.current?.mute(!state.value.muted)}
							>
								<span>{state.value.muted || holding ? <MicOff /> : <Mic />}</span>
								{t.mute}
							</button>
						)}
						{voice && (
							<button
								type="button"
								class="key hold"
								aria-pressed={holding}
								aria-keyshortcuts="h"
								disabled={phase !== "live"}
								onClick={() => line.current?.hold(!holding)}
							>
								<span>
									<Pause />
								</span>
								{t.hold}
							</button>
						)}
						<button
							type="button"
							class="key end-call"
							onClick={() => {
								line.current?.hangUp();
								leaving.value = true;
							}}
						>
							<span>
								<HangUp />
							</span>
							{t.end}
						</button>
					</div>
					<div class="switches right">
						{voice && (
							<button
								type="button"
								class="sw"
								aria-pressed={music.value}
								onClick={() => {
									music.value = !music.value;
									remembered.holdMusic.set(music.value ? "on" : "");
								}}
							>
								<Note />
								{t.music}
							</button>
						)}
					</div>
				</section>
			)}
			{!over && !away && <KnowCards scenario={made.scenario} fold />}
			{/* biome-ignore lint/a11y/useMediaCaption: captions of the call are on the page beside it */}
			<audio ref={audio} autoPlay data-testid="customer-voice" />
		</main>
	);
}

type Levels = { customer: () => number; trainee: () => number };

/** The call's line, one for the life of the page, and how loud its two sides are. */
function useLine(
	made: MadeCall,
	audio: { current: HTMLAudioElement | null },
	state: Signal<LineState>,
	captions: Signal<boolean>,
): { line: { current: LineClient | null }; ear: { current: Levels } } {
	const line = useRef<LineClient | null>(null);
	const ear = useRef<Levels>({ customer: () => -100, trainee: () => -100 });
	// biome-ignore lint/correctness/useExhaustiveDependencies: one line for the life of the page
	useEffect(() => {
		if (!audio.current) return;
		const choice = lineChoice();
		const client = new LineClient({
			lineUrl: made.lineUrl,
			token: made.token,
			newToken: async () => (await api.token(made.id)).token,
			want: made.mode === "voice" ? (choice.line ?? "webrtc") : "typing",
			codec: choice.codec,
			microphone: made.microphone,
			openMicrophone: async () => (await openMicrophone("")).stream,
			audio: audio.current,
			captions: captions.peek(),
			lines: made.lines,
		});
		line.current = client;
		const listening = made.mode === "voice" ? new Ear() : null;
		const stops = [
			client.state.subscribe((now) => {
				state.value = now;
				document.body.dataset.callState = now.phase;
				document.body.dataset.floor = now.floor;
			}),
			client.remote.subscribe((stream) => {
				if (stream && listening) ear.current.customer = listening.listen(stream);
			}),
			client.local.subscribe((stream) => {
				if (stream && listening) ear.current.trainee = listening.listen(stream);
			}),
		];
		return () => {
			for (const stop of stops) stop();
			const { phase } = client.state.peek();
			if (phase === "live" || phase === "lost" || phase === "connecting") client.hangUp();
			client.close();
			listening?.close();
			delete document.body.dataset.callState;
			delete document.body.dataset.floor;
		};
	}, []);
	return { line, ear };
}

/** M mutes and H holds, but not while something is typed; and any gesture lets sound through that the browser held back. */
function useGestures(state: LineState, on: boolean, line: { current: LineClient | null }): void {
	const { muted, playBlocked } = state;
	const holding = state.held?.by === "button";
	useEffect(() => {
		if (!on) return;
		const press = (event: KeyboardEvent) => {
			const at = event.target as HTMLElement | null;
			if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || at?.closest?.("input, textarea, select")) return;
			if (event.key === "m" || event.key === "M") line.current?.mute(!muted);
			if (event.key === "h" || event.key === "H") line.current?.hold(!holding);
		};
		document.addEventListener("keydown", press);
		return () => document.removeEventListener("keydown", press);
	}, [on, muted, holding, line]);
	useEffect(() => {
		if (!playBlocked) return;
		const wake = () => void line.current?.play();
		document.addEventListener("pointerdown", wake);
		document.addEventListener("keydown", wake);
		return () => {
			document.removeEventListener("pointerdown", wake);
			document.removeEventListener("keydown", wake);
		};
	}, [playBlocked, line]);
}

/** Soft music while she is on hold by the button, when it is wanted; off at first. */
function useHoldMusic(state: LineState): Signal<boolean> {
	const wanted = useSignal(remembered.holdMusic.get() === "on");
	const play = wanted.value && state.held?.by === "button";
	useEffect(() => {
		if (!play) return;
		const music = new HoldMusic();
		return () => music.close();
	}, [play]);
	return wanted;
}

function floorWords(state: LineState, name: string, typed: boolean): string {
	if (state.phase === "connecting") return t.ringing(name);
	if (state.phase === "lost") return t.quality.lost;
	if (state.held) return state.held.by === "button" ? t.held(name) : t.heldWords(name);
	if (state.muted && state.floor !== "customer") return t.muted;
	if (state.floor === "customer") return t.customerSpeaks(name);
	if (state.floor === "trainee") return t.traineeSpeaks;
	return typed ? t.freeTyped : t.free;
}

/** Beside who speaks: how long the call goes on, how long she is on hold, or how long she still waits for the line. */
function Clock({ state }: { state: LineState }) {
	if (!state.wasLive) return null;
	if (state.phase === "lost") return <Timer since={state.lostAt} label={t.timeLeft} downFrom={WAITS_MS} />;
	if (state.held) return <Timer since={state.held.since} label={t.heldTime} />;
	return <Timer since={state.liveAt} label={t.time} />;
}

function Timer({ since, label, downFrom }: { since: number; label: string; downFrom?: number }) {
	const [now, setNow] = useState(() => performance.now());
	useEffect(() => {
		const timer = setInterval(() => setNow(performance.now()), 500);
		return () => clearInterval(timer);
	}, []);
	const shown = downFrom ? Math.max(0, downFrom - (now - since)) : now - since;
	return (
		<>
			{" · "}
			<time role="timer" aria-label={label}>
				{clock(shown)}
			</time>
		</>
	);
}
