import { useComputed, useSignal } from "@preact/signals";
import { useCallback, useContext, useEffect, useRef, useState } from "preact/hooks";
import { useLocation, useRoute } from "preact-iso";
import { LineClient } from "../line/client";
import { DeskContext, type MadeCall } from "../line/desk";
import type { Floor } from "../line/messages";
import { type LineState, lineStart } from "../line/state";
import { KnowCards, Portrait } from "../parts/Cards";
import { Captions, HangUp, Lock, Mic, MicOff } from "../parts/icons";
import { LevelRing } from "../parts/LevelRing";
import { remembered } from "../parts/memory";
import { Shell, usePage } from "../parts/Shell";
import { Ear, meter } from "../sound/level";
import { openMicrophone } from "../sound/microphone";
import { text } from "../text/en";
import { clock, firstName } from "../text/format";
import { Over, Troubles } from "./CallParts";

const t = text.call;

export function Call() {
	const id = useRoute().params.id ?? "";
	const desk = useContext(DeskContext);
	const [made] = useState<MadeCall | null>(() => desk.take(id));
	if (!made) return <Reloaded id={id} />;
	return <OnCall made={made} />;
}

/** This page was opened without the token that a line needs: reloaded, or from a link. */
function Reloaded({ id }: { id: string }) {
	return (
		<Shell title={t.reloadedTitle}>
			<section class="page problem">
				<h1>{t.reloadedTitle}</h1>
				<p>{t.reloaded}</p>
				<p class="soft">{t.reloadedNext}</p>
				<div class="acts">
					<a class="btn go" href={`/calls/${id}/debrief`}>
						{t.toDebrief}
					</a>
					<a class="btn" href="/">
						{text.app.toCalls}
					</a>
				</div>
			</section>
		</Shell>
	);
}

function OnCall({ made }: { made: MadeCall }) {
	const { route } = useLocation();
	const name = firstName(made.scenario.persona.name);
	usePage(t.title(made.scenario.persona.name));
	const audio = useRef<HTMLAudioElement>(null);
	const line = useRef<LineClient | null>(null);
	const state = useSignal<LineState>(lineStart);
	const leaving = useSignal(false);
	const captions = useSignal(remembered.captions.get() !== "off");
	const ear = useRef<{ customer: () => number; trainee: () => number }>({ customer: () => -100, trainee: () => -100 });
	const debrief = `/calls/${made.join.id}/debrief`;

	// biome-ignore lint/correctness/useExhaustiveDependencies: one line for the life of the page
	useEffect(() => {
		if (!audio.current) return;
		const client = new LineClient({
			lineUrl: made.join.line_url,
			token: made.join.token,
			want: made.mode === "voice" ? "webrtc" : "typing",
			microphone: made.microphone,
			audio: audio.current,
			captions: captions.peek(),
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
			if (client.state.peek().phase !== "ended") client.hangUp();
			client.close();
			listening?.close();
			delete document.body.dataset.callState;
			delete document.body.dataset.floor;
		};
	}, []);

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

	const { phase } = state.value;
	const over = phase === "ended" || phase === "failed";
	// The microphone is let go as soon as the call is over, not only when the page is left.
	useEffect(() => {
		if (over) line.current?.close();
	}, [over]);
	const floor = useComputed<Floor>(() => (state.value.phase === "live" ? state.value.floor : "free"));
	const level = useCallback((holder: Floor) => meter(holder === "customer" ? ear.current.customer() : ear.current.trainee()), []);

	return (
		<main class={`oncall ${made.mode}`} id="main">
			<div class="line">
				<span class="q">
					<Lock />
					<span>{made.mode === "voice" && !made.keepSound ? t.privateNoSound : t.private}</span>
					{made.wordsHost && <span class="host">{t.host(made.wordsHost)}</span>}
				</span>
				{!over && (
					<span class="q" data-testid="quality" data-quality={state.value.quality}>
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
				{over ? (
					<Over
						state={state.value}
						name={name}
						debrief={debrief}
						slug={made.scenario.slug}
						leaving={leaving.value}
						voice={made.mode === "voice"}
					/>
				) : (
					<>
						<p class="floor">
							<span role="status" data-testid="floor">
								{floorWords(state.value, name, made.mode === "typed")}
							</span>
							{state.value.wasLive && (
								<>
									{" · "}
									<Timer since={state.value.liveAt} />
								</>
							)}
						</p>
						<Troubles
							state={state.value}
							onMic={() => void openMicrophone("").then((opened) => opened.stream && line.current?.useMicrophone(opened.stream))}
							onPlay={() => void line.current?.play()}
						/>
						{made.mode === "typed" ? (
							<Conversation state={state.value} name={name} onSay={(words) => line.current?.say(words) ?? false} />
						) : (
							captions.value && <CaptionLines state={state.value} />
						)}
					</>
				)}
			</section>
			{!over && (
				<section class="dock" aria-label={t.controls}>
					<div class="switches">
						{made.mode === "voice" && (
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
						{made.mode === "voice" && (
							<button
								type="button"
								class="key mic"
								aria-pressed={state.value.muted}
								onClick={() => line.current?.mute(!state.value.muted)}
							>
								<span>{state.value.muted ? <MicOff /> : <Mic />}</span>
								{t.mute}
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
					<div class="switches" />
				</section>
			)}
			{!over && <KnowCards scenario={made.scenario} fold />}
			{/* biome-ignore lint/a11y/useMediaCaption: captions of the call are on the page beside it */}
			<audio ref={audio} autoPlay data-testid="customer-voice" />
		</main>
	);
}

function floorWords(state: LineState, name: string, typed: boolean): string {
	if (state.phase === "connecting") return t.ringing(name);
	if (state.phase === "lost") return t.quality.lost;
	if (state.muted && state.floor !== "customer") return t.muted;
	if (state.floor === "customer") return t.customerSpeaks(name);
	if (state.floor === "trainee") return t.traineeSpeaks;
	return typed ? t.freeTyped : t.free;
}

function Timer({ since }: { since: number }) {
	const [now, setNow] = useState(() => performance.now());
	useEffect(() => {
		const timer = setInterval(() => setNow(performance.now()), 500);
		return () => clearInterval(timer);
	}, []);
	return (
		<time role="timer" aria-label={t.time}>
			{clock(now - since)}
		</time>
	);
}

/** The last words of each, one's own above, as they come at each pause. */
function CaptionLines({ state }: { state: LineState }) {
	const last = (speaker: string) => state.lines.findLast((l) => l.speaker === speaker);
	const [me, her] = [last("trainee"), last("customer")];
	const shown = [me, her].filter((l) => l !== undefined).sort((a, b) => a.turn - b.turn);
	return (
		<div class="caps" role="log" aria-label={t.captionsLabel} data-testid="captions">
			{shown.length === 0 && state.phase === "live" && <p class="me">{t.captionsEmpty}</p>}
			{shown.map((l) => (
				<p key={l.speaker} class={l.speaker === "trainee" ? "me" : "her"}>
					{l.text}
				</p>
			))}
		</div>
	);
}

/** A call by typing: what was said so far, and a field to answer in. */
function Conversation({ state, name, onSay }: { state: LineState; name: string; onSay: (words: string) => boolean }) {
	const words = useSignal("");
	const log = useRef<HTMLDivElement>(null);
	const ready = state.phase === "live";
	const field = useRef<HTMLTextAreaElement>(null);
	// biome-ignore lint/correctness/useExhaustiveDependencies: the newest line is brought into view whenever lines change
	useEffect(() => {
		log.current?.scrollTo({ top: log.current.scrollHeight });
	}, [state.lines]);
	useEffect(() => {
		if (ready) field.current?.focus({ preventScroll: true });
	}, [ready]);
	const say = () => {
		if (onSay(words.value)) words.value = "";
		field.current?.focus();
	};
	return (
		<div class="typed-call">
			{/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
			<div class="said-log" role="log" aria-label={t.conversation} ref={log} tabIndex={0} data-testid="conversation">
				<ol>
					{state.lines.map((l) => (
						<li key={`${l.turn}${l.speaker}`} class={l.speaker === "trainee" ? "me" : "her"}>
							<b>{l.speaker === "trainee" ? t.you : name}</b>
							<p>{l.text}</p>
						</li>
					))}
				</ol>
			</div>
			<form
				class="say"
				onSubmit={(event) => {
					event.preventDefault();
					say();
				}}
			>
				<label class="vh" for="say">
					{t.say}
				</label>
				<textarea
					id="say"
					ref={field}
					rows={2}
					maxLength={1000}
					value={words.value}
					placeholder={t.sayPlaceholder(name)}
					onInput={(event) => {
						words.value = event.currentTarget.value;
					}}
					onKeyDown={(event) => {
						if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
							event.preventDefault();
							say();
						}
					}}
				/>
				<button type="submit" class="btn go" disabled={!ready || words.value.trim() === ""}>
					{t.sayIt}
				</button>
			</form>
		</div>
	);
}
