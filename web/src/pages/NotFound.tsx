import { Shell } from "../parts/Shell";
import { text } from "../text/en";

export function NotFound() {
	return (
		<Shell title={text.app.notFoundTitle}>
			<section class="page problem">
				<h1>{text.app.notFoundTitle}</h1>
				<p>{text.app.notFound}</p>
				<div class="acts">
					<a class="btn go" href="/">
						{text.app.toCalls}
					</a>
				</div>
			</section>
		</Shell>
	);
}
