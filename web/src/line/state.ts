import type { Ending, Speaker } from "../api/types";
import type { AdviceCode, Floor, ServerMessage, Want } from "./messages";
import type { Quality } from "./quality";

/**
 * connecting → live → (lost → live)* → ended, or failed from anywhere. conflict: the call is open elsewhere, and this page
 * asks whether to take it over; taken: another page took it. Both go on when the person says so.
 */
export type Phase = "connecting" | "live" | "lost" | "conflict" | "taken" | "ended" | "failed";

/** What is wrong with the trainee's own microphone, or what happened to it. */
export type MicTrouble = "" | "ended" | "muted" | "changed";

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
	/** When the call went live, by this page's clock (performance.now(), ms). Before the page was loaded: negative. */
	liveAt: number;
	/** What was said, oldest first: one line a turn. */
	lines: Line[];
	ended: { ending: Ending; by: "trainee" | "customer" | "server"; reason: string } | null;
	/** The server's own sentence on what went wrong; empty when it sent none. */
	trouble: string;
	muted: boolean;
	/** The hold that goes on: how it was put and since when (performance.now()); null when there is none. */
	held: { by: "button" | "words"; since: number } | null;
	/** What a person can mend; "" when there is nothing, or it was seen. */
	advice: AdviceCode | "";
	/** asking: the call stands still until the person says whether words were meant. help: it was stopped, and help is shown. */
	safety: "" | "asking" | "help";
	mic: MicTrouble;
	/** The microphone's name after it changed. */
	micLabel: string;
	/** The browser asks for a gesture before it plays sound. */
	playBlocked: boolean;
	quality: Quality;
	/** How sound travels now. */
	way: Want;
	/** When the line was lost (performance.now()); 0 while it is not. */
	lostAt: number;
	/** This device says that it has no network. */
	offline: boolean;
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
	held: null,
	advice: "",
	safety: "",
	mic: "",
	micLabel: "",
	playBlocked: false,
	quality: "unknown",
	way: "webrtc",
	lostAt: 0,
	offline: false,
};

/** What happens on this side of the line. */
export type LocalEvent =
	| { type: "way"; way: Want }
	| { type: "line_lost" }
	| { type: "line_back" }
	| { type: "conflict" }
	| { type: "taken" }
	| { type: "joining" }
	| { type: "refused"; trouble: string }
	| { type: "gave_up" }
	| { type: "offline"; on: boolean }
	| { type: "muted"; on: boolean }
	| { type: "mic"; trouble: MicTrouble; label: string }
	| { type: "play_blocked"; blocked: boolean }
	| { type: "quality"; quality: Quality }
	| { type: "advice_seen" }
	| { type: "safety_answered"; goOn: boolean }
	| { type: "said"; text: string };

/** Folds one message or local event into the state. Once a call has ended or failed, nothing moves it any more. */
export function foldLine(state: LineState, event: ServerMessage | LocalEvent, now: number): LineState {
	if (state.phase === "ended" || state.phase === "failed") return state;
	switch (event.type) {
		case "state":
			if (event.state === "live") {
				const liveAt = state.wasLive ? state.liveAt : now;
				return { ...state, phase: "live", wasLive: true, liveAt, lostAt: 0, trouble: "" };
			}
			// "ended" is followed by a message that says how; the socket's end says so too.
			return state;
		case "floor":
			return { ...timed(state, event.at_ms, now), floor: event.holder };
		case "held": {
			const placed = timed(state, event.at_ms, now);
			return { ...placed, held: event.on ? { by: event.by, since: state.held?.since ?? now } : null };
		}
		case "advice":
			return { ...state, advice: event.code };
		case "safety":
			return event.on
				? { ...state, safety: "asking", floor: "free" }
				: state.safety === "asking"
					? { ...state, safety: "" }
					: state;
		case "safety_answered":
			return { ...state, safety: event.goOn ? "" : "help" };
		case "advice_seen":
			return state.mic === "changed" ? { ...state, mic: "", advice: "" } : { ...state, advice: "" };
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
			return { ...over(state, "ended"), ended: { ending: event.ending, by: event.by, reason: event.reason } };
		case "error":
			// An offer that cannot be answered is no trouble of the person's: the sound then goes another way.
			return event.fatal || event.code === "bad_offer" ? state : { ...state, trouble: event.message };
		case "refused":
			return { ...over(state, "failed"), trouble: event.trouble };
		case "gave_up":
			return over(state, "failed");
		case "line_lost":
			if (state.phase === "lost") return state;
			if (state.phase !== "live" && !state.wasLive) return state;
			return { ...state, phase: "lost", floor: "free", quality: "lost", lostAt: state.lostAt || now };
		case "line_back":
			return state.phase === "lost" ? { ...state, phase: "live", quality: "unknown", lostAt: 0 } : state;
		case "conflict":
			return { ...state, phase: "conflict", floor: "free", lostAt: 0 };
		case "taken":
			return { ...state, phase: "taken", floor: "free", lostAt: 0, held: null, mic: "" };
		case "joining":
			return { ...state, phase: state.wasLive ? "lost" : "connecting", lostAt: state.wasLive ? now : 0, trouble: "" };
		case "way":
			return { ...state, way: event.way, quality: event.way === "typing" ? "typed" : "unknown" };
		case "offline":
			return { ...state, offline: event.on };
		case "muted":
			return { ...state, muted: event.on };
		case "mic":
			return { ...state, mic: event.trouble, micLabel: event.label };
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

const over = (state: LineState, phase: "ended" | "failed"): LineState => ({
	...state,
	phase,
	floor: "free",
	quality: "lost",
	held: null,
	lostAt: 0,
});

/** A page that was loaded in the middle of a call learns from the call's clock since when it goes on. */
function timed(state: LineState, atMS: number, now: number): LineState {
	return state.wasLive && atMS > now - state.liveAt + 2000 ? { ...state, liveAt: now - atMS } : state;
}

/** One line a turn and speaker, in the order of turns; a later caption of a turn replaces an earlier one. */
function putLine(lines: Line[], line: Line): Line[] {
	const at = lines.findIndex((l) => l.turn === line.turn && l.speaker === line.speaker);
	if (at < 0) return line.text === "" ? lines : [...lines, line].sort((a, b) => a.turn - b.turn);
	if (lines[at]?.final && !line.final) return lines;
	return lines.map((l, i) => (i === at ? line : l));
}
