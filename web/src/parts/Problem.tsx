import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { ApiError } from "../api/client";
import { text } from "../text/en";

const t = text.errors;

/** What an error means to a person: what happened, whether anything was lost, what comes next. */
export function explain(error: ApiError, gone: { title: string; what: string }): { title: string; what: string; next: string } {
	switch (error.status) {
		case 0:
			return { title: t.offlineTitle, what: t.offline, next: t.offlineNext };
		case 401:
		case 403:
			return { title: t.forbiddenTitle, what: t.forbidden, next: error.detail };
		case 404:
		case 422:
			return { title: gone.title, what: gone.what, next: "" };
		case 429:
		case 503:
			return { title: t.busyTitle, what: error.detail || t.busy, next: "" };
		default:
			return { title: t.brokenTitle, what: t.broken, next: error.detail };
	}
}

/** A page that could not be shown, and the way on. */
export function Problem({
	error,
	again,
	gone,
	children,
}: {
	error: ApiError;
	again: () => void;
	gone?: { title: string; what: string };
	children?: ComponentChildren;
}) {
	const said = explain(error, gone ?? { title: text.app.notFoundTitle, what: text.app.notFound });
	const left = useCountdown(error);
	// An address that is no call's at all reads the same as a call that is gone.
	const missing = error.status === 404 || error.status === 422;
	return (
		<section class="page problem" role="alert">
			<h1>{said.title}</h1>
			<p>{said.what}</p>
			{said.next !== "" && <p class="soft">{said.next}</p>}
			<div class="acts">
				{!missing && (
					<button type="button" class="btn go" onClick={again} disabled={left > 0}>
						{left > 0 ? t.againIn(left) : t.again}
					</button>
				)}
				<a class={missing ? "btn go" : "btn"} href="/">
					{text.app.toCalls}
				</a>
				{children}
			</div>
		</section>
	);
}

/** Seconds left of an error's Retry-After. */
export function useCountdown(error: ApiError | null): number {
	const [left, setLeft] = useState(error?.retryAfterS ?? 0);
	useEffect(() => {
		setLeft(error?.retryAfterS ?? 0);
		if (!error || error.retryAfterS <= 0) return;
		const timer = setInterval(() => setLeft((n) => Math.max(0, n - 1)), 1000);
		return () => clearInterval(timer);
	}, [error]);
	return left;
}
