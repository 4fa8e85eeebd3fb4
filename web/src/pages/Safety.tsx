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
		if (!shown) return;
		const open = () => {
			if (!shown.open) shown.showModal?.();
		};
		open();
		// Escape does nothing, and no key reaches the call behind. A browser that closes it all the same is answered by
		// showing it again: some let a second Escape through whatever the page says.
		const still = (event: KeyboardEvent) => {
			if (event.key === "Escape") event.preventDefault();
			event.stopPropagation();
		};
		shown.addEventListener("keydown", still);
		shown.addEventListener("close", open);
		return () => {
			shown.removeEventListener("keydown", still);
			shown.removeEventListener("close", open);
			shown.close?.();
		};
	}, []);
	return (
		<dialog
			class="safety"
			ref={dialog}
			role="alertdialog"
			aria-labelledby="safety-asked"
			aria-describedby="safety-still"
			data-testid="safety"
			onCancel={(event) => event.preventDefault()}
		>
			<h2 id="safety-asked">{t.asked}</h2>
			<p id="safety-still">{t.still}</p>
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
	const heading = useRef<HTMLHeadingElement>(null);
	useEffect(() => heading.current?.focus(), []);
	const paragraphs = load.state === "ready" && load.value.safety_help.length > 0 ? load.value.safety_help : [t.otherwise];
	return (
		<main class="page problem" id="main" data-testid="safety-help">
			<h1 tabIndex={-1} ref={heading}>
				{t.help}
			</h1>
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
