import { text } from "../text/en";
import { clock, score, sentence } from "../text/format";
import type { Moved } from "./curve";

/** Heat up or down, in a mark, numbers and words. */
export function HeatMove({ from, to }: { from: number; to: number }) {
	return <span class={`move ${to > from ? "up" : "down"}`}>{text.replay.heatMove(score(from), score(to))}</span>;
}

/** What moved the customer, as a list: the timeline for those who do not see it, or would rather read. */
export function MoveList({ moves, name, onSeek }: { moves: Moved[]; name: string; onSeek: (ms: number) => void }) {
	return (
		<details class="tl-list">
			<summary>{text.timeline.asList}</summary>
			{moves.length === 0 && <p>{text.timeline.nothing}</p>}
			<ol aria-label={text.debrief.felt(name)}>
				{moves.map((move) => (
					<li key={`${move.atMS}/${move.turn}`}>
						<button type="button" class="btn plain" onClick={() => onSeek(move.atMS)}>
							{clock(move.atMS)}
						</button>
						<span>
							{move.heat && <HeatMove from={move.heat.from} to={move.heat.to} />}
							{move.trust && (
								<span class="small soft">{text.replay.trustMove(score(move.trust.from), score(move.trust.to))}</span>
							)}
						</span>
						<span>
							{text.actsOf(move.acts)}
							{move.quote !== "" && <q>{move.quote}</q>}
							{move.notes.map((note) => (
								<span key={note} class="small soft">
									{sentence(note)}
								</span>
							))}
						</span>
					</li>
				))}
			</ol>
		</details>
	);
}
