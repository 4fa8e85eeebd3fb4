/** A call waits this long for its line, on the server and here. */
export const WAITS_MS = 45_000;
/** So long after the loss the server may still hold the lost line for a living one; the page then takes its own line over. */
const OWN_LINE_MS = 6_000;
/** A page that was loaded anew may find its old line there for a moment. */
const LINGERS_MS = 1_200;

const STEPS_MS = [300, 700, 1_500, 3_000] as const;

/** How long to wait before try n (from 0) to join again: soon at first, then every 4 s. */
export const waitBefore = (n: number): number => STEPS_MS[n] ?? 4_000;

/** Whether the line that the server may still have is surely this page's own, and may be taken over unasked. */
export const ownLine = (sinceLostMS: number): boolean => sinceLostMS <= OWN_LINE_MS;

/** What to do with a fatal error of the server. */
export type Next = { do: "fail" } | { do: "again"; inMS: number } | { do: "ask" } | { do: "taken" };

/** `tries`: how often the line was found taken already; `live`: the call was live on this page before. */
export function afterError(code: string, tries: number, live: boolean): Next {
	switch (code) {
		case "conflict":
			return tries === 0 ? { do: "again", inMS: LINGERS_MS } : { do: "ask" };
		case "taken_over":
			return { do: "taken" };
		case "busy":
		case "internal":
		case "too_fast":
			return live ? { do: "again", inMS: 3_000 } : { do: "fail" };
		default:
			return { do: "fail" };
	}
}

/** A clock that stood still for longer than this: the machine was asleep, or the page was frozen. */
const SLEPT_MS = 8_000;

/** Notices sleep: timers stand still, the time of day does not. */
export class SleepWatch {
	private before: number;

	constructor(nowMS: number) {
		this.before = nowMS;
	}

	/** Called about once a second; true when the machine slept since the last time. */
	tick(nowMS: number): boolean {
		const slept = nowMS - this.before > SLEPT_MS;
		this.before = nowMS;
		return slept;
	}
}
