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

/** Follows one call until its grade is settled. The returned function stops it. */
export function follow(id: string, onChange: (state: Followed) => void): () => void {
	let state = followStart;
	const source = new EventSource(api.followUrl(id));
	const take = (name: string) => (event: Event) => {
		state = foldFollow(state, name, (event as MessageEvent<string>).data);
		if (settled(state.call, state.grade)) source.close();
		onChange(state);
	};
	source.addEventListener("call", take("call"));
	source.addEventListener("grade", take("grade"));
	source.addEventListener("error", () => {
		state = { ...state, connected: false };
		onChange(state);
	});
	return () => source.close();
}
