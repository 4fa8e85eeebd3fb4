import { useSignal } from "@preact/signals";
import { api } from "../api/client";
import type { CallSummary, ScenarioCard, Setup } from "../api/types";
import { Difficulty, Portrait } from "../parts/Cards";
import { Notice } from "../parts/icons";
import { useLoad } from "../parts/load";
import { Problem } from "../parts/Problem";
import { Shell, Waiting } from "../parts/Shell";
import { text } from "../text/en";
import { capital, day, duration, firstName, score } from "../text/format";
import { suggest } from "./choose";
import { Surprise } from "./Library";

const t = text.home;

/** A call's state in words. */
export function statusOf(call: CallSummary): { words: string; kind: string } {
	if (call.status === "live") return { words: text.status.live, kind: "live" };
	if (call.status === "ready") return { words: text.status.ready, kind: "quiet" };
	const grade = {
		graded: { words: call.overall === null ? text.status.graded : text.status.gradedAs(score(call.overall)), kind: "graded" },
		pending: { words: text.status.pending, kind: "live" },
		failed: { words: text.status.failed, kind: "live" },
		not_gradable: { words: text.status.notGradable, kind: "quiet" },
		none: { words: text.status.ungraded, kind: "quiet" },
	}[call.grade_status];
	if (call.status === "cut")
		return { words: call.grade_status === "graded" ? `${text.status.cut}, ${grade.words}` : text.status.cut, kind: "cut" };
	return grade;
}

export function Home() {
	const load = useLoad("home", () => Promise.all([api.setup(), api.library(), api.calls()]));
	return (
		<Shell title={t.title} at="/">
			{load.state === "loading" && <Waiting />}
			{load.state === "failed" && <Problem error={load.error} again={load.reload} />}
			{load.state === "ready" && <Start setup={load.value[0]} scenarios={load.value[1].scenarios} calls={load.value[2]} />}
		</Shell>
	);
}

function Start({ setup, scenarios, calls }: { setup: Setup; scenarios: ScenarioCard[]; calls: CallSummary[] }) {
	const next = suggest(scenarios, calls);
	return (
		<div class="wrap">
			<div class="lib-head">
				<h1>{t.heading}</h1>
				<p>{t.sub}</p>
			</div>
			{setup.degraded.length > 0 && <Missing setup={setup} />}
			{next ? (
				<div class="lead">
					<Suggestion scenario={next} calls={calls} />
					<Surprise scenarios={scenarios} calls={calls} />
				</div>
			) : (
				<section class="card empty">
					<h2>{t.nobodyTitle}</h2>
					<p>{t.nobody}</p>
				</section>
			)}
			<div class="home-duo">
				<Recent calls={calls} />
				{scenarios.length > 0 && (
					<p>
						<a class="btn" href="/library">
							{t.everyone(scenarios.length)}
						</a>
					</p>
				)}
			</div>
		</div>
	);
}

function Missing({ setup }: { setup: Setup }) {
	return (
		<section class="card degraded" aria-labelledby="degraded">
			<h2 id="degraded" class="with-icon">
				<Notice />
				{t.degradedTitle}
			</h2>
			<ul>
				{setup.degraded.map((d) => (
					<li key={d.what}>
						<b>{d.what}</b> {d.why}
						{d.mend !== "" && (
							<p class="soft">
								{t.mend} <code>{d.mend}</code>
							</p>
						)}
					</li>
				))}
			</ul>
		</section>
	);
}

function Suggestion({ scenario, calls }: { scenario: ScenarioCard; calls: CallSummary[] }) {
	const name = firstName(scenario.persona.name);
	const met = calls.some((c) => c.scenario === scenario.slug);
	const why = calls.length === 0 ? t.whyFirst(name) : met ? t.whyAgain(name) : t.whyNew(name);
	return (
		<section class="card sug" aria-labelledby="suggestion">
			<Portrait slug={scenario.slug} />
			<div class="body">
				<div class="hd">
					<p class="small faint">{calls.length === 0 ? t.suggestFirst : t.suggestNext}</p>
					<h2 id="suggestion">
						{scenario.persona.name}, {scenario.persona.age}
					</h2>
					<p class="meta-line">
						<Difficulty level={scenario.difficulty} />
						<span>{capital(scenario.industry)}</span>
						<span>{t.minutes(scenario.minutes)}</span>
					</p>
				</div>
				<p class="story">{scenario.story}</p>
				<p class="why soft">{why}</p>
				<div class="acts">
					<a class="btn go" href={`/scenarios/${scenario.slug}`}>
						{t.readBrief}
					</a>
				</div>
			</div>
		</section>
	);
}

/** How many calls are shown before all are asked for. */
const fewCalls = 3;

function Recent({ calls }: { calls: CallSummary[] }) {
	const all = useSignal(false);
	const shown = all.value ? calls : calls.slice(0, fewCalls);
	return (
		<section aria-labelledby="recent">
			<h2 id="recent">{t.recent}</h2>
			{calls.length === 0 ? (
				<div class="card empty">
					<h3>{t.noneTitle}</h3>
					<p>{t.none}</p>
				</div>
			) : (
				<ul class="calls card">
					{shown.map((call) => {
						const status = statusOf(call);
						return (
							<li key={call.id} data-testid="call-row" data-status={call.status} data-grade={call.grade_status}>
								<Portrait slug={call.scenario} />
								<div>
									<h3>
										<a href={`/calls/${call.id}/${call.status === "live" ? "live" : "debrief"}`}>{call.persona_name}</a>
									</h3>
									<p class="small soft meta-line">
										<span>{day(call.created_at)}</span>
										{call.duration_ms > 0 && <span>{duration(call.duration_ms)}</span>}
										{call.ending !== "" && <span>{text.status.endings[call.ending]}</span>}
										{call.mode === "typed" && <span>{t.typed}</span>}
										{call.mode === "voice" && !call.keep_sound && <span>{t.noSound}</span>}
									</p>
								</div>
								<span class={`state ${status.kind}`}>{status.words}</span>
							</li>
						);
					})}
				</ul>
			)}
			{calls.length > shown.length && (
				<button
					type="button"
					class="btn plain all-calls"
					onClick={() => {
						all.value = true;
					}}
				>
					{t.allCalls(calls.length)}
				</button>
			)}
		</section>
	);
}
