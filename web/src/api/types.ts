// The server's answers as the app relies on them, after read.ts has filled in what an answer may leave out.
// `npm run gen:api` writes the server's own OpenAPI types beside this file as generated.ts.

export type CallStatus = "ready" | "live" | "ended" | "cut";
export type GradeStatus = "none" | "pending" | "graded" | "not_gradable" | "failed";
export type Ending = "" | "resolved" | "parted_kindly" | "escalated" | "hung_up" | "abandoned";
export type CallMode = "voice" | "typed";
export type Speaker = "customer" | "trainee";

export interface Setup {
	version: string;
	single_user: boolean;
	recognizer: { name: string; ok: boolean };
	voice: { name: string; ok: boolean };
	words: { name: string; host: string | null };
	degraded: Degraded[];
	notice: Notice;
	call_modes: CallMode[];
	/** What is shown to somebody whose words were about themselves. */
	safety_help: string[];
	/** How patient the customer is with somebody who has not chosen. */
	patience: Patience;
}

export interface Degraded {
	what: string;
	why: string;
	mend: string;
}

export interface Notice {
	version: string;
	title: string;
	paragraphs: string[];
}

export interface Persona {
	name: string;
	age: number;
	pronouns: string;
}

export interface ScenarioCard {
	slug: string;
	title: string;
	industry: string;
	difficulty: number;
	minutes: number;
	skills: string[];
	story: string;
	persona: Persona;
	/** What a follow-up follows; other scenarios have none. */
	follow_up?: FollowUp;
	/** The scenario whose problem this is with another temperament. */
	variant_of?: string;
}

export interface FollowUp {
	of: string;
	title: string;
	after: string;
	/** The person has held the first call: it is remembered. */
	open: boolean;
	/** When the first call was held. */
	held_at?: string;
	/** Whose promises the scenario's own memory holds, before a first call was held. */
	by?: string;
	promises: { what: string; kept: boolean }[];
}

/** The library: who can be called, and which scenarios of one's own cannot be read. */
export interface Library {
	scenarios: ScenarioCard[];
	problems: ScenarioProblem[];
}

export interface ScenarioProblem {
	slug: string;
	/** Its last good version stays in use. */
	kept: boolean;
	/** "file:line:column: what". */
	messages: string[];
}

export interface CardRow {
	label: string;
	text: string;
}

export interface CrmCard {
	since: number;
	orders: number;
	rows: CardRow[];
	last_contacts: CardRow[];
}

export interface PolicyLine {
	text: string;
	allowed: boolean;
}

export interface PolicyCard {
	can_offer: string[];
	goodwill_budget: number;
	must_not: string[];
}

export interface Scenario extends ScenarioCard {
	goal: string;
	brief: string[];
	crm_card: CrmCard;
	policy_text: PolicyLine[];
	policy_card: PolicyCard;
}

export interface NewCall {
	scenario: string;
	notice_version: string;
	keep_sound: boolean;
	mode: CallMode;
	patience?: Patience;
}

/** How long the customer waits for the trainee to go on. */
export type Patience = "normal" | "longer" | "much-longer";

export interface JoinCall {
	id: string;
	token: string;
	line_url: string;
}

export interface CallSummary {
	id: string;
	scenario: string;
	title: string;
	persona_name: string;
	created_at: string;
	duration_ms: number;
	status: CallStatus;
	ending: Ending;
	ended_by: "" | "trainee" | "customer" | "server";
	grade_status: GradeStatus;
	mode: CallMode;
	keep_sound: boolean;
	overall: number | null;
}

export interface Word {
	text: string;
	start_ms: number;
	end_ms: number;
	confidence: number;
}

export interface Turn {
	turn: number;
	speaker: Speaker;
	text: string;
	unheard: string;
	start_ms: number;
	end_ms: number;
	words: Word[];
	typed: boolean;
	interrupted: boolean;
	/** Too little of a trainee's turn was recognised with certainty for it to move the customer. */
	unsure: boolean;
	/** Of a customer's spoken answer: where the wait for it went, in milliseconds; null where a stage did not run. */
	stages?: StageTimes;
}

/** The parts of the wait for an answer, in order. They add up to it. */
export interface StageTimes {
	endpoint: number | null;
	recognize: number | null;
	decide: number | null;
	words: number | null;
	synthesize: number | null;
	send: number | null;
}

/** A stretch without sound from the trainee. */
export interface Gap {
	from_ms: number;
	to_ms: number;
}

/** One point of the curve; heat and trust are 0–10. */
export interface CurvePoint {
	at_ms: number;
	heat: number;
	trust: number;
}

/** Why heat or trust moved; from and to are 0–10 here. */
export interface LedgerMark {
	at_ms: number;
	turn: number;
	what: string;
	from: number;
	to: number;
	because: string;
	quote: string;
	note: string;
}

export type ScoreName = "empathy" | "active_listening" | "deescalation" | "professionalism" | "resolution";
export type DimensionName = "acknowledge" | "discover" | "own" | "resolve" | "deescalate" | "listen" | "close";
export type Scores = Record<ScoreName | "overall", number | null>;

export interface Dimension {
	level: number | null;
	low: number | null;
	high: number | null;
	status: "graded" | "not_applicable" | "not_gradable";
	reason: string | null;
}

export interface FlagDetail {
	flag: string;
	turn: number;
	quote: string;
	auto_fail: boolean;
	coach: "pending" | "confirmed" | "dismissed";
}

export interface Evidence {
	dimension: DimensionName;
	turn: number;
	quote: string;
	polarity: "+" | "-";
	start_ms: number | null;
	end_ms: number | null;
}

export interface FloorMetrics {
	talk_share: number | null;
	talk_overs: number | null;
	longest_monologue_ms: number | null;
	response_gap_p50_ms: number | null;
	dead_air_ms: number | null;
}

export interface Grade {
	scores: Scores;
	dimensions: Partial<Record<DimensionName, Dimension>>;
	flags: string[];
	flag_details: FlagDetail[];
	caps: { score: string; max: number; flag: string }[];
	abstain: boolean;
	reasons: { code: string; message: string }[];
	evidence: Evidence[];
	floor: FloorMetrics;
	grader: { name: string; version: string; embeddings: boolean; samples: number };
}

/** A short sound of one while the other spoke, which was no turn. */
export interface Aside {
	speaker: Speaker;
	kind: string;
	text: string;
	at_ms: number;
}

/** A time that the customer was on hold. */
export interface HoldSpan {
	from_ms: number;
	to_ms: number;
	by: string;
	announced: boolean;
}

export interface CallDetail {
	call: CallSummary;
	turns: Turn[];
	curve: CurvePoint[];
	ledger: LedgerMark[];
	gaps: Gap[];
	asides: Aside[];
	holds: HoldSpan[];
	supportive_backchannels: number;
	sound: { available: boolean; duration_ms: number };
	grade: Grade | null;
	grade_status: GradeStatus;
	cut: boolean;
	/** What the customer makes of the call; null while it goes on, and when it was cut. */
	outcome: Outcome | null;
	/** What a model did for the customer's words; null when all of them are authored. */
	words_spent: WordsSpent | null;
}

export interface WordsSpent {
	model: string;
	lines: number;
	authored: number;
	usage: { in: number; cached: number; out: number; estimated?: boolean };
	money: number;
	currency?: string;
}

export interface Outcome {
	letter: string;
	/** 1 to 5. */
	csat: number;
	csat_why: string;
	stays: { yes: boolean; why: string };
	recommends: { yes: boolean; why: string };
}

/** Loudness of both channels, 0–1, rate_hz values a second. */
export interface Peaks {
	rate_hz: number;
	trainee: number[];
	customer: number[];
}
