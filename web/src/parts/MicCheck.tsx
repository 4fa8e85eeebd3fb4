import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Ear, HEARD_DB, hearsSpeakers, meter } from "../sound/level";
import { type MicProblem, microphones, openMicrophone } from "../sound/microphone";
import { text } from "../text/en";
import { Check, Keyboard, Mic, Notice, Sound } from "./icons";
import { remembered } from "./memory";

const t = text.mic;

type Echo = "unknown" | "running" | "none" | "found" | "failed";

/** The microphone's state on the brief. The page reads it when the call starts. */
export interface MicState {
	stream: MediaStream | null;
	problem: MicProblem | null;
	asking: boolean;
}

export const micStart: MicState = { stream: null, problem: null, asking: false };

/** Opens the chosen microphone and keeps it in the state; gives back the one that was open. */
export async function askForMicrophone(state: Signal<MicState>, deviceId: string): Promise<MicState> {
	for (const track of state.value.stream?.getTracks() ?? []) track.stop();
	state.value = { stream: null, problem: null, asking: true };
	const opened = await openMicrophone(deviceId);
	state.value = { stream: opened.stream, problem: opened.problem, asking: false };
	return state.value;
}

/** Which microphone, is it heard, does it hear the speakers; and what to do when there is none. */
export function MicCheck({
	state,
	onType,
}: {
	state: Signal<MicState>;
	/** Goes on by typing; null where that cannot be. */
	onType: (() => void) | null;
}) {
	const { stream, problem, asking } = state.value;
	if (problem) {
		const said = t.problems[problem];
		return (
			<div class="mic-problem" role="alert" data-testid={`mic-${problem}`}>
				<p class="with-icon">
					<Notice />
					<span>
						<b>{said.what}</b> {said.next}
					</span>
				</p>
				<div class="acts">
					{problem !== "unsupported" && problem !== "insecure" && (
						<button type="button" class="btn" onClick={() => void askForMicrophone(state, remembered.microphone.get())}>
							{t.again}
						</button>
					)}
					{onType && (
						<button type="button" class="btn" onClick={onType}>
							<Keyboard />
							{t.type}
						</button>
					)}
				</div>
			</div>
		);
	}
	if (!stream) {
		return (
			<div class="mic-ask">
				{asking ? (
					<p role="status">{t.asking}</p>
				) : (
					<div class="acts">
						<button type="button" class="btn" onClick={() => void askForMicrophone(state, remembered.microphone.get())}>
							<Mic />
							{t.start}
						</button>
						{onType && (
							<button type="button" class="btn plain" onClick={onType}>
								{t.type}
							</button>
						)}
					</div>
				)}
			</div>
		);
	}
	return <OpenMicrophone stream={stream} state={state} onType={onType} />;
}

function OpenMicrophone({
	stream,
	state,
	onType,
}: {
	stream: MediaStream;
	state: Signal<MicState>;
	onType: (() => void) | null;
}) {
	const devices = useSignal<MediaDeviceInfo[]>([]);
	const heard = useSignal(false);
	const echo = useSignal<Echo>("unknown");
	const bar = useRef<HTMLElement>(null);
	const box = useRef<HTMLDivElement>(null);
	const ear = useRef<Ear | null>(null);
	const readings = useRef<number[]>([]);

	useEffect(() => {
		const list = () =>
			void microphones().then((found) => {
				devices.value = found;
			});
		list();
		navigator.mediaDevices.addEventListener("devicechange", list);
		return () => navigator.mediaDevices.removeEventListener("devicechange", list);
	}, [devices]);

	useEffect(() => {
		const listening = new Ear();
		ear.current = listening;
		const level = listening.listen(stream);
		let shown = 0;
		const timer = setInterval(() => {
			const db = level();
			readings.current.push(db);
			if (db > HEARD_DB && echo.value !== "running") heard.value = true;
			shown += (meter(db) - shown) * (meter(db) > shown ? 0.7 : 0.2);
			if (bar.current) bar.current.style.transform = `scaleX(${shown.toFixed(3)})`;
			box.current?.setAttribute("aria-valuenow", String(Math.round(shown * 100)));
		}, 50);
		const gone = () => {
			state.value = { stream: null, problem: "none", asking: false };
		};
		const track = stream.getAudioTracks()[0];
		track?.addEventListener("ended", gone);
		return () => {
			clearInterval(timer);
			track?.removeEventListener("ended", gone);
			ear.current = null;
			listening.close();
		};
	}, [stream, state, heard, echo]);

	const checkEcho = async () => {
		const quiet = readings.current.slice(-20);
		readings.current = [];
		echo.value = "running";
		try {
			await ear.current?.tones();
			echo.value = hearsSpeakers(quiet, readings.current) ? "found" : "none";
		} catch {
			echo.value = "failed";
		}
	};
	const said = { unknown: "", running: t.echoRunning, none: t.echoNone, found: t.echoFound, failed: t.echoFailed }[echo.value];
	const chosen = stream.getAudioTracks()[0]?.getSettings().deviceId ?? "";
	return (
		<div class="mic-open">
			<div
				class="meter"
				role="meter"
				aria-label={t.level}
				aria-valuemin={0}
				aria-valuemax={100}
				aria-valuenow={0}
				ref={box}
				data-testid="mic-level"
			>
				<i ref={bar} />
			</div>
			<p role="status" class={heard.value ? "with-icon good" : "soft"} data-testid="mic-heard">
				{heard.value && <Check />}
				<span>{heard.value ? t.heard : t.quiet}</span>
			</p>
			{devices.value.length > 1 && (
				<label class="field">
					<span>{t.device}</span>
					<select
						value={chosen}
						onChange={(event) => {
							remembered.microphone.set(event.currentTarget.value);
							void askForMicrophone(state, event.currentTarget.value);
						}}
					>
						{devices.value.map((device, i) => (
							<option key={device.deviceId} value={device.deviceId}>
								{device.label || t.device_n(i + 1)}
							</option>
						))}
					</select>
				</label>
			)}
			{said !== "" && (
				<p role="status" class={echo.value === "found" ? "with-icon" : "soft"}>
					{echo.value === "found" && <Notice />}
					<span>{said}</span>
				</p>
			)}
			<div class="acts tight">
				<button type="button" class="btn plain" disabled={echo.value === "running"} onClick={() => void checkEcho()}>
					<Sound />
					{t.echo}
				</button>
				{onType && (
					<button type="button" class="btn plain" onClick={onType}>
						<Keyboard />
						{t.type}
					</button>
				)}
			</div>
		</div>
	);
}
