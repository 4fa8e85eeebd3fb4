import { read } from "./read";
import type { CallDetail, CallSummary, JoinCall, Library, NewCall, Peaks, Scenario, Setup } from "./types";

/** A request that did not give what was asked. `detail` is the server's own sentence, when it sent one. */
export class ApiError extends Error {
	constructor(
		/** HTTP status, or 0 when the server could not be reached at all. */
		readonly status: number,
		readonly detail: string,
		/** Seconds after which another try makes sense, from Retry-After; 0 when the server did not say. */
		readonly retryAfterS = 0,
	) {
		super(detail || `request failed with status ${status}`);
	}
}

async function request(path: string, init?: RequestInit): Promise<Response> {
	let answer: Response;
	try {
		answer = await fetch(path, { ...init, headers: { accept: "application/json", ...init?.headers } });
	} catch (error) {
		if (error instanceof DOMException && error.name === "AbortError") throw error;
		// A request that was given up counts as one that was not answered.
		throw new ApiError(0, "");
	}
	if (answer.ok) return answer;
	let detail = "";
	try {
		const body: unknown = await answer.json();
		if (typeof body === "object" && body !== null && "detail" in body && typeof body.detail === "string") detail = body.detail;
	} catch {
		// A proxy may answer with a page instead of problem JSON; the status alone then says what happened.
	}
	throw new ApiError(answer.status, detail, retryAfter(answer.headers.get("retry-after")));
}

/** Seconds from a Retry-After header, given as seconds or as a date. */
export function retryAfter(header: string | null, nowMS = Date.now()): number {
	if (!header) return 0;
	const seconds = Number(header);
	if (Number.isFinite(seconds)) return Math.max(0, Math.ceil(seconds));
	const at = Date.parse(header);
	return Number.isNaN(at) ? 0 : Math.max(0, Math.ceil((at - nowMS) / 1000));
}

async function json(path: string, init?: RequestInit): Promise<unknown> {
	const answer = await request(path, init);
	try {
		return await answer.json();
	} catch {
		throw new ApiError(answer.status, "");
	}
}

const call = (id: string) => `/api/calls/${encodeURIComponent(id)}`;

/** Every request that the app makes. Each rejects with an ApiError. */
export const api = {
	setup: async (): Promise<Setup> => read.setup(await json("/api/setup")),
	library: async (): Promise<Library> => read.library(await json("/api/scenarios")),
	scenario: async (slug: string): Promise<Scenario> => read.scenario(await json(`/api/scenarios/${encodeURIComponent(slug)}`)),
	calls: async (): Promise<CallSummary[]> => read.calls(await json("/api/calls")),
	call: async (id: string): Promise<CallDetail> => read.call(await json(call(id))),
	peaks: async (id: string): Promise<Peaks> => read.peaks(await json(`${call(id)}/peaks.json`)),
	create: async (body: NewCall): Promise<JoinCall> =>
		(await json("/api/calls", {
			method: "POST",
			body: JSON.stringify(body),
			headers: { "content-type": "application/json" },
		})) as JoinCall,
	/** A new token to join a call that goes on. Given up after 5 s, so that a dead network does not hold the next try. */
	token: async (id: string): Promise<JoinCall> =>
		(await json(`${call(id)}/token`, { method: "POST", signal: AbortSignal.timeout(5_000) })) as JoinCall,
	remove: async (id: string): Promise<void> => {
		await request(call(id), { method: "DELETE" });
	},
	soundUrl: (id: string): string => `${call(id)}/sound.ogg`,
	lineUrl: (id: string): string => `${call(id)}/line`,
	followUrl: (id: string): string => `${call(id)}/follow`,
	portraitUrl: (slug: string): string => `/api/scenarios/${encodeURIComponent(slug)}/portrait.svg`,
};
