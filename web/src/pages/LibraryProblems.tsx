import type { ScenarioProblem } from "../api/types";
import { Notice } from "../parts/icons";
import { text } from "../text/en";

const t = text.people.problems;

/** One mistake: where it is, and what it is. A message without a place has none. */
export function mistake(message: string): { file: string; line: string; what: string } {
	const found = /^(.+?):(\d+)(?::\d+)?: (.+)$/s.exec(message);
	return found ? { file: found[1] ?? "", line: found[2] ?? "", what: found[3] ?? "" } : { file: "", line: "", what: message };
}

/** What is wrong with the scenarios of one's own, where, and what to do. */
export function LibraryProblems({ problems, reload }: { problems: ScenarioProblem[]; reload: () => void }) {
	if (problems.length === 0) return null;
	return (
		<section class="card lib-problems" aria-labelledby="problems" data-testid="library-problems">
			<h2 id="problems" class="with-icon">
				<Notice />
				{t.title(problems.length)}
			</h2>
			<ul>
				{problems.map((p) => (
					<li key={p.slug}>
						<h3>{p.slug}</h3>
						<p class="soft">{p.kept ? t.kept : t.left}</p>
						<ul class="mistakes">
							{p.messages.map(mistake).map((m) => (
								<li key={m.file + m.line + m.what}>
									{m.file !== "" && <code>{t.place(m.file, m.line)}</code>} {m.what}
								</li>
							))}
						</ul>
					</li>
				))}
			</ul>
			<p>{t.mend}</p>
			<div class="acts">
				<button type="button" class="btn" onClick={reload}>
					{t.again}
				</button>
			</div>
		</section>
	);
}
