import { useLocation } from "preact-iso";
import { api } from "../api/client";
import type { Library as All, CallSummary, ScenarioCard } from "../api/types";
import { Difficulty, Portrait } from "../parts/Cards";
import { awaited, daysOf } from "../parts/followUp";
import { useLoad } from "../parts/load";
import { remembered } from "../parts/memory";
import { Problem } from "../parts/Problem";
import { Shell, Waiting } from "../parts/Shell";
import { text } from "../text/en";
import { capital, dayOnly } from "../text/format";
import { addressOf, type Filter, filtered, filterOf, lastCall, lengths, skills, surprise } from "./choose";
import { LibraryProblems } from "./LibraryProblems";

const t = text.library;

/** Everybody there is to talk to, filtered by the address. */
export function Library() {
	const load = useLoad("library", () => Promise.all([api.library(), api.calls()]));
	return (
		<Shell title={t.title} at="/library">
			{load.state === "loading" && <Waiting />}
			{load.state === "failed" && <Problem error={load.error} again={load.reload} />}
			{load.state === "ready" && <Shelf library={load.value[0]} calls={load.value[1]} reload={load.reload} />}
		</Shell>
	);
}

function Shelf({ library, calls, reload }: { library: All; calls: CallSummary[]; reload: () => void }) {
	const { scenarios, problems } = library;
	const { query } = useLocation();
	const filter = filterOf(query);
	const shown = filtered(scenarios, filter);
	return (
		<div class="wrap">
			<div class="lib-head lib-lead">
				<div>
					<h1>{t.heading}</h1>
					<p>{t.sub}</p>
				</div>
				<Surprise scenarios={scenarios} calls={calls} />
			</div>
			<LibraryProblems problems={problems} reload={reload} />
			{scenarios.length === 0 ? (
				<section class="card empty">
					<h2>{text.home.nobodyTitle}</h2>
					<p>{text.home.nobody}</p>
				</section>
			) : (
				<>
					<Filters filter={filter} scenarios={scenarios} />
					<p class="count" role="status">
						{[`${t.count(shown.length, scenarios.length)}.`, ...awaited(shown)].join(" ")}
					</p>
					{shown.length === 0 ? (
						<section class="card empty">
							<h2>{t.noneTitle}</h2>
							<p>
								{t.none} <a href="/library">{t.showAll}</a>
							</p>
						</section>
					) : (
						<ul class="people">
							{shown.map((s) => (
								<Person key={s.slug} scenario={s} last={lastCall(s, calls)} />
							))}
						</ul>
					)}
				</>
			)}
		</div>
	);
}

/** A call with somebody the trainee has not met: who it is shows when they speak. */
export function Surprise({ scenarios, calls }: { scenarios: ScenarioCard[]; calls: CallSummary[] }) {
	const { route } = useLocation();
	if (scenarios.length === 0) return null;
	return (
		<section class="card sup" aria-labelledby="surprise">
			<h2 id="surprise">{t.surpriseTitle}</h2>
			<p>{t.surprise}</p>
			<div class="acts">
				<button
					type="button"
					class="btn"
					onClick={() => {
						const chosen = surprise(scenarios, calls, Math.random());
						if (!chosen) return;
						remembered.surprise.set(chosen.slug);
						route("/surprise");
					}}
				>
					{t.surpriseMe}
				</button>
			</div>
		</section>
	);
}

function Filters({ filter, scenarios }: { filter: Filter; scenarios: ScenarioCard[] }) {
	const { route } = useLocation();
	const set = (more: Partial<Filter>) => route(addressOf({ ...filter, ...more }), true);
	const industries = [...new Set(scenarios.map((s) => s.industry))].sort();
	return (
		<form class="filters" aria-label={t.filter} onSubmit={(event) => event.preventDefault()}>
			<fieldset class="skillset">
				<legend>{t.practise}</legend>
				<div class="chips">
					{["", ...skills].map((skill) => (
						<label key={skill}>
							<input type="radio" name="skill" checked={filter.skill === skill} onChange={() => set({ skill })} />
							<span>{skill === "" ? t.any : t.skills[skill as (typeof skills)[number]]}</span>
						</label>
					))}
				</div>
			</fieldset>
			<div class="picks">
				<Pick
					name={t.industry}
					value={filter.industry}
					any={t.all}
					options={industries.map((i) => [i, capital(i)])}
					onPick={(industry) => set({ industry })}
				/>
				<Pick
					name={t.difficulty}
					value={filter.difficulty}
					any={t.any}
					options={text.home.levels.map((word, i) => [String(i + 1), word])}
					onPick={(difficulty) => set({ difficulty })}
				/>
				<Pick
					name={t.length}
					value={filter.length}
					any={t.any}
					options={lengths.map((l) => [l, t.lengths[l]])}
					onPick={(length) => set({ length })}
				/>
			</div>
		</form>
	);
}

function Pick({
	name,
	value,
	any,
	options,
	onPick,
}: {
	name: string;
	value: string;
	any: string;
	options: [string, string][];
	onPick: (value: string) => void;
}) {
	return (
		<label>
			<span>{name}</span>
			<select value={value} onChange={(event) => onPick(event.currentTarget.value)}>
				<option value="">{any}</option>
				{options.map(([key, word]) => (
					<option key={key} value={key}>
						{word}
					</option>
				))}
			</select>
		</label>
	);
}

function follows({ title, after, open, promises }: NonNullable<ScenarioCard["follow_up"]>): string {
	const f = text.people.followUp;
	return open ? f.card(title, daysOf(after), promises.length) : f.waits(title);
}

function Person({ scenario, last }: { scenario: ScenarioCard; last: number }) {
	return (
		<li class="person card">
			<Portrait slug={scenario.slug} />
			<div class="top">
				<h3>
					<a href={`/scenarios/${scenario.slug}`}>
						{scenario.persona.name}, {scenario.persona.age}
					</a>
				</h3>
				<p class="t">{scenario.title}</p>
			</div>
			<p class="story">{scenario.story}</p>
			{scenario.follow_up && <p class="follow">{follows(scenario.follow_up)}</p>}
			<p class="meta">
				<Difficulty level={scenario.difficulty} />
				<span>{capital(scenario.industry)}</span>
				<span>{text.home.minutes(scenario.minutes)}</span>
				<span class={`seen${last === 0 ? " new" : ""}`}>
					{last === 0 ? text.home.neverCalled : t.lastCall(dayOnly(new Date(last).toISOString()))}
				</span>
			</p>
		</li>
	);
}
