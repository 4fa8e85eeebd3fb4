import { text } from "../text/en";
import { clock } from "../text/format";
import { STAGES, scaleOf, type Wait } from "./waits";

const t = text.waits;

const ms = (v: number): string => t.ms(Math.round(v));
const said = (wait: Wait): string => wait.parts.map((part) => `${t.stages[part.stage]} ${ms(part.ms)}`).join(", ");

/** A small stacked bar under each answer: how long the customer let one wait, and where that time went. */
export function WaitLane({ waits, durationMS }: { waits: Wait[]; durationMS: number }) {
	const scale = scaleOf(waits);
	return (
		<div class="tl-waits" aria-hidden="true">
			{waits.map((wait) => (
				<span
					key={wait.turn}
					title={`${t.total(ms(wait.totalMS))}: ${said(wait)}`}
					style={{ left: `${(wait.atMS / Math.max(1, durationMS)) * 100}%` }}
				>
					{wait.parts.map((part) => (
						<i key={part.stage} class={`w-${part.stage}`} style={{ height: `${(part.ms / scale) * 100}%` }} />
					))}
				</span>
			))}
		</div>
	);
}

/** The same as a table, with the key of the colours: for those who do not see the bars, or would rather read. */
export function WaitList({ waits, name, onSeek }: { waits: Wait[]; name: string; onSeek: (ms: number) => void }) {
	if (waits.length === 0) return null;
	const stages = STAGES.filter((stage) => waits.some((w) => w.parts.some((p) => p.stage === stage)));
	return (
		<details class="tl-list waits">
			<summary>{t.summary(name)}</summary>
			<p class="small soft">{t.explain(name)}</p>
			<div class="waits-scroll">
				<table>
					<thead>
						<tr>
							<th scope="col">{t.at}</th>
							<th scope="col">{t.whole}</th>
							{stages.map((stage) => (
								<th key={stage} scope="col">
									<i class={`w-${stage}`} aria-hidden="true" />
									{t.stages[stage]}
								</th>
							))}
						</tr>
					</thead>
					<tbody>
						{waits.map((wait) => (
							<tr key={wait.turn}>
								<td>
									<button type="button" class="btn plain" onClick={() => onSeek(wait.atMS)}>
										{clock(wait.atMS)}
									</button>
								</td>
								<td>{ms(wait.totalMS)}</td>
								{stages.map((stage) => {
									const part = wait.parts.find((p) => p.stage === stage);
									return <td key={stage}>{part ? ms(part.ms) : "–"}</td>;
								})}
							</tr>
						))}
					</tbody>
				</table>
			</div>
		</details>
	);
}
