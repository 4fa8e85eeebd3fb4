import type { CallMode, Ending, Speaker, Word } from "../api/types";
import type { Codec } from "./frame";

/** The protocol's version, sent in hello and expected in welcome. */
export const PROTOCOL = 1;

export type Floor = "customer" | "trainee" | "free";

export type Want = "webrtc" | "websocket" | "typing";

export interface Hello {
	type: "hello";
	v: number;
	token: string;
	want: Want;
	/** For websocket alone; Opus when left out. */
	codec?: Codec;
	/** Takes the call from a line that is up elsewhere. */
	take_over?: boolean;
	client: string;
}

export type ClientMessage =
	| Hello
	| { type: "switch"; want: "websocket"; codec: Codec }
	| { type: "hold"; on: boolean }
	| { type: "offer"; sdp: string }
	| { type: "candidate"; candidate: RTCIceCandidateInit }
	| { type: "heard"; rtp: number }
	| { type: "mute"; on: boolean }
	| { type: "say"; text: string }
	| { type: "captions"; on: boolean }
	| { type: "safety"; go_on: boolean }
	| { type: "hangup" }
	| { type: "ping"; n: number };

/** What a person can mend about the device or the line. */
export type AdviceCode = "echo" | "quiet" | "clipping" | "behind" | "words";

export type ServerMessage =
	| { type: "held"; on: boolean; by: "button" | "words"; at_ms: number }
	| { type: "advice"; code: AdviceCode }
	| { type: "safety"; on: boolean }
	| { type: "welcome"; v: number; call: string; mode: CallMode }
	| { type: "answer"; sdp: string }
	| { type: "candidate"; candidate: RTCIceCandidateInit }
	| { type: "gain"; db: number; ramp_ms: number }
	| { type: "state"; state: "connecting" | "live" | "ended" }
	| { type: "floor"; holder: Floor; at_ms: number }
	| { type: "caption"; speaker: Speaker; turn: number; text: string; final: boolean; at_ms: number }
	| {
			type: "turn";
			turn: number;
			speaker: Speaker;
			text: string;
			unheard: string;
			start_ms: number;
			end_ms: number;
			words: Word[];
	  }
	| { type: "ended"; ending: Ending; by: "trainee" | "customer" | "server"; reason: string }
	| { type: "error"; code: string; message: string; fatal: boolean }
	| { type: "pong"; n: number };

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const number = (value: unknown): number => (typeof value === "number" && Number.isFinite(value) ? value : 0);
const oneOf = <T extends string>(value: unknown, allowed: readonly T[], otherwise: T): T =>
	allowed.includes(value as T) ? (value as T) : otherwise;

/** Reads one message of the server; null for what is no message or of a type this version does not know. */
export function parseServer(data: unknown): ServerMessage | null {
	if (typeof data !== "string") return null;
	let m: Record<string, unknown>;
	try {
		const value: unknown = JSON.parse(data);
		if (typeof value !== "object" || value === null) return null;
		m = value as Record<string, unknown>;
	} catch {
		return null;
	}
	switch (m.type) {
		case "welcome":
			return { type: "welcome", v: number(m.v), call: text(m.call), mode: oneOf(m.mode, ["voice", "typed"], "voice") };
		case "answer":
			return { type: "answer", sdp: text(m.sdp) };
		case "candidate":
			return { type: "candidate", candidate: candidate(m.candidate) };
		case "gain":
			return { type: "gain", db: number(m.db), ramp_ms: Math.max(0, number(m.ramp_ms)) };
		case "state":
			return { type: "state", state: oneOf(m.state, ["connecting", "live", "ended"], "connecting") };
		case "floor":
			return { type: "floor", holder: oneOf(m.holder, ["customer", "trainee", "free"], "free"), at_ms: number(m.at_ms) };
		case "caption":
			return {
				type: "caption",
				speaker: oneOf(m.speaker, ["customer", "trainee"], "customer"),
				turn: number(m.turn),
				text: text(m.text),
				final: m.final === true,
				at_ms: number(m.at_ms),
			};
		case "turn":
			return {
				type: "turn",
				turn: number(m.turn),
				speaker: oneOf(m.speaker, ["customer", "trainee"], "customer"),
				text: text(m.text),
				unheard: text(m.unheard),
				start_ms: number(m.start_ms),
				end_ms: number(m.end_ms),
				words: Array.isArray(m.words) ? (m.words as Word[]) : [],
			};
		case "ended":
			return {
				type: "ended",
				ending: oneOf(m.ending, ["", "resolved", "parted_kindly", "escalated", "hung_up", "abandoned"], ""),
				by: oneOf(m.by, ["trainee", "customer", "server"], "server"),
				reason: text(m.reason),
			};
		case "held":
			return { type: "held", on: m.on === true, by: oneOf(m.by, ["button", "words"], "words"), at_ms: number(m.at_ms) };
		case "safety":
			return { type: "safety", on: m.on === true };
		case "advice": {
			const codes: readonly unknown[] = ["echo", "quiet", "clipping", "behind", "words"] satisfies AdviceCode[];
			return codes.includes(m.code) ? { type: "advice", code: m.code as AdviceCode } : null;
		}
		case "error":
			return { type: "error", code: text(m.code), message: text(m.message), fatal: m.fatal === true };
		case "pong":
			return { type: "pong", n: number(m.n) };
		default:
			return null;
	}
}

/** A candidate as the browser takes it; a server may send the bare candidate line. */
function candidate(value: unknown): RTCIceCandidateInit {
	if (typeof value === "string") return { candidate: value, sdpMLineIndex: 0 };
	return typeof value === "object" && value !== null ? (value as RTCIceCandidateInit) : {};
}
