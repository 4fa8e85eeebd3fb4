import { text } from "../text/en";
import type {
	CallDetail,
	CallSummary,
	CurvePoint,
	Grade,
	LedgerMark,
	Library,
	Peaks,
	Scenario,
	ScenarioCard,
	Setup,
	Turn,
} from "./types";

// The server is ours, so its answers are not validated field by field; but an empty Go slice may come as null and a
// zero value may be left out, and a page must not fall over either.

type Loose<T> = { [K in keyof T]?: T[K] | null };

const list = <T>(value: T[] | null | undefined): T[] => value ?? [];

function summary(value: Loose<CallSummary> | null | undefined): CallSummary {
	const v = value ?? {};
	return {
		id: v.id ?? "",
		scenario: v.scenario ?? "",
		title: v.title ?? "",
		// A scenario may be gone from the library; its calls stay.
		persona_name: v.persona_name || text.app.customer,
		created_at: v.created_at ?? "",
		duration_ms: v.duration_ms ?? 0,
		status: v.status ?? "ended",
		ending: v.ending ?? "",
		ended_by: v.ended_by ?? "",
		grade_status: v.grade_status ?? "none",
		mode: v.mode ?? "voice",
		keep_sound: v.keep_sound ?? false,
		overall: v.overall ?? null,
	};
}

function turn(v: Loose<Turn>, position: number): Turn {
	return {
		turn: v.turn ?? position,
		speaker: v.speaker ?? "customer",
		text: v.text ?? "",
		unheard: v.unheard ?? "",
		start_ms: v.start_ms ?? 0,
		end_ms: v.end_ms ?? v.start_ms ?? 0,
		words: list(v.words),
		typed: v.typed ?? false,
		interrupted: v.interrupted ?? false,
		unsure: v.unsure ?? false,
		...(v.stages ? { stages: v.stages } : {}),
	};
}

function ledgerMark(v: Loose<LedgerMark>): LedgerMark {
	return {
		at_ms: v.at_ms ?? 0,
		turn: v.turn ?? -1,
		what: v.what ?? "",
		from: v.from ?? 0,
		to: v.to ?? 0,
		because: v.because ?? "",
		quote: v.quote ?? "",
		note: v.note ?? "",
	};
}

function grade(v: Loose<Grade> | null | undefined): Grade | null {
	if (!v) return null;
	const empty = {
		empathy: null,
		active_listening: null,
		deescalation: null,
		professionalism: null,
		resolution: null,
		overall: null,
	};
	return {
		scores: { ...empty, ...v.scores },
		dimensions: v.dimensions ?? {},
		flags: list(v.flags),
		flag_details: list(v.flag_details),
		caps: list(v.caps),
		abstain: v.abstain ?? false,
		reasons: list(v.reasons),
		evidence: list(v.evidence),
		floor: v.floor ?? {
			talk_share: null,
			talk_overs: null,
			longest_monologue_ms: null,
			response_gap_p50_ms: null,
			dead_air_ms: null,
		},
		grader: v.grader ?? { name: "", version: "", embeddings: false, samples: 1 },
	};
}

function card<T extends ScenarioCard>(v: T): T {
	const follow = v.follow_up && { follow_up: { ...v.follow_up, promises: list(v.follow_up.promises) } };
	return { ...v, skills: list(v.skills), ...follow };
}

/** One reader for each answer: fills in what may be missing and puts lists in order. */
export const read = {
	setup(value: unknown): Setup {
		const v = value as Setup;
		return {
			...v,
			degraded: list(v.degraded),
			call_modes: list(v.call_modes),
			safety_help: list(v.safety_help),
			patience: v.patience ?? "normal",
			notice: { ...v.notice, paragraphs: list(v.notice?.paragraphs) },
		};
	},
	library(value: unknown): Library {
		const v = value as Loose<Library>;
		return {
			scenarios: list(v.scenarios).map(card),
			problems: list(v.problems).map((p) => ({ ...p, messages: list(p.messages) })),
		};
	},
	scenario(value: unknown): Scenario {
		const v = card(value as Scenario);
		return {
			...v,
			brief: list(v.brief),
			policy_text: list(v.policy_text),
			crm_card: { ...v.crm_card, rows: list(v.crm_card?.rows), last_contacts: list(v.crm_card?.last_contacts) },
		};
	},
	calls: (value: unknown): CallSummary[] =>
		list((value as { calls: Loose<CallSummary>[] | null }).calls)
			.map(summary)
			.sort((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at)),
	call(value: unknown): CallDetail {
		const v = value as Loose<CallDetail>;
		return {
			call: summary(v.call),
			turns: list(v.turns)
				.map(turn)
				.sort((a, b) => a.turn - b.turn),
			curve: list<CurvePoint>(v.curve).toSorted((a, b) => a.at_ms - b.at_ms),
			ledger: list(v.ledger)
				.map(ledgerMark)
				.sort((a, b) => a.at_ms - b.at_ms),
			gaps: list(v.gaps),
			asides: list(v.asides),
			holds: list(v.holds),
			supportive_backchannels: v.supportive_backchannels ?? 0,
			sound: v.sound ?? { available: false, duration_ms: 0 },
			grade: grade(v.grade),
			grade_status: v.grade_status ?? v.call?.grade_status ?? "none",
			cut: v.cut ?? false,
			outcome: v.outcome ?? null,
			words_spent: v.words_spent ?? null,
		};
	},
	peaks(value: unknown): Peaks {
		const v = value as Loose<Peaks>;
		return { rate_hz: v.rate_hz || 50, trainee: list(v.trainee), customer: list(v.customer) };
	},
};
