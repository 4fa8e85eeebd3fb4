import type { Outcome as Said } from "../api/types";
import { text } from "../text/en";

const t = text.debrief.outcome;

/** What the customer makes of the call: the letter, then three answers with a reason each. */
export function Outcome({ outcome, name }: { outcome: Said; name: string }) {
	const answers = [
		{ asked: t.csat, said: t.csatValue(outcome.csat), why: outcome.csat_why },
		{ asked: t.stays, said: outcome.stays.yes ? t.yes : t.no, why: outcome.stays.why },
		{ asked: t.recommends, said: outcome.recommends.yes ? t.yes : t.no, why: outcome.recommends.why },
	];
	return (
		<section class="sect outcome" aria-labelledby="outcome" data-testid="outcome">
			<h2 id="outcome">{t.title(name)}</h2>
			{outcome.letter && (
				<figure class="letter">
					<figcaption>{t.letter(name)}</figcaption>
					<blockquote>
						{outcome.letter
							.replaceAll("'", "’")
							.split(/\n{2,}/)
							.map((paragraph) => (
								<p key={paragraph}>{paragraph}</p>
							))}
					</blockquote>
					<p class="sign" aria-hidden="true">
						{name}
					</p>
				</figure>
			)}
			<dl class="answers">
				{answers.map((a) => (
					<div key={a.asked}>
						<dt>{a.asked}</dt>
						<dd class="said">{a.said}</dd>
						<dd class="why">{a.why}</dd>
					</div>
				))}
			</dl>
			<p class="in small">{t.apart}</p>
		</section>
	);
}
