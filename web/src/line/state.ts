import type { Ending, Speaker } from "../api/types";
import type { Floor, ServerMessage } from "./messages";
import type { Quality } from "./quality";

/** connecting → live → (lost → live)* → ended, or failed from anywhere. */
export type Phase = "connecting" | "live" | "lost" | "ended" | "failed";

/** What is wrong with the trainee's own microphone. */
export type MicTrouble = "" | "ended" | "muted";

export interface Line {
	turn: number;
	speaker: Speaker;
	text: string;
	final: boolean;
}

export interface LineState {
	phase: Phase;
	/** True once the call was live: from then on something was said and is kept. */
	wasLive: boolean;
	floor: Floor;
	/** Call clock in milliseconds when the call went live, by this page's clock (performance.now()). */
	liveAt: number;
	/** What was said, oldest first: one line a turn. */
	lines: Line[];
	ended: { ending: Ending; by: "trainee" | "customer" | "server"; reason: string } | null;
	/** The server's own sentence on what went wrong; empty when it sent none. */
	trouble: string;
	muted: boolean;
	mic: MicTrouble;
	/** The browser asks for a gesture before it plays sound. */
	playBlocked: boolean;
	quality: Quality;
}

export const lineStart: LineState = {
	phase: "connecting",
	wasLive: false,
	floor: "free",
	liveAt: 0,
	lines: [],
	ended: null,
	trouble: "",
	muted: false,
	mic: "",
	playBlocked: false,
	quality: "unknown",
};

/** What happens on this side of the line. */
export type LocalEvent =
	| { type: "socket_closed" }
	| { type: "media_lost" }
	| { type: "media_back" }
	| { type: "media_failed" }
	| { type: "muted"; on: boolean }
	| { type: "mic"; trouble: MicTrouble }
	| { type: "play_blocked"; blocked: boolean }
	| { type: "quality"; quality: Quality }
	| { type: "said"; text: string };

/** Folds one message or local event into the state. Once a call has ended or failed, nothing moves it any more. */
export function foldLine(state: LineState, event: ServerMessage | LocalEvent, now: number): LineState {
	if (state.phase === "ended" || state.phase === "failed") return state;
	switch (event.type) {
		case "state":
			if (event.state === "live") {
				return { ...state, phase: "live", wasLive: true, liveAt: state.wasLive ? state.liveAt : now };
			}
			// "ended" is followed by a message that says how; the socket's end says so too.
			return state;
		case "floor":
			return { ...state, floor: event.holder };
		case "caption":
			return {
				...state,
				lines: putLine(state.lines, { turn: event.turn, speaker: event.speaker, text: event.text, final: event.final }),
			};
		case "turn":
			return event.text === ""
				? state
				: { ...state, lines: putLine(state.lines, { turn: event.turn, speaker: event.speaker, text: event.text, final: true }) };
		case "ended":
			return { ...state, phase: "ended", floor: "free", ended: { ending: event.ending, by: event.by, reason: event.reason } };
		case "error":
			// An offer that cannot be answered ends a call that has no sound yet; a live one still has its old path.
			return event.fatal || (event.code === "bad_offer" && !state.wasLive)
				? { ...state, phase: "failed", floor: "free", trouble: event.message }
				: { ...state, trouble: event.message };
		case "socket_closed":
		case "media_failed":
			return { ...state, phase: "failed", floor: "free", quality: "lost" };
		case "media_lost":
			return state.phase === "live" ? { ...state, phase: "lost", quality: "lost" } : state;
		case "media_back":
			return state.phase === "lost" ? { ...state, phase: "live", quality: "unknown" } : state;
		case "muted":
			return { ...state, muted: event.on };
		case "mic":
			return { ...state, mic: event.trouble };
		case "play_blocked":
			return { ...state, playBlocked: event.blocked };
		case "quality":
			return state.phase === "lost" ? state : { ...state, quality: event.quality };
		case "said":
			return { ...state, trouble: "" };
		default:
			return state;
	}
}

/** One line a turn and speaker, in the order of turns; a later caption of a turn replaces an earlier one. */
function putLine(lines: Line[], line: Line): Line[] {
	const at = lines.findIndex((l) => l.turn === line.turn && l.speaker === line.speaker);
	if (at < 0) return line.text === "" ? lines : [...lines, line].sort((a, b) => a.turn - b.turn);
	if (lines[at]?.final && !line.final) return lines;
	return lines.map((l, i) => (i === at ? line : l));
}
