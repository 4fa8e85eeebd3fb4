import { useEffect, useRef } from "preact/hooks";
import { api } from "../api/client";
import { useLoad } from "../parts/load";
import { text } from "../text/en";

const t = text.safety;

/** The one question of a call that stands still. It cannot be closed: one of the two is the answer. */
export function Asked({ onAnswer }: { onAnswer: (goOn: boolean) => void }) {
	const dialog = useRef<HTMLDialogElement>(null);
	useEffect(() => {
		const shown = dialog.current;
		if (shown && !shown.open) shown.showModal?.();
		return () => shown?.close?.();
	}, []);
	return (
		<dialog
			class="safety"
			ref={dialog}
			aria-labelledby="safety-asked"
			data-testid="safety"
			onCancel={(event) => event.preventDefault()}
		>
			<h2 id="safety-asked">{t.asked}</h2>
			<p>{t.still}</p>
			<div class="acts">
				<button type="button" class="btn" onClick={() => onAnswer(true)}>
					{t.goOn}
				</button>
				<button type="button" class="btn go" onClick={() => onAnswer(false)}>
					{t.stop}
				</button>
			</div>
		</dialog>
	);
}

/** Whom to turn to, in the words of whoever runs this server. Shown at once, and for as long as it is looked at. */
export function Help() {
	const load = useLoad("safety help", () => api.setup());
	const paragraphs = load.state === "ready" && load.value.safety_help.length > 0 ? load.value.safety_help : [t.otherwise];
	return (
		<main class="page problem" id="main" data-testid="safety-help">
			<h1>{t.help}</h1>
			{paragraphs.map((p) => (
				<p key={p}>{p}</p>
			))}
			<div class="acts">
				<a class="btn" href="/">
					{text.app.toCalls}
				</a>
			</div>
		</main>
	);
}
