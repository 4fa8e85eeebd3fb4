import { api } from "../api/client";
import type { FollowUp, Scenario, ScenarioCard } from "../api/types";
import { Difficulty } from "../parts/Cards";
import { daysOf } from "../parts/followUp";
import { Check, Cross } from "../parts/icons";
import { useLoad } from "../parts/load";
import { text } from "../text/en";
import { capital, dayOnly, firstName } from "../text/format";

const t = text.people;

/** What was promised in the call that this one follows, and what came of it. */
export function Promised({ followUp, name }: { followUp: FollowUp; name: string }) {
	const n = daysOf(followUp.after);
	const f = t.followUp;
	return (
		<section class="card promised" aria-labelledby="promised" data-testid="promised">
			<h2 id="promised">{followUp.open ? f.yours : f.theirs(followUp.by || f.colleague)}</h2>
			<p class="small soft">
				{followUp.open ? (
					followUp.held_at && f.when(dayOnly(followUp.held_at), n)
				) : (
					<>
						{f.hold(n)} <a href={`/scenarios/${followUp.of}`}>{f.holdLink(followUp.title)}</a>
					</>
				)}
			</p>
			{followUp.promises.length === 0 ? (
				<p>{f.nothing}</p>
			) : (
				<>
					<ul class="ticks">
						{followUp.promises.map((p) => (
							<li key={p.what} class={p.kept ? "" : "no"}>
								{p.kept ? <Check /> : <Cross />}
								<span>
									“{p.what}” <b class="small">{p.kept ? f.kept : f.broken}</b>
								</span>
							</li>
						))}
					</ul>
					<p class="small soft">{f.knows(firstName(name))}</p>
				</>
			)}
		</section>
	);
}

/** A scenario whose card leaves out the rows on those promises, which the server puts last: they stand on their own here. */
export function withoutPromises(scenario: Scenario): Scenario {
	const { crm_card, follow_up } = scenario;
	if (!follow_up) return scenario;
	const rows = crm_card.last_contacts;
	const theirs = follow_up.open ? Math.max(1, follow_up.promises.length) : follow_up.promises.length;
	return { ...scenario, crm_card: { ...crm_card, last_contacts: rows.slice(0, Math.max(0, rows.length - theirs)) } };
}

/** The scenarios of the same problem: other temperaments, and the same person some days later. */
export function relatives(scenario: ScenarioCard, all: ScenarioCard[]): ScenarioCard[] {
	const root = scenario.variant_of ?? scenario.follow_up?.of ?? scenario.slug;
	return all.filter((s) => s.slug !== scenario.slug && (s.slug === root || s.variant_of === root || s.follow_up?.of === root));
}

/** Links to the same problem with other temperaments. Nothing until they are known, and nothing when there are none. */
export function Relatives({ scenario }: { scenario: Scenario }) {
	const load = useLoad("relatives", api.library);
	const found = load.state === "ready" ? relatives(scenario, load.value.scenarios) : [];
	if (found.length === 0) return null;
	return (
		<section class="relatives" aria-labelledby="relatives" data-testid="relatives">
			<h2 id="relatives">{t.variants.title}</h2>
			<ul>
				{found.map((s) => (
					<li key={s.slug}>
						<a href={`/scenarios/${s.slug}`}>{s.story.split(/\n\s*\n/)[0]}</a>
						<span class="meta-line small">
							<Difficulty level={s.difficulty} />
							{s.follow_up && <span>{t.variants.after}</span>}
							<span>{capital(text.home.minutes(s.minutes))}</span>
						</span>
					</li>
				))}
			</ul>
		</section>
	);
}
