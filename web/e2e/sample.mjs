// One call, made up for looking at pages: what the server would answer for it. A test fixture and nothing else.
const slug = "late-birthday-parcel";
const persona = { name: "Maya Torres", age: 34, pronouns: "she/her" };

export const card = {
	slug,
	title: "A parcel that missed the day",
	industry: "Retail",
	difficulty: 1,
	minutes: 6,
	skills: ["discover", "own"],
	story: "You gave her a date, then another date. She would just like to know what is going on.",
	persona,
};

const someone = (slug, name, age, industry, difficulty, minutes, title, story, skills) => ({
	slug,
	title,
	industry,
	difficulty,
	minutes,
	skills,
	story,
	persona: { name, age, pronouns: "" },
});
export const cards = [
	card,
	someone(
		"charged-twice",
		"Tom Hale",
		27,
		"Retail",
		1,
		5,
		"Charged twice",
		"One order, two payments, and a message from his bank.",
		["own", "resolve"],
	),
	someone(
		"dead-line",
		"Walter Finch",
		78,
		"Telecoms",
		2,
		8,
		"A line gone quiet",
		"His telephone has been dead for nine days. He would rather not make a fuss.",
		["listen", "acknowledge"],
	),
	someone(
		"dirty-flat",
		"Kenji Mori",
		38,
		"Travel",
		3,
		7,
		"A flat that was not ready",
		"The flat was not clean, and tonight was meant to be special.",
		["acknowledge", "resolve"],
	),
	someone(
		"unjust-refund",
		"Viktor Brandt",
		58,
		"Electronics",
		4,
		6,
		"Money back, now",
		"He says he is owed a refund, and he says it loudly.",
		["deescalate", "close"],
	),
];

/** The same person three days later, who remembers. */
export const later = {
	...card,
	slug: "late-birthday-parcel-three-days-on",
	title: "The parcel, three days on",
	difficulty: 2,
	story: "You told her two things on Thursday. She has been counting the days since.",
	follow_up: {
		of: slug,
		title: card.title,
		after: "P3D",
		open: true,
		held_at: "2026-11-19T10:42:00Z",
		promises: [
			{ what: "I'll send a second one from the Leeds store today", kept: true },
			{ what: "I'll ring you at six to say it has left", kept: false },
		],
	},
};

/** What she says of the call afterwards. */
export const outcome = {
	letter:
		"I rang you on Thursday about my son's train set, ready for a fight, I'll be honest. The person I got told me what had actually gone wrong, and didn't dress it up.\n\nI was given a plan and a time, and that was all I'd wanted since Tuesday: something that I could hold you to. It needn't have taken three goes to find somebody who'd look, but I got there, and I'll order from you again.",
	csat: 4,
	csat_why: "The reason came out, and the plan has a time in it.",
	stays: { yes: true, why: "Calm at the end, and trust was won." },
	recommends: { yes: false, why: "Trust in you was still too low: 6.5 of 10." },
};

export const scenario = {
	...card,
	goal: "Find out what the parcel is for before you plan, and leave her with something she can count on.",
	brief: [
		"Maya Torres ordered a wooden train set. It was due on Tuesday, then on Wednesday, and now the page says delayed.",
		"She has told her story twice: on the phone on Tuesday, and in the chat on Wednesday. Now she calls you.",
	],
	crm_card: {
		since: 2019,
		orders: 23,
		rows: [
			{ label: "Order", text: "441 792, wooden train set" },
			{ label: "Due", text: "Tue 17 Nov, then Wed, now “delayed”" },
			{ label: "Last seen", text: "Leeds depot, Mon 16 Nov, 21:10" },
		],
		last_contacts: [
			{ label: "Tue, phone", text: "We told her Wednesday" },
			{ label: "Wed, chat", text: "Gave her number again. We closed it." },
		],
	},
	policy_text: [
		{ text: "Send a second one today if it leaves by 16:00", allowed: true },
		{ text: "Refund the delivery, £4.95", allowed: true },
		{ text: "Put one by in a store, in her name", allowed: true },
		{ text: "Goodwill up to £25", allowed: true },
		{ text: "Do not promise the hour the courier comes", allowed: false },
	],
	policy_card: { can_offer: [], goodwill_budget: 25, must_not: [] },
};

export const setup = {
	version: "0.1.0",
	single_user: true,
	recognizer: { name: "moonshine-tiny", ok: true },
	voice: { name: "hibari", ok: true },
	words: { name: "authored", host: null },
	degraded: [],
	notice: {
		version: "1",
		title: "Before you practise",
		paragraphs: [
			"Rapport is for practice. It reads your words and your timing, never your feelings from your voice.",
			"Only you can see and hear your calls. Nobody is hired, paid or dismissed by a practice grade.",
		],
	},
	call_modes: ["voice", "typed"],
};

// [start s, end s, speaker, text, more]
const said = [
	[0, 6, "trainee", "Good morning, Larkfield Toys, you're through to customer care. How can I help?"],
	[
		7,
		18,
		"customer",
		"Hi. I'm calling about an order, again. It was meant to be here Tuesday, then it was Wednesday, and now it just says delayed.",
	],
	[19, 21.5, "trainee", "Okay, can I take the order number?"],
	[22, 30, "customer", "I gave it to the man on Tuesday. And to the chat. Do you not have that?"],
	[30.5, 34.5, "trainee", "I understand, but I need it to look anything up."],
	[
		35,
		43,
		"customer",
		"Four four one, seven nine two. I have it by heart now.",
		{ unheard: "And I shouldn't have to.", interrupted: true },
	],
	[46, 58, "trainee", "Thank you. I can see three dates here and none of them was kept. That's on us, Maya.", { unsure: [6, 7] }],
	[60, 65, "customer", "Right. Thank you. Nobody has actually said that."],
	[67, 72, "trainee", "What does your tracking page tell you?"],
	[74, 86, "customer", "That it left the depot on Monday. It needs to be here by Saturday. It has to be."],
	[
		88,
		103,
		"trainee",
		"So the scan shows Monday night and then nothing. Our standard is three to five working days from the last scan.",
	],
	[104, 111, "customer", "I don't need to know about the trace. I need it for Saturday."],
	[113, 116.5, "trainee", "Let me just have a look."],
	[137, 139.5, "customer", "Hello? Are you still there?"],
	[141, 151, "trainee", "Sorry, I'm here. I should have told you I was going quiet. I was reading the depot notes."],
	[153, 155, "customer", "Okay."],
	[158, 162.5, "trainee", "You've said Saturday twice. What happens on Saturday?"],
	[
		164,
		174,
		"customer",
		"It's my son's birthday. He's seven. I told him it would be the first thing he sees when he comes downstairs.",
	],
	[176, 185, "trainee", "He's seven, and you've already promised him. Then Saturday morning is the only day that counts."],
	[187, 197, "customer", "Yes. Exactly. I don't want to be the mum who lets him down because of a box."],
	[
		200,
		224,
		"trainee",
		"Then here is what I can do. I'll send a second one from the Leeds store today. It leaves at four, and I'll ring you at six to say it has left.",
	],
	[226, 229, "customer", "And if it doesn't turn up?"],
	[
		232,
		246,
		"trainee",
		"Then you hear it from me on Friday by noon, and I'll have one put by in your name. I can promise you won't be guessing.",
	],
	[248, 255, "customer", "Okay. That would… yes. That would help."],
	[267, 280, "trainee", "So: a second one leaves at four, I ring at six, and one is put by in Leeds. Anything I've missed?"],
	[282, 288, "customer", "No. That's it. Thank you for asking about Saturday."],
	[291, 295, "trainee", "I hope he loves it. Goodbye, Maya."],
	[296, 298, "customer", "Bye."],
];

const wordsOf = (text, from, to, unsure = []) => {
	const words = text.split(/\s+/);
	const each = (to - from) / words.length;
	return words.map((word, i) => ({
		text: word,
		start_ms: Math.round((from + i * each) * 1000),
		end_ms: Math.round((from + (i + 0.9) * each) * 1000),
		confidence: unsure.includes(i) ? 0.3 : 0.95,
	}));
};

/** The wait for an answer: mostly the pause that shows a turn is over. Now and then a model is slow. */
const stagesOf = (turn) => ({
	endpoint: 150 + ((turn * 37) % 180),
	recognize: 90 + ((turn * 23) % 90) + (turn === 13 ? 700 : 0),
	decide: 4,
	words: null,
	synthesize: 60 + ((turn * 11) % 50),
	send: 0,
});

export const turns = said.map(([from, to, speaker, text, more = {}], turn) => ({
	turn,
	speaker,
	text,
	unheard: more.unheard ?? "",
	start_ms: from * 1000,
	end_ms: to * 1000,
	words: wordsOf(text, from, to, more.unsure),
	typed: false,
	interrupted: more.interrupted ?? false,
	perceived: [],
	move: "",
	...(speaker === "customer" && turn > 0 ? { stages: stagesOf(turn) } : {}),
}));

// [s, turn, heat from, heat to, act, quote, trust from, trust to]
const moved = [
	[21.5, 2, 6, 7.5, "asked_again", "can I take the order number?", 4, 3.4],
	[34.5, 4, 7.5, 8.5, "refusal_flat", "I need it to look anything up.", 3.4, 2.9],
	[58, 6, 8.5, 7.3, "ownership", "That's on us, Maya.", 2.9, 3.6],
	[103, 10, 7.3, 8.3, "policy_first", "Our standard is three to five working days", 3.6, 3.2],
	[130, 12, 8.3, 9.3, "unannounced_hold", "", 3.2, 2.4],
	[151, 14, 9.3, 8.5, "specific_apology", "I should have told you I was going quiet.", 2.4, 2.8],
	[162.5, 16, 8.5, 8.2, "open_question", "What happens on Saturday?", 2.8, 3.6],
	[185, 18, 8.2, 7, "named_stakes", "Saturday morning is the only day that counts.", 3.6, 4.8],
	[224, 20, 7, 5.8, "specific_plan_with_time", "It leaves at four, and I'll ring you at six", 4.8, 5.4],
	[246, 22, 5.8, 4.6, "extra_mile", "I'll have one put by in your name.", 5.4, 5.9],
	[280, 24, 4.6, 3.4, "checked_understanding", "Anything I've missed?", 5.9, 6.2],
	[295, 26, 3.4, 2.8, "closing", "I hope he loves it.", 6.2, 6.5],
];

export const ledger = moved.flatMap(([s, turn, from, to, because, quote, tf, tt]) => [
	{ at_ms: s * 1000, turn, what: "heat", from, to, because, quote, note: "" },
	{ at_ms: s * 1000, turn, what: "trust", from: tf, to: tt, because, quote, note: "" },
]);

export const curve = [
	{ at_ms: 0, heat: 6, trust: 4 },
	...moved.map(([s, , , heat, , , , trust]) => ({ at_ms: s * 1000, heat, trust })),
];

const dim = (level, low = level, high = level) => ({ level, low, high, status: "graded", reason: null });
const quote = (dimension, turn, words, polarity) => ({ dimension, turn, quote: words, polarity, start_ms: null, end_ms: null });

export const grade = {
	schema: "rapport.grade/1",
	id: "c1",
	language: "en",
	scores: { empathy: 3.4, active_listening: 3.1, deescalation: 3.6, professionalism: 4.6, resolution: 4.5, overall: 3.8 },
	raw: { empathy: 0.6, active_listening: 0.52, deescalation: 0.6, professionalism: 0.9, resolution: 0.8, overall: 0.68 },
	dimensions: {
		acknowledge: dim(3),
		discover: dim(4),
		own: dim(4),
		resolve: dim(5),
		deescalate: dim(3, 3, 4),
		listen: dim(2),
		close: dim(4),
	},
	flags: ["long_silence"],
	flag_details: [{ flag: "long_silence", turn: 12, quote: "Let me just have a look.", auto_fail: false, coach: "pending" }],
	caps: [],
	abstain: false,
	reasons: [],
	evidence: [
		quote("acknowledge", 18, "Saturday morning is the only day that counts.", "+"),
		quote("acknowledge", 4, "I understand, but I need it to look anything up.", "-"),
		quote("discover", 16, "What happens on Saturday?", "+"),
		quote("own", 6, "none of them was kept. That's on us, Maya.", "+"),
		quote("resolve", 20, "It leaves at four, and I'll ring you at six to say it has left.", "+"),
		quote("listen", 12, "Let me just have a look.", "-"),
		quote("close", 24, "Anything I've missed?", "+"),
	],
	floor: { talk_share: 0.55, talk_overs: 1, longest_monologue_ms: 24_000, response_gap_p50_ms: 900, dead_air_ms: 20_500 },
	grader: { name: "offline", version: "1", weights_sha256: "", embeddings: true, samples: 1 },
};

export const call = {
	id: "c1",
	scenario: slug,
	title: card.title,
	persona_name: persona.name,
	created_at: "2026-11-19T10:42:00Z",
	duration_ms: 304_000,
	status: "ended",
	ending: "resolved",
	ended_by: "customer",
	grade_status: "graded",
	mode: "voice",
	keep_sound: true,
	overall: 3.8,
};

export const detail = {
	call,
	turns,
	curve,
	ledger,
	gaps: [],
	sound: { available: true, duration_ms: 304_000 },
	grade,
	grade_status: "graded",
	cut: false,
	started: {},
};

/** Peaks that look like speech inside each turn and are silent outside. */
export function peaks() {
	const rate = 50;
	const out = { rate_hz: rate, trainee: [], customer: [] };
	for (let i = 0; i < 304 * rate; i++) {
		const ms = (i / rate) * 1000;
		const turn = turns.find((t) => ms >= t.start_ms && ms < t.end_ms);
		const wave = Math.abs(Math.sin(i * 0.13) * Math.sin(i * 0.031 + 1) * Math.sin(i * 0.77)) ** 0.7;
		for (const who of ["trainee", "customer"])
			out[who].push(turn?.speaker === who ? Number((0.04 + 0.6 * wave).toFixed(3)) : 0.001);
	}
	return out;
}

const other = (id, more) => ({ ...call, id, ...more });
export const calls = [
	other("c9", {
		created_at: "2026-11-20T16:20:00Z",
		status: "live",
		ending: "",
		grade_status: "none",
		duration_ms: 0,
		overall: null,
	}),
	other("c5", {
		created_at: "2026-11-20T09:05:00Z",
		grade_status: "pending",
		overall: null,
		duration_ms: 182_000,
		ending: "parted_kindly",
	}),
	call,
	other("c2", { created_at: "2026-11-18T14:01:00Z", overall: 1.8, ending: "hung_up", duration_ms: 96_000, keep_sound: false }),
	other("c3", {
		created_at: "2026-11-17T14:01:00Z",
		grade_status: "not_gradable",
		overall: null,
		ending: "",
		duration_ms: 21_000,
		mode: "typed",
	}),
	other("c4", {
		created_at: "2026-11-16T08:30:00Z",
		status: "cut",
		grade_status: "not_gradable",
		overall: null,
		ending: "",
		duration_ms: 61_000,
	}),
];
