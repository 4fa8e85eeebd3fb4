import { type Signal, useSignal } from "@preact/signals";
import { useContext, useEffect, useRef } from "preact/hooks";
import { useLocation } from "preact-iso";
import { ApiError, api } from "../api/client";
import type { CallMode, Patience, Scenario, Setup } from "../api/types";
import { DeskContext } from "../line/desk";
import { Chevron, Notice, Phone } from "../parts/icons";
import { askForMicrophone, type MicState } from "../parts/MicCheck";
import { remembered } from "../parts/memory";
import { useCountdown } from "../parts/Problem";
import { text } from "../text/en";
import { firstName } from "../text/format";

const choices: Patience[] = ["normal", "longer", "much-longer"];
/** What somebody chose here; without a choice it is for the server's setting to say. */
const chosenPatience = (): Patience | undefined => choices.find((c) => c === remembered.patience.get());

/** How long the customer waits for the trainee to go on; `usual` is the server's setting. Nobody else learns of it. */
export function PatienceChoice({ name, usual }: { name: string; usual: Patience }) {
	const t = text.patience;
	const chosen = useSignal<Patience>(chosenPatience() ?? usual);
	const open = useRef(chosen.value !== "normal");
	return (
		<details class="patience" open={open.current} data-testid="patience">
			<summary>
				{t.title}
				<Chevron />
			</summary>
			<p class="soft small" id="patience-why">
				{t.why}
			</p>
			<fieldset aria-describedby="patience-why">
				<legend class="vh">{t.title}</legend>
				{choices.map((choice) => (
					<label key={choice}>
						<input
							type="radio"
							name="patience"
							checked={chosen.value === choice}
							onChange={() => {
								chosen.value = choice;
								remembered.patience.set(choice);
							}}
						/>
						<span>
							{t.choices[choice]}
							<small>{t.hints[choice]}</small>
						</span>
					</label>
				))}
			</fieldset>
			<p class="soft small">
				{t.now(name)[chosen.value]} {t.kept}
			</p>
		</details>
	);
}

type Starting =
	| { state: "idle" }
	| { state: "starting" }
	| { state: "failed"; error: ApiError }
	/** No room: tried again by itself, `tries` times so far. */
	| { state: "full"; error: ApiError; tries: number };

export function StartStep({
	setup,
	scenario,
	mode,
	noSound,
	mic,
	onHandOver,
	onOutdated,
}: {
	setup: Setup;
	scenario: Scenario;
	mode: CallMode;
	noSound: boolean;
	mic: Signal<MicState>;
	onHandOver: () => void;
	onOutdated: () => void;
}) {
	const desk = useContext(DeskContext);
	const { route } = useLocation();
	const starting = useSignal<Starting>({ state: "idle" });
	const name = firstName(scenario.persona.name);
	const now = starting.value;
	const error = now.state === "failed" ? now.error : null;
	const left = useCountdown(error);
	const shown = useRef(true);
	useEffect(
		() => () => {
			shown.current = false;
		},
		[],
	);

	const start = async (tries = 0) => {
		if (tries === 0) starting.value = { state: "starting" };
		let microphone: MediaStream | null = null;
		if (mode === "voice") {
			microphone = mic.value.stream ?? (await askForMicrophone(mic, remembered.microphone.get())).stream;
			if (!microphone) {
				starting.value = { state: "idle" };
				return;
			}
		}
		try {
			const keepSound = mode === "voice" && !noSound;
			const patience = chosenPatience();
			const join = await api.create({
				scenario: scenario.slug,
				notice_version: setup.notice.version,
				keep_sound: keepSound,
				mode,
				...(patience && { patience }),
			});
			// Whoever left the page or stopped waiting takes no call; it ends by itself when nobody joins.
			if (!shown.current || (tries > 0 && starting.value.state !== "full")) return;
			const { id, token, line_url: lineUrl } = join;
			desk.put({ id, token, lineUrl, lines: [], scenario, mode, keepSound, wordsHost: setup.words.host, microphone });
			onHandOver();
			route(`/calls/${id}/live`);
		} catch (failure) {
			if (!shown.current || (tries > 0 && starting.value.state !== "full")) return;
			const error = failure instanceof ApiError ? failure : new ApiError(0, "");
			if (error.status === 409) onOutdated();
			if (error.status === 409) starting.value = { state: "idle" };
			else if (error.status === 503 && error.retryAfterS > 0) starting.value = { state: "full", error, tries: tries + 1 };
			else starting.value = { state: "failed", error };
		}
	};
	if (now.state === "full") {
		return (
			<Full
				name={name}
				error={now.error}
				tries={now.tries}
				onTry={() => void start(now.tries)}
				onCancel={() => {
					starting.value = { state: "idle" };
				}}
			/>
		);
	}
	return (
		<section class="before-step" aria-labelledby="step-call">
			<h3 id="step-call">{text.start.step}</h3>
			<button
				type="button"
				class="btn go wide call-go"
				disabled={now.state === "starting" || left > 0 || mic.value.asking}
				onClick={() => void start()}
			>
				<Phone />
				{now.state === "starting" ? text.start.starting : text.start.button}
			</button>
			{error ? (
				<p class="with-icon" role="alert">
					<Notice />
					<span>{startProblem(error, left)}</span>
				</p>
			) : (
				<p class="soft small">{text.start.hint(name)}</p>
			)}
		</section>
	);
}

/** The server has no room: says when it is asked again, asks by itself, and lets one stop waiting. */
function Full({
	name,
	error,
	tries,
	onTry,
	onCancel,
}: {
	name: string;
	error: ApiError;
	tries: number;
	onTry: () => void;
	onCancel: () => void;
}) {
	const t = text.start;
	const left = useCountdown(error);
	const asked = useRef<ApiError | null>(null);
	const last = useRef(left);
	const stop = useRef<HTMLButtonElement>(null);
	useEffect(() => stop.current?.focus({ preventScroll: true }), []);
	// biome-ignore lint/correctness/useExhaustiveDependencies: asks once for each answer, when its time is up
	useEffect(() => {
		const due = last.current > 0 && left === 0;
		last.current = left;
		if (!due || asked.current === error) return;
		asked.current = error;
		onTry();
	}, [left, error]);
	return (
		<section class="before-step" aria-labelledby="step-full" data-testid="full">
			<h3 id="step-full">{t.fullTitle}</h3>
			{error.detail !== "" && <p>{error.detail}</p>}
			<p>{t.full(name, left)}</p>
			<p class="soft small" role="status">
				{t.fullKept} {t.fullTries(tries)}
			</p>
			<div class="acts">
				<button type="button" class="btn go" disabled={left === 0} onClick={onTry}>
					{t.fullNow}
				</button>
				<button type="button" class="btn" onClick={onCancel} ref={stop}>
					{t.fullCancel}
				</button>
			</div>
		</section>
	);
}

function startProblem(error: ApiError, left: number): string {
	if (error.status === 503 || error.status === 429)
		return `${error.detail || text.errors.busy} ${left > 0 ? text.start.busy(left) : ""}`;
	if (error.status === 0) return `${text.errors.offlineTitle}. ${text.start.failed} ${text.errors.offlineNext}`;
	return `${text.start.failed} ${error.detail}`;
}
