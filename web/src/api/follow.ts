import { api } from "./client";
import type { CallStatus, GradeStatus } from "./types";

/** What the server's events have said of a call so far. */
export interface Followed {
	call: CallStatus | null;
	grade: GradeStatus | null;
	/** False while the stream is down; the browser tries again by itself. */
	connected: boolean;
}

export const followStart: Followed = { call: null, grade: null, connected: false };

/** Folds one server-sent event into what is known. Unknown events and broken data change nothing. */
export function foldFollow(state: Followed, event: string, data: string): Followed {
	let status: unknown;
	try {
		status = (JSON.parse(data) as { status?: unknown }).status;
	} catch {
		return state;
	}
	if (typeof status !== "string") return state;
	if (event === "call") return { ...state, connected: true, call: status as CallStatus };
	if (event === "grade") return { ...state, connected: true, grade: status as GradeStatus };
	return state;
}

/** True when nothing more will come: the call is over and its grade is given or will not be. */
export function settled(call: CallStatus | null, grade: GradeStatus | null): boolean {
	return (call === "ended" || call === "cut") && grade !== null && grade !== "pending" && grade !== "failed";
}

/**
 * Follows one call until the returned function stops it. It does not stop by itself: "ended" comes before the news that
 * its grade is under way, so what looks settled may not be. Whoever follows stops once the call itself says so.
 */
export function follow(id: string, onChange: (state: Followed) => void): () => void {
	let state = followStart;
	const source = new EventSource(api.followUrl(id));
	const take = (name: string) => (event: Event) => {
		state = foldFollow(state, name, (event as MessageEvent<string>).data);
		onChange(state);
	};
	source.addEventListener("call", take("call"));
	source.addEventListener("grade", take("grade"));
	source.addEventListener("error", () => {
		// A server that has nothing more to tell ends the stream.
		if (settled(state.call, state.grade)) return;
		state = { ...state, connected: false };
		onChange(state);
	});
	return () => source.close();
}
