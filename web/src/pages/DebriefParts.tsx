import type { CallDetail, Dimension, DimensionName, Evidence, Grade, ScoreName, WordsSpent } from "../api/types";
import { dots, PARTS, place, SCORES, unsureTurns } from "../grade/report";
import { Notice } from "../parts/icons";
import { Quote } from "../parts/Quote";
import type { Player } from "../sound/player";
import { text } from "../text/en";
import { clock, score, share, spokenDuration } from "../text/format";

const t = text.debrief;

interface PartProps {
	grade: Grade;
	detail: CallDetail;
	player: Player;
	name: string;
}

/** The five scores: sentences first, then dots, then the number. */
export function Skills({ grade, detail, player, name }: PartProps) {
	return (
		<section class="sect" aria-labelledby="skills">
			<h2 id="skills">{t.skills}</h2>
			<p class="in">
				{t.skillsSub} {t.grader(grade.grader.name)}
			</p>
			{detail.words_spent && <p class="in soft">{spent(detail.words_spent)}</p>}
			<ul class="skills">
				{SCORES.map((which) => (
					<Skill key={which} which={which} grade={grade} detail={detail} player={player} name={name} />
				))}
			</ul>
		</section>
	);
}

/** What a model did for the customer's words, and what it cost. */
function spent(w: WordsSpent): string {
	const money = w.money > 0 ? `${w.currency ?? ""}${w.money.toFixed(w.money < 0.01 ? 4 : 2)}` : "";
	return t.spent(w.model, w.lines, w.authored, w.usage.in + w.usage.out, w.usage.estimated === true, money);
}

function Skill({ which, grade, detail, player, name }: PartProps & { which: ScoreName }) {
	const value = grade.scores[which];
	const parts = PARTS[which].flatMap((d): [DimensionName, Dimension][] => {
		const dimension = grade.dimensions[d];
		return dimension ? [[d, dimension]] : [];
	});
	const evidence = grade.evidence.filter((e) => PARTS[which].includes(e.dimension));
	const cap = grade.caps.find((c) => c.score === which || (which === "professionalism" && c.score === "overall"));
	const lows = parts.map(([, d]) => d.low).filter((v) => v !== null);
	const highs = parts.map(([, d]) => d.high).filter((v) => v !== null);
	const mean = (values: number[]) => (values.length > 0 ? values.reduce((a, b) => a + b, 0) / values.length : null);
	return (
		<li data-testid={`score-${which}`}>
			<h3>{t.scores[which]}</h3>
			<div>
				{which === "professionalism" ? (
					<p>{professionalWords(grade)}</p>
				) : (
					parts.map(([d, dimension]) => <p key={d}>{dimensionWords(d, dimension)}</p>)
				)}
				{cap && which === cap.score && <p class="soft small">{t.capped(score(cap.max))}</p>}
				{evidence.length > 0 && (
					<details class="rests">
						<summary>{t.evidence(evidence.length)}</summary>
						<ul>
							{evidence.map((e) => (
								<EvidenceItem
									key={`${e.dimension}${e.turn}${e.quote}`}
									evidence={e}
									detail={detail}
									player={player}
									name={name}
								/>
							))}
						</ul>
					</details>
				)}
			</div>
			<Level value={value} low={mean(lows)} high={mean(highs)} />
		</li>
	);
}

function EvidenceItem({
	evidence,
	detail,
	player,
	name,
}: {
	evidence: Evidence;
	detail: CallDetail;
	player: Player;
	name: string;
}) {
	const found = place(evidence.quote, evidence.turn, detail.turns, evidence.start_ms, evidence.end_ms);
	if (!found) return null;
	const who = found.turn.speaker === "customer" ? name : text.timeline.you;
	return (
		<li class={evidence.polarity === "+" ? "plus" : "minus"}>
			<span class="soft">
				{text.dimensions[evidence.dimension]?.name}, {evidence.polarity === "+" ? t.counted : t.countedAgainst}
			</span>
			<Quote words={found.words} who={who} fromMS={found.fromMS} toMS={found.toMS} player={player} small />
		</li>
	);
}

function Level({ value, low, high }: { value: number | null; low: number | null; high: number | null }) {
	if (value === null) return <span class="lv">{t.noScore}</span>;
	const { on, may } = dots(value, low, high);
	return (
		<span class="lv">
			<span class="dots" aria-hidden="true">
				{[1, 2, 3, 4, 5].map((n) => (
					<i key={n} class={n <= on ? "on" : n <= on + may ? "may" : ""} />
				))}
			</span>
			{t.ofFive(score(value))}
		</span>
	);
}

/** One dimension in a sentence: what happened at that level, or why there is no level. */
export function dimensionWords(name: DimensionName, dimension: Dimension): string {
	const said = text.dimensions[name];
	if (dimension.status === "graded" && dimension.level !== null)
		return said.levels[Math.min(5, Math.max(1, dimension.level)) - 1] ?? "";
	return dimension.status === "not_applicable" ? t.never_came(said.name) : t.not_gradable(said.name);
}

function professionalWords(grade: Grade): string {
	const serious = grade.flag_details.some((f) => f.auto_fail && f.coach !== "dismissed");
	if (serious) return t.professional.flagged;
	return (grade.scores.professionalism ?? 5) < 3 ? t.professional.low : t.professional.clean;
}

/** Floor metrics as sentences; listened: how often the trainee told the other side "mm-hm" or "I see" while it spoke. */
export function floorSentences(grade: Grade, typed: boolean, listened: number): string[] {
	if (typed) return [t.typedTiming];
	const { talk_share, longest_monologue_ms, talk_overs, response_gap_p50_ms, dead_air_ms } = grade.floor;
	const said: string[] = [];
	if (talk_share !== null) said.push(t.talkShare(share(talk_share)));
	if (longest_monologue_ms !== null) said.push(t.monologue(spokenDuration(longest_monologue_ms)));
	if (talk_overs !== null) said.push(t.talkOvers(talk_overs));
	if (listened > 0) said.push(t.listened(listened));
	if (response_gap_p50_ms !== null) said.push(t.gap(spokenDuration(Math.max(100, response_gap_p50_ms))));
	if (dead_air_ms !== null) said.push(t.deadAir(dead_air_ms, spokenDuration(dead_air_ms)));
	return said.length > 0 ? said : [t.noTiming];
}

export function FloorWords({ grade, detail }: { grade: Grade; detail: CallDetail }) {
	return (
		<section class="sect" aria-labelledby="pace" data-testid="floor-metrics">
			<h2 id="pace">{t.pace}</h2>
			<p class="in">{floorSentences(grade, detail.call.mode === "typed", detail.supportive_backchannels).join(" ")}</p>
		</section>
	);
}

export function FlagList({ grade, detail, player, name }: PartProps) {
	if (grade.flag_details.length === 0) return null;
	return (
		<section class="sect" aria-labelledby="flags">
			<h2 id="flags">{t.flags}</h2>
			<p class="in">{t.flagsSub}</p>
			<ul class="flags">
				{grade.flag_details.map((flag) => {
					const found = place(flag.quote, flag.turn, detail.turns);
					const who = found?.turn.speaker === "customer" ? name : text.timeline.you;
					return (
						<li key={`${flag.flag}${flag.turn}${flag.quote}`} class="card" data-testid={`flag-${flag.flag}`}>
							<p class="with-icon">
								<Notice />
								<b>{t.flagNames[flag.flag] ?? flag.flag.replaceAll("_", " ")}</b>
							</p>
							{found && flag.quote !== "" && (
								<Quote words={found.words} who={who} fromMS={found.fromMS} toMS={found.toMS} player={player} small />
							)}
						</li>
					);
				})}
			</ul>
		</section>
	);
}

/** What the grade leaves out, and why: nobody should guess. */
export function NotCounted({ grade, detail }: { grade: Grade; detail: CallDetail }) {
	const items: { at: string; words: string }[] = [];
	for (const gap of detail.gaps)
		items.push({ at: clock(gap.from_ms), words: t.soundGap(spokenDuration(gap.to_ms - gap.from_ms)) });
	for (const turn of detail.turns.filter((said) => said.unsure)) items.push({ at: clock(turn.start_ms), words: t.unsureTurn });
	for (const { turn, words } of unsureTurns(detail.turns)) items.push({ at: clock(turn.start_ms), words: t.unsureWords(words) });
	for (const [name, dimension] of Object.entries(grade.dimensions) as [DimensionName, Dimension][]) {
		if (dimension.status === "graded") continue;
		const said = text.dimensions[name].name;
		items.push({ at: t.all, words: dimension.reason ? `${said}: ${dimension.reason}` : dimensionWords(name, dimension) });
	}
	for (const reason of grade.reasons) items.push({ at: t.all, words: reason.message });
	return (
		<section class="sect" aria-labelledby="not-counted">
			<h2 id="not-counted">{t.notCounted}</h2>
			{items.length === 0 ? (
				<p class="in">{t.nothingLeftOut}</p>
			) : (
				<ul class="notes">
					{items.map((item) => (
						<li key={item.at + item.words}>
							<span class="n">{item.at}</span>
							<span>{item.words}</span>
						</li>
					))}
				</ul>
			)}
		</section>
	);
}
