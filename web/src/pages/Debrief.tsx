import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { useLocation, useRoute } from "preact-iso";
import { api } from "../api/client";
import type { CallDetail, Grade } from "../api/types";
import { extreme, type Point, points } from "../grade/report";
import { Portrait } from "../parts/Cards";
import { evidenceMarks, useCall, usePeaks, usePlayer } from "../parts/callData";
import { Lock } from "../parts/icons";
import { Problem } from "../parts/Problem";
import { Quote } from "../parts/Quote";
import { Shell, Waiting } from "../parts/Shell";
import type { Player } from "../sound/player";
import { text } from "../text/en";
import { day, duration, firstName, score, sentence } from "../text/format";
import { stepsOf } from "../timeline/curve";
import { Timeline } from "../timeline/Timeline";
import { WHOLE } from "../timeline/view";
import { FlagList, FloorWords, NotCounted, Skills } from "./DebriefParts";
import { Outcome } from "./Outcome";

const t = text.debrief;

export function Debrief() {
	const id = useRoute().params.id ?? "";
	const load = useCall(id);
	const gone = { title: text.errors.callGoneTitle, what: text.errors.callGone };
	const title = load.state === "ready" ? t.title(load.value.call.persona_name) : text.app.loading;
	return (
		<Shell title={title}>
			{load.state === "loading" && <Waiting />}
			{load.state === "failed" && <Problem error={load.error} again={load.reload} gone={gone} />}
			{load.state === "ready" && (
				<Letter key={id} detail={load.value} connected={load.followed.connected || load.followed.call === null} />
			)}
		</Shell>
	);
}

/** The debrief reads as a letter: what happened first, numbers at the end of sentences. */
function Letter({ detail, connected }: { detail: CallDetail; connected: boolean }) {
	const { call, grade } = detail;
	const name = firstName(call.persona_name);
	const { player, durationMS } = usePlayer(detail);
	const peaks = usePeaks(detail);
	const view = useSignal(WHOLE);
	const evidence = useMemo(() => evidenceMarks(detail, true), [detail]);
	const graded = detail.grade_status === "graded" && grade !== null && !grade.abstain;
	const spoke = detail.turns.length > 0;
	return (
		<div class="page" data-testid="debrief" data-grade-status={detail.grade_status} data-call-status={call.status}>
			<header class="opening">
				<Portrait slug={call.scenario} />
				<div>
					<h1>{t.title(call.persona_name)}</h1>
					<p class="k">
						<span>{day(call.created_at)}</span>
						{call.duration_ms > 0 && <span>{duration(call.duration_ms)}</span>}
						<span class="pill">
							<Lock />
							{t.onlyYou}
						</span>
					</p>
				</div>
			</header>
			<Verdict detail={detail} name={name} connected={connected} graded={graded} />
			{graded && grade && <Points detail={detail} name={name} player={player} />}
			{spoke && detail.curve.length > 0 && (
				<section class="sect" aria-labelledby="felt">
					<h2 id="felt">{t.felt(name)}</h2>
					<p class="in">{t.feltSub}</p>
					<Timeline detail={detail} peaks={peaks} player={player} durationMS={durationMS} evidence={evidence} view={view} brief />
					<p class="key-line">
						<span>
							<span class="move up" />
							{t.harder}
						</span>
						<span>
							<span class="move down" />
							{t.easier}
						</span>
						<span>
							<svg width="26" height="8" aria-hidden="true" class="dash">
								<path d="M1 4h24" />
							</svg>
							{t.trust}
						</span>
						<a href={`/calls/${call.id}`}>{player.hasSound ? t.hear : t.readWhole}</a>
					</p>
					{graded && <p class="in small">{t.feltApart}</p>}
				</section>
			)}
			{detail.outcome && <Outcome outcome={detail.outcome} name={name} />}
			{graded && grade && <Skills grade={grade} detail={detail} player={player} name={name} />}
			{grade && <FloorWords grade={grade} detail={detail} />}
			{grade && <FlagList grade={grade} detail={detail} player={player} name={name} />}
			{graded && grade && <NotCounted grade={grade} detail={detail} />}
			<Ends detail={detail} name={name} />
		</div>
	);
}

/** The first sentence of the page, whatever the call's state. */
function Verdict({ detail, name, connected, graded }: { detail: CallDetail; name: string; connected: boolean; graded: boolean }) {
	const { call, grade, grade_status } = detail;
	const cut = detail.cut || call.status === "cut";
	const cutLine = cut && <p class="aside">{`${t.cut} ${t.cutSub}`}</p>;
	if (call.status === "ready") return <Plain title={t.never} sub={t.neverSub} />;
	if (graded && grade) {
		const said = verdict(detail, grade, name);
		return (
			<>
				<p class="verdict" data-testid="verdict">
					{said.headline}
				</p>
				<p class="verdict-sub">{said.sub}</p>
				{grade.scores.overall !== null && (
					<p class="overall" data-testid="overall">
						{t.overall(score(grade.scores.overall))}
					</p>
				)}
				{cutLine}
				{call.mode === "typed" && <p class="aside">{t.typedCall}</p>}
				{call.mode === "voice" && !call.keep_sound && <p class="aside">{t.soundOff}</p>}
			</>
		);
	}
	if (grade_status === "not_gradable" || grade?.abstain) {
		return (
			<>
				<p class="verdict" data-testid="verdict">
					{t.notGradable}
				</p>
				{(grade?.reasons ?? []).map((reason) => (
					<p class="verdict-sub" key={reason.code}>
						{reason.message}
					</p>
				))}
				<p class="aside">{t.notGradableSub}</p>
				{cutLine}
			</>
		);
	}
	if (call.status !== "live" && grade_status === "none") {
		return cut ? <Plain title={t.cut} sub={t.cutSub} /> : <Plain title={t.ungraded} sub={t.notGradableSub} />;
	}
	const words = call.status === "live" ? t.waitingCall : grade_status === "failed" ? t.failed : t.waiting;
	return (
		<>
			<p class="verdict">{call.status === "live" ? t.title(call.persona_name) : endingWords(detail, name)}</p>
			{cutLine}
			<Waiting words={connected ? words : t.waitingDown} />
			{detail.turns.length > 0 && (
				<p class="aside">
					{t.waitingRead} <a href={`/calls/${call.id}`}>{detail.sound.available ? t.hear : t.readWhole}</a>
				</p>
			)}
		</>
	);
}

function Plain({ title, sub }: { title: string; sub: string }) {
	return (
		<>
			<p class="verdict" data-testid="verdict">
				{title}
			</p>
			<p class="verdict-sub">{sub}</p>
		</>
	);
}

/** What happened, in one sentence and two more. A good call opens with what carried it, a hard one with how it ended. */
export function verdict(detail: CallDetail, grade: Grade, name: string): { headline: string; sub: string } {
	const ending = endingWords(detail, name);
	const heat = stepsOf(detail.curve, "heat");
	const from = heat[0]?.value;
	const to = heat.at(-1)?.value;
	const ran = from !== undefined && to !== undefined && from !== to ? t.heatWent(score(from), score(to)) : "";
	const best = extreme(grade, "highest");
	const worst = extreme(grade, "lowest");
	const sentence = (e: typeof best) =>
		e ? (text.dimensions[e.dimension].levels[Math.min(5, Math.max(1, e.level)) - 1] ?? "") : "";
	const flagged = grade.caps.length > 0;
	if (best && best.level >= 4 && !flagged) return { headline: sentence(best), sub: `${ending} ${ran}`.trim() };
	return { headline: ending, sub: `${sentence(worst)} ${ran}`.trim() };
}

/** How the call ended, in one sentence. Without an ending, whoever hung up first did. */
function endingWords({ call }: CallDetail, name: string): string {
	if (call.ending === "abandoned" && call.ended_by === "trainee") return t.verdicts.left;
	return call.ending === "" && call.ended_by !== "trainee" ? t.verdicts.early : t.verdicts[call.ending](name);
}

function Points({ detail, name, player }: { detail: CallDetail; name: string; player: Player }) {
	const { strength, steps } = points(detail);
	return (
		<>
			{strength ? (
				<PointCard point={strength} n={1} detail={detail} name={name} player={player} />
			) : (
				<p class="aside no-help">{t.noHelp}</p>
			)}
			{steps.map((step, i) => (
				<PointCard key={step.dimension} point={step} n={i + 2} detail={detail} name={name} player={player} />
			))}
		</>
	);
}

function PointCard({ point, n, name, player }: { point: Point; n: number; detail: CallDetail; name: string; player: Player }) {
	const dimension = text.dimensions[point.dimension];
	const sentence = dimension.levels[Math.min(5, Math.max(1, point.level)) - 1] ?? "";
	const who = point.quote?.turn.speaker === "customer" ? name : text.timeline.you;
	return (
		<section class="point" id={`e${n}`} aria-labelledby={`e${n}-title`}>
			<header>
				<span class={`tag ${n === 1 ? "good" : "step"}`} aria-hidden="true">
					{n}
				</span>
				<h2 id={`e${n}-title`}>
					{n === 1 ? `${t.helped}: ${dimension.name.toLowerCase()}` : t.nextStep(dimension.name.toLowerCase())}
				</h2>
			</header>
			{point.quote && (
				<Quote words={point.quote.words} who={who} fromMS={point.quote.fromMS} toMS={point.quote.toMS} player={player} />
			)}
			<div class={`after${point.quote ? "" : " bare"}`}>
				{point.quote && (
					<div>
						<h3>{t.whatItDid}</h3>
						<p>{effectWords(point, name)}</p>
					</div>
				)}
				<div>
					<h3>{t.whyCounts}</h3>
					<p>{sentence}</p>
				</div>
				{n > 1 && (
					<div class="try">
						<h3>{t.tryNext}</h3>
						<p>{dimension.next}</p>
					</div>
				)}
			</div>
		</section>
	);
}

/** What a turn did to this customer, from the ledger. */
export function effectWords(point: Point, name: string): string {
	const { effect } = point;
	if (effect?.heat) {
		const { from, to } = effect.heat;
		const said = to > from ? t.angrier(name, score(from), score(to)) : t.calmer(name, score(from), score(to));
		return [said, ...effect.notes.map(sentence)].join(" ");
	}
	if (effect?.trust) {
		const { from, to } = effect.trust;
		return to > from ? t.trustUp(name, score(from), score(to)) : t.trustDown(name, score(from), score(to));
	}
	return t.unmoved(name);
}

function Ends({ detail, name }: { detail: CallDetail; name: string }) {
	const { route } = useLocation();
	const asking = useSignal(false);
	const failed = useSignal(false);
	const { call } = detail;
	const remove = async () => {
		try {
			await api.remove(call.id);
			route("/");
		} catch {
			failed.value = true;
		}
	};
	return (
		<div class="ends">
			<a class="btn go" href={`/scenarios/${call.scenario}`}>
				{t.again(name)}
			</a>
			{detail.turns.length > 0 && (
				<a class="btn" href={`/calls/${call.id}`}>
					{detail.sound.available ? t.hear : t.readWhole}
				</a>
			)}
			{call.status !== "live" && !asking.value && (
				<button
					type="button"
					class="btn plain stop"
					onClick={() => {
						asking.value = true;
					}}
				>
					{t.remove}
				</button>
			)}
			{asking.value && (
				<div class="sure" role="alertdialog" aria-label={t.remove}>
					<p>{failed.value ? t.removeFailed : t.removeSure}</p>
					<div class="acts">
						<button type="button" class="btn stop-go" onClick={() => void remove()}>
							{t.removeYes}
						</button>
						<button
							type="button"
							class="btn"
							onClick={() => {
								asking.value = false;
								failed.value = false;
							}}
						>
							{t.removeNo}
						</button>
					</div>
				</div>
			)}
		</div>
	);
}
