import { useSignal } from "@preact/signals";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import { useRoute } from "preact-iso";
import { api } from "../api/client";
import type { CallDetail, Scenario, Setup } from "../api/types";
import { DeskContext, type MadeCall } from "../line/desk";
import { useLoad } from "../parts/load";
import { askForMicrophone, MicCheck, type MicState, micStart } from "../parts/MicCheck";
import { remembered } from "../parts/memory";
import { Problem } from "../parts/Problem";
import { Shell, Waiting } from "../parts/Shell";
import { text } from "../text/en";
import { OnCall } from "./OnCall";

const t = text.call;

export function Call() {
	const id = useRoute().params.id ?? "";
	const desk = useContext(DeskContext);
	const [made] = useState<MadeCall | null>(() => desk.take(id));
	return made ? <OnCall made={made} /> : <Again id={id} key={id} />;
}

/** This page was opened without a call in its hands: reloaded, or from a link. A call that goes on is joined again. */
function Again({ id }: { id: string }) {
	const load = useLoad(`live ${id}`, async () => {
		const [setup, detail] = await Promise.all([api.setup(), api.call(id)]);
		return { setup, detail, scenario: await api.scenario(detail.call.scenario) };
	});
	const [made, setMade] = useState<MadeCall | null>(null);
	if (made) return <OnCall made={made} />;
	const gone = { title: text.errors.callGoneTitle, what: text.errors.callGone };
	const going = load.state === "ready" && (load.value.detail.call.status === "live" || load.value.detail.call.status === "ready");
	const title = load.state === "ready" && !going ? t.overTitle : t.reloading;
	return (
		<Shell title={title}>
			{load.state === "loading" && <Waiting />}
			{load.state === "failed" && <Problem error={load.error} again={load.reload} gone={gone} />}
			{load.state === "ready" && going && <Rejoin {...load.value} onReady={setMade} />}
			{load.state === "ready" && !going && (
				<section class="page problem">
					<h1>{t.overTitle}</h1>
					<p>{t.over}</p>
					<div class="acts">
						<a class="btn go" href={`/calls/${id}/debrief`}>
							{t.toDebrief}
						</a>
						<a class="btn" href="/">
							{text.app.toCalls}
						</a>
					</div>
				</section>
			)}
		</Shell>
	);
}

/** Opens the microphone again, and then hands the call to its page. */
function Rejoin({
	setup,
	detail,
	scenario,
	onReady,
}: {
	setup: Setup;
	detail: CallDetail;
	scenario: Scenario;
	onReady: (made: MadeCall) => void;
}) {
	const { call } = detail;
	const mic = useSignal<MicState>(micStart);
	const handedOver = useRef(false);
	const voice = call.mode === "voice";
	// biome-ignore lint/correctness/useExhaustiveDependencies: asked for once
	useEffect(() => {
		if (voice) void askForMicrophone(mic, remembered.microphone.get());
		return () => {
			if (!handedOver.current) for (const track of mic.peek().stream?.getTracks() ?? []) track.stop();
		};
	}, []);
	const { stream } = mic.value;
	// biome-ignore lint/correctness/useExhaustiveDependencies: once, as soon as the microphone is there
	useEffect(() => {
		if (handedOver.current || (voice && !stream)) return;
		handedOver.current = true;
		onReady({
			id: call.id,
			token: null,
			lineUrl: api.lineUrl(call.id),
			lines: detail.turns.map(({ turn, speaker, text }) => ({ turn, speaker, text, final: true })),
			scenario,
			mode: call.mode,
			keepSound: call.keep_sound,
			wordsHost: setup.words.host,
			microphone: stream,
		});
	}, [stream]);
	return (
		<section class="page problem">
			<h1>{t.reloading}</h1>
			{mic.value.problem && <p>{t.reopenMic}</p>}
			{voice && !stream && <MicCheck state={mic} onType={null} />}
		</section>
	);
}
