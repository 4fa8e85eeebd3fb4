import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useLocation, useRoute } from "preact-iso";
import { api } from "../api/client";
import type { CallMode, Scenario, Setup } from "../api/types";
import { Difficulty, KnowCards, Portrait } from "../parts/Cards";
import { Back, Check, Mic, Notice } from "../parts/icons";
import { useLoad } from "../parts/load";
import { askForMicrophone, MicCheck, type MicState, micStart } from "../parts/MicCheck";
import { remembered } from "../parts/memory";
import { Problem } from "../parts/Problem";
import { Shell, Waiting } from "../parts/Shell";
import { text } from "../text/en";
import { capital, firstName } from "../text/format";
import { Promised, Relatives, withoutPromises } from "./BriefMore";
import { PatienceChoice, StartStep } from "./StartStep";

const t = text.brief;

export function Brief() {
	const { params } = useRoute();
	const unknown = params.slug === undefined; // /surprise: who it is shows when they speak
	const slug = params.slug ?? remembered.surprise.get();
	const load = useLoad(`brief ${slug}`, () => Promise.all([api.setup(), api.scenario(slug)]));
	const gone = { title: text.errors.scenarioGoneTitle, what: text.errors.scenarioGone };
	const title =
		load.state !== "ready" ? text.app.loading : unknown ? text.library.surpriseTitle : t.title(load.value[1].persona.name);
	return (
		<Shell title={title}>
			{load.state === "loading" && <Waiting />}
			{load.state === "failed" && <Problem error={load.error} again={load.reload} gone={gone} />}
			{load.state === "ready" && <Ready setup={load.value[0]} scenario={load.value[1]} unknown={unknown} reload={load.reload} />}
		</Shell>
	);
}

function Ready({
	setup,
	scenario,
	unknown,
	reload,
}: {
	setup: Setup;
	scenario: Scenario;
	/** Who calls is a surprise: the page tells what may be offered, and nothing else. */
	unknown: boolean;
	reload: () => void;
}) {
	const name = scenario.persona.name;
	const story = scenario.brief.length > 0 ? scenario.brief : [scenario.story];
	return (
		<div class="wrap brief">
			<a class="btn plain back" href="/library">
				<Back />
				{t.back}
			</a>
			<div class="brief-duo">
				<div class="brief-main">
					<header class={`brief-head${unknown ? " unknown" : ""}`}>
						{!unknown && <Portrait slug={scenario.slug} />}
						<div>
							<h1>{unknown ? text.library.unknown : `${name}, ${scenario.persona.age}`}</h1>
							{!unknown && <p class="soft">{scenario.title}</p>}
							<p class="meta-line small">
								{!unknown && <Difficulty level={scenario.difficulty} />}
								<span>{capital(scenario.industry)}</span>
								<span>{text.home.minutes(scenario.minutes)}</span>
							</p>
						</div>
					</header>
					<div class="brief-story">
						{(unknown ? [text.library.unknownStory] : story).map((paragraph) => (
							<p key={paragraph}>{paragraph}</p>
						))}
					</div>
					<section class="brief-goal" aria-labelledby="goal">
						<h2 id="goal">{t.goal}</h2>
						<p>{unknown ? text.library.unknownGoal : scenario.goal}</p>
					</section>
					<a class="btn go to-call" href="#before">
						{t.toCall}
					</a>
					{scenario.follow_up && !unknown && <Promised followUp={scenario.follow_up} name={name} />}
					<div class="brief-cards">
						<KnowCards scenario={unknown ? scenario : withoutPromises(scenario)} unknown={unknown} />
					</div>
					{!unknown && <Relatives scenario={scenario} />}
				</div>
				<Before
					setup={setup}
					scenario={unknown ? { ...scenario, persona: { ...scenario.persona, name: text.library.caller } } : scenario}
					reload={reload}
				/>
			</div>
		</div>
	);
}

/** The three steps before a call: the notice, the microphone, and the call itself. */
function Before({ setup, scenario, reload }: { setup: Setup; scenario: Scenario; reload: () => void }) {
	const { query } = useLocation();
	const voiceOk = setup.recognizer.ok && setup.voice.ok && setup.call_modes.includes("voice");
	const mode = useSignal<CallMode>(voiceOk && query.by !== "typing" ? "voice" : "typed");
	const agreed = useSignal(remembered.notice.get() === setup.notice.version);
	const outdated = useSignal(remembered.notice.get() !== "" && !agreed.value);
	const noSound = useSignal(remembered.noSound.get() === "on");
	const mic = useSignal<MicState>(micStart);
	const handedOver = useRef(false);
	const box = useRef<HTMLElement>(null);

	// Whoever was allowed the microphone before need not ask again; nothing is opened before the notice was agreed to.
	useEffect(() => {
		if (!agreed.value || mode.value !== "voice" || mic.value.stream || mic.value.asking) return;
		let current = true;
		void microphoneAllowed().then((allowed) => {
			if (current && allowed && !mic.value.stream && !mic.value.asking) void askForMicrophone(mic, remembered.microphone.get());
		});
		return () => {
			current = false;
		};
	}, [agreed.value, mode.value, mic, agreed, mode]);
	useEffect(
		() => () => {
			if (!handedOver.current) stopMic(mic);
		},
		[mic],
	);

	const type = () => {
		stopMic(mic);
		mode.value = "typed";
	};
	return (
		<aside class="card before" aria-labelledby="before" ref={box}>
			<h2 id="before">{t.before}</h2>
			<NoticeStep
				setup={setup}
				name={firstName(scenario.persona.name)}
				mode={mode.value}
				agreed={agreed}
				outdated={outdated.value}
				noSound={noSound}
			/>
			{agreed.value && (
				<>
					<section class="before-step" aria-labelledby="step-mic">
						<h3 id="step-mic">{mode.value === "voice" ? text.mic.step : text.mic.stepTyped}</h3>
						{mode.value === "voice" ? (
							<MicCheck state={mic} onType={type} />
						) : (
							<>
								<p class="soft">{voiceOk ? text.mic.typing : `${text.mic.noVoiceTitle}. ${text.mic.noVoice}`}</p>
								{voiceOk && (
									<button
										type="button"
										class="btn plain"
										onClick={() => {
											mode.value = "voice";
										}}
									>
										<Mic />
										{text.mic.speak}
									</button>
								)}
							</>
						)}
					</section>
					<PatienceChoice name={firstName(scenario.persona.name)} usual={setup.patience} />
					<StartStep
						setup={setup}
						scenario={scenario}
						mode={mode.value}
						noSound={noSound.value}
						mic={mic}
						onHandOver={() => {
							handedOver.current = true;
						}}
						onOutdated={() => {
							agreed.value = false;
							outdated.value = true;
							reload();
						}}
					/>
				</>
			)}
		</aside>
	);
}

function NoticeStep({
	setup,
	name,
	mode,
	agreed,
	outdated,
	noSound,
}: {
	setup: Setup;
	name: string;
	mode: CallMode;
	agreed: Signal<boolean>;
	outdated: boolean;
	noSound: Signal<boolean>;
}) {
	const n = text.notice;
	const open = useSignal(false);
	const kept = mode === "typed" ? n.keptTyped : noSound.value ? n.keptNoSound : n.keptSound;
	return (
		<section class="before-step" aria-labelledby="step-notice">
			<h3 id="step-notice">{n.step}</h3>
			{agreed.value && !open.value ? (
				<p class="with-icon soft">
					<Check />
					<span>
						{n.agreed}{" "}
						<button
							type="button"
							class="link"
							onClick={() => {
								open.value = true;
							}}
						>
							{n.readAgain}
						</button>
					</span>
				</p>
			) : (
				<div class="notice" data-testid="notice">
					{outdated && !agreed.value && (
						<p class="with-icon">
							<Notice />
							<b>{n.changed}</b>
						</p>
					)}
					<h4>{setup.notice.title}</h4>
					{setup.notice.paragraphs.map((paragraph) => (
						<p key={paragraph}>{paragraph}</p>
					))}
					<ul>
						<li>{n.computer(name)}</li>
						<li>{setup.words.host ? n.wordsHost(setup.words.host) : n.wordsLocal}</li>
						<li>{kept}</li>
					</ul>
				</div>
			)}
			{mode === "voice" && (
				<label class="switch">
					<input
						type="checkbox"
						role="switch"
						aria-checked={noSound.value}
						checked={noSound.value}
						onChange={(event) => {
							noSound.value = event.currentTarget.checked;
							remembered.noSound.set(noSound.value ? "on" : "");
						}}
					/>
					<span>
						{n.noSound}
						<small>{n.noSoundHint}</small>
					</span>
				</label>
			)}
			{!agreed.value && (
				<button
					type="button"
					class="btn go wide"
					onClick={() => {
						remembered.notice.set(setup.notice.version);
						agreed.value = true;
						open.value = false;
					}}
				>
					{n.agree}
				</button>
			)}
		</section>
	);
}

function stopMic(mic: Signal<MicState>): void {
	for (const track of mic.value.stream?.getTracks() ?? []) track.stop();
	mic.value = micStart;
}

async function microphoneAllowed(): Promise<boolean> {
	try {
		return (await navigator.permissions.query({ name: "microphone" as PermissionName })).state === "granted";
	} catch {
		// Not every browser answers this; the person is then asked by the button.
		return false;
	}
}
