import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { LineState } from "../line/state";
import { Spoken } from "../parts/Spoken";
import { text } from "../text/en";

const t = text.call;

/** The last words of each, one's own above, as they come at each pause. */
export function CaptionLines({ state }: { state: LineState }) {
	const last = (speaker: string) => state.lines.findLast((l) => l.speaker === speaker);
	const [me, her] = [last("trainee"), last("customer")];
	const shown = [me, her].filter((l) => l !== undefined).sort((a, b) => a.turn - b.turn);
	return (
		<div class="caps" role="log" aria-label={t.captionsLabel} data-testid="captions">
			{shown.length === 0 && state.phase === "live" && <p class="me">{t.captionsEmpty}</p>}
			{shown.map((l) => (
				<p key={l.speaker} class={l.speaker === "trainee" ? "me" : "her"}>
					{l.speaker === "trainee" ? l.text : <Spoken words={l.text} />}
				</p>
			))}
		</div>
	);
}

/** A call by typing: what was said so far, and a field to answer in. */
export function Conversation({ state, name, onSay }: { state: LineState; name: string; onSay: (words: string) => boolean }) {
	const words = useSignal("");
	const log = useRef<HTMLDivElement>(null);
	const ready = state.phase === "live";
	const field = useRef<HTMLTextAreaElement>(null);
	// biome-ignore lint/correctness/useExhaustiveDependencies: the newest line is brought into view whenever lines change
	useEffect(() => {
		log.current?.scrollTo({ top: log.current.scrollHeight });
	}, [state.lines]);
	useEffect(() => {
		if (ready) field.current?.focus({ preventScroll: true });
	}, [ready]);
	const say = () => {
		if (onSay(words.value)) words.value = "";
		field.current?.focus();
	};
	return (
		<div class="typed-call">
			{/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
			<div class="said-log" role="log" aria-label={t.conversation} ref={log} tabIndex={0} data-testid="conversation">
				<ol>
					{state.lines.map((l) => (
						<li key={`${l.turn}${l.speaker}`} class={l.speaker === "trainee" ? "me" : "her"}>
							<b>{l.speaker === "trainee" ? t.you : name}</b>
							<p>{l.speaker === "trainee" ? l.text : <Spoken words={l.text} />}</p>
						</li>
					))}
				</ol>
			</div>
			<form
				class="say"
				onSubmit={(event) => {
					event.preventDefault();
					say();
				}}
			>
				<label class="vh" for="say">
					{t.say}
				</label>
				<textarea
					id="say"
					ref={field}
					rows={2}
					maxLength={1000}
					value={words.value}
					placeholder={t.sayPlaceholder(name)}
					onInput={(event) => {
						words.value = event.currentTarget.value;
					}}
					onKeyDown={(event) => {
						if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
							event.preventDefault();
							say();
						}
					}}
				/>
				<button type="submit" class="btn go" disabled={!ready || words.value.trim() === ""}>
					{t.sayIt}
				</button>
			</form>
		</div>
	);
}
