import { api } from "../api/client";
import type { Scenario } from "../api/types";
import { text } from "../text/en";
import { firstName } from "../text/format";
import { Check, Chevron, Cross } from "./icons";

/** A customer's face. Decorative wherever the name stands beside it. */
export function Portrait({ slug, name = "" }: { slug: string; name?: string }) {
	return <img class="face" src={api.portraitUrl(slug)} alt={name} width="96" height="96" decoding="async" />;
}

/** Four bars that grow, and a word. */
export function Difficulty({ level }: { level: number }) {
	const shown = Math.min(4, Math.max(1, Math.round(level)));
	return (
		<span class="pill">
			<span class={`diff d${shown}`} aria-hidden="true">
				<i />
				<i />
				<i />
				<i />
			</span>
			{text.home.levels[shown - 1]}
		</span>
	);
}

function Facts({ scenario }: { scenario: Scenario }) {
	const { since, orders, rows, last_contacts } = scenario.crm_card;
	return (
		<dl class="facts">
			{since > 0 && !rows.some((row) => row.label === text.brief.customer) && (
				<>
					<dt>{text.brief.customer}</dt>
					<dd>{text.brief.since(since, orders)}</dd>
				</>
			)}
			{[...rows, ...last_contacts].map((row) => (
				<>
					<dt>{row.label}</dt>
					<dd>{row.text}</dd>
				</>
			))}
		</dl>
	);
}

function Policy({ scenario }: { scenario: Scenario }) {
	return (
		<ul class="ticks">
			{scenario.policy_text.map((line) => (
				<li key={line.text} class={line.allowed ? "" : "no"}>
					{line.allowed ? <Check /> : <Cross />}
					<span class="vh">{line.allowed ? text.brief.may : text.brief.mayNot} </span>
					{line.text}
				</li>
			))}
		</ul>
	);
}

/** What the company knows of the customer, and what may be offered: as on the brief (open) or folded on the call. */
/** What the trainee knows beforehand: the customer, unless who it is comes as a surprise, and what may be offered. */
export function KnowCards({
	scenario,
	fold = false,
	unknown = false,
}: {
	scenario: Scenario;
	fold?: boolean;
	unknown?: boolean;
}) {
	const about = text.brief.crm(firstName(scenario.persona.name));
	if (!fold) {
		return (
			<>
				{!unknown && (
					<section class="card know-card" aria-labelledby="crm">
						<h2 id="crm">{about}</h2>
						<Facts scenario={scenario} />
					</section>
				)}
				<section class="card know-card" aria-labelledby="policy">
					<h2 id="policy">{text.brief.policy}</h2>
					<Policy scenario={scenario} />
				</section>
			</>
		);
	}
	return (
		<div class="know">
			<details class="card" open>
				<summary>
					{about}
					<Chevron />
				</summary>
				<Facts scenario={scenario} />
			</details>
			<details class="card" open>
				<summary>
					{text.brief.policy}
					<Chevron />
				</summary>
				<Policy scenario={scenario} />
			</details>
		</div>
	);
}
