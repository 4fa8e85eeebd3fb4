// Takes pictures of every page and state, light, dark and on a phone, into e2e/out, and runs axe on each.
//   npm run build && npm run screens            all
//   npm run screens -- call replay              those whose name begins so
import { mkdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fakeMic, launch } from "./browser.mjs";
import { wavOf } from "./clips.mjs";
import { startFixture } from "./fixture.mjs";
import { findings, variants } from "./look.mjs";
import { routeLine } from "./peer.mjs";
import { calls, cards, detail, grade, later, outcome, scenario, setup } from "./sample.mjs";

const out = fileURLToPath(new URL("out/", import.meta.url));
const wanted = process.argv.slice(2);
if (wanted.length === 0) rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const agreed = () => localStorage.setItem("rapport.notice", "1");
const deny = (name) => `navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("", "${name}"); };`;
const problem = (status, body, headers) => ({ status, body, headers });
const brief = "/scenarios/late-birthday-parcel";
const made = { status: 201, body: { id: "c1", token: "t", line_url: "/api/calls/c1/line" } };
const withCall = (more, call = {}) => ({ "/api/calls/c1": { ...detail, ...more, call: { ...detail.call, ...call } } });
const pressPlay = (page) => page.getByRole("button", { name: "Play", exact: true }).click();

/** From the brief to a live call with captions. */
const onCall = async (page, line, quality = "good") => {
	await page.getByRole("button", { name: "Start call" }).click();
	await page.waitForSelector('body[data-call-state="live"]');
	line.say({
		type: "caption",
		speaker: "trainee",
		turn: 16,
		text: "You've said Saturday twice. What happens on Saturday?",
		final: true,
		at_ms: 1,
	});
	line.say({
		type: "caption",
		speaker: "customer",
		turn: 17,
		text: "It's my son's birthday. He's seven. I told him it would be the first thing he sees.",
		final: false,
		at_ms: 2,
	});
	line.say({ type: "floor", holder: "customer", at_ms: 3 });
	await line.until("heard");
	if (quality) await page.waitForSelector(`[data-quality="${quality}"]`);
};
const onTypedCall = async (page, line) => {
	await page.getByRole("button", { name: "Start call" }).click();
	await page.waitForSelector('body[data-call-state="live"]');
	line.say({ type: "turn", turn: 0, speaker: "customer", text: "Hi. I'm calling about an order, again.", unheard: "" });
	line.say({ type: "turn", turn: 1, speaker: "trainee", text: "What happened with it?", unheard: "" });
	line.say({
		type: "turn",
		turn: 2,
		speaker: "customer",
		text: "It was meant to be here Tuesday, then Wednesday, and now it just says delayed.",
		unheard: "",
	});
	line.say({ type: "floor", holder: "free", at_ms: 3 });
	await page.getByLabel("What you say").fill("That is two dates we did not keep.");
};

const shots = [
	{ name: "home", path: "/" },
	{ name: "home-first", path: "/", answers: { "/api/calls": { calls: [] } } },
	{ name: "home-empty", path: "/", answers: { "/api/calls": { calls: [] }, "/api/scenarios": { scenarios: [] } } },
	{
		name: "home-degraded",
		path: "/",
		answers: {
			"/api/setup": {
				...setup,
				voice: { name: "", ok: false },
				degraded: [
					{
						what: "No voice.",
						why: "The voice model is not on this machine, so calls go on by typing.",
						mend: "rapport assets pull",
					},
				],
			},
		},
	},
	{ name: "home-busy", path: "/", answers: { "/api/calls": problem(503, { detail: "" }, { "retry-after": "20" }) } },
	{ name: "home-offline", path: "/", answers: { "/api/scenarios": "drop" } },
	{ name: "home-waiting", path: "/", answers: { "/api/scenarios": "hang" } },
	{ name: "library", path: "/library" },
	{ name: "library-filtered", path: "/library?skill=acknowledge&difficulty=3" },
	{
		name: "library-problems",
		path: "/library",
		answers: {
			"/api/scenarios": {
				scenarios: [...cards, later],
				problems: [
					{
						slug: "my-parcel",
						kept: true,
						messages: [
							"my-parcel/scenario.yaml:5:13: difficulty is 9; it must lie between 1 and 4",
							"my-parcel/lines.yaml:41:5: topic order-nummer is not known; did you mean order-number?",
						],
					},
					{ slug: "new-one", kept: false, messages: ["new-one/lines.yaml is missing: write her lines there"] },
				],
			},
		},
	},
	{
		name: "brief-follow-up",
		path: `/scenarios/${later.slug}`,
		answers: { [`/api/scenarios/${later.slug}`]: { ...scenario, ...later }, "/api/scenarios": { scenarios: [...cards, later] } },
		act: (page) => page.getByTestId("relatives").waitFor(),
	},
	{ name: "library-nobody", path: "/library?industry=Health" },
	{ name: "library-empty", path: "/library", answers: { "/api/scenarios": { scenarios: [] } } },
	{ name: "surprise", path: "/surprise", init: () => localStorage.setItem("rapport.surprise", "late-birthday-parcel") },
	{ name: "not-found", path: "/nowhere/at/all" },
	{ name: "brief", path: brief },
	{ name: "brief-mic", path: brief, init: agreed, act: (page) => page.waitForSelector('[data-testid="mic-level"]') },
	{
		name: "brief-denied",
		path: brief,
		init: agreed,
		script: deny("NotAllowedError"),
		act: (page) => page.waitForSelector('[data-testid="mic-denied"]'),
	},
	{
		name: "brief-no-mic",
		path: brief,
		init: agreed,
		script: deny("NotFoundError"),
		act: (page) => page.waitForSelector('[data-testid="mic-none"]'),
	},
	{
		name: "brief-insecure",
		path: brief,
		init: agreed,
		script: "Object.defineProperty(window, 'isSecureContext', { value: false });",
		act: (page) => page.waitForSelector('[data-testid="mic-insecure"]'),
	},
	{
		name: "brief-unsupported",
		path: brief,
		init: agreed,
		script: "delete window.RTCPeerConnection;",
		act: (page) => page.waitForSelector('[data-testid="mic-unsupported"]'),
	},
	{
		name: "brief-no-voice",
		path: brief,
		init: agreed,
		answers: { "/api/setup": { ...setup, voice: { name: "", ok: false }, words: { name: "m", host: "models.example.org" } } },
	},
	{ name: "brief-changed", path: brief, init: () => localStorage.setItem("rapport.notice", "0") },
	{
		name: "brief-full",
		path: brief,
		init: agreed,
		answers: { "POST /api/calls": problem(503, { detail: "Two calls are running." }, { "retry-after": "30" }) },
		act: async (page) => {
			await page.getByRole("button", { name: "Start call" }).click();
			await page.getByTestId("full").waitFor();
		},
	},
	{
		name: "brief-patience",
		path: brief,
		init: agreed,
		act: async (page) => {
			await page.locator("summary", { hasText: "More time to speak" }).click();
			await page.getByRole("radio", { name: "Longer About half" }).check();
		},
	},
	{ name: "brief-gone", path: "/scenarios/nobody" },
	{ name: "call", path: brief, init: agreed, answers: { "POST /api/calls": made }, line: {}, act: onCall },
	{
		name: "call-sighs",
		path: brief,
		init: agreed,
		answers: { "POST /api/calls": made },
		line: {},
		act: async (page, line) => {
			await onCall(page, line);
			line.say({
				type: "caption",
				speaker: "customer",
				turn: 17,
				text: "[sighs] It was meant to be here Tuesday. [pause] And now it just says delayed.",
				final: true,
				at_ms: 3,
			});
			await page.locator(".caps .sound-mark").first().waitFor();
		},
	},
	{
		name: "call-safety",
		path: `${brief}?by=typing`,
		init: agreed,
		answers: { "POST /api/calls": made },
		line: { typed: true },
		act: async (page, line) => {
			await onTypedCall(page, line);
			line.say({ type: "safety", on: true });
			await page.getByTestId("safety").waitFor();
		},
	},
	{
		name: "call-safety-help",
		path: `${brief}?by=typing`,
		init: agreed,
		answers: { "POST /api/calls": made },
		line: { typed: true },
		act: async (page, line) => {
			await onTypedCall(page, line);
			line.say({ type: "safety", on: true });
			await page.getByRole("button", { name: "Stop and show help" }).click();
			await page.getByTestId("safety-help").waitFor();
		},
	},
	{
		name: "call-trainee",
		path: brief,
		init: agreed,
		answers: { "POST /api/calls": made },
		line: {},
		act: async (page, line) => {
			await onCall(page, line);
			line.say({ type: "floor", holder: "trainee", at_ms: 4 });
			const tone = Array.from({ length: 48000 }, (_, i) => Math.round(9000 * Math.sin(i / 20) * Math.sin(i / 4000)));
			const wav = wavOf(tone);
			await page.evaluate((clip) => void window.__say(clip), wav.toString("base64"));
			await page.waitForTimeout(500);
		},
	},
	{
		name: "call-muted",
		path: brief,
		init: agreed,
		answers: { "POST /api/calls": made },
		line: {},
		act: async (page, line) => {
			await onCall(page, line);
			line.say({ type: "floor", holder: "free", at_ms: 4 });
			await page.getByRole("button", { name: "Mute" }).click();
			await line.until("mute");
		},
	},
	{
		name: "call-connecting",
		path: brief,
		init: agreed,
		answers: { "POST /api/calls": made },
		line: { answer: false },
		act: async (page) => {
			await page.getByRole("button", { name: "Start call" }).click();
			await page.waitForSelector('body[data-call-state="connecting"]');
		},
	},
	{
		name: "call-unplugged",
		path: brief,
		init: agreed,
		answers: { "POST /api/calls": made },
		line: {},
		act: async (page, line) => {
			await onCall(page, line);
			await page.evaluate(() => window.__unplug());
		},
	},
	{
		name: "call-hung-up",
		path: brief,
		init: agreed,
		answers: { "POST /api/calls": made },
		line: {},
		act: async (page, line) => {
			await onCall(page, line);
			line.say({ type: "ended", ending: "hung_up", by: "customer", reason: "" });
		},
	},
	{
		name: "call-line-gone",
		path: brief,
		init: agreed,
		answers: { "POST /api/calls": made, "POST /api/calls/c1/token": problem(409, { detail: "The call has ended." }) },
		line: {},
		act: async (page, line) => {
			await onCall(page, line);
			line.socket.close();
			await page.getByTestId("call-over").waitFor();
		},
	},
	{
		name: "call-lost",
		path: brief,
		init: agreed,
		answers: { "POST /api/calls": made, "POST /api/calls/c1/token": "hang" },
		line: {},
		act: async (page, line) => {
			await onCall(page, line);
			line.socket.close();
			await page.waitForSelector('body[data-call-state="lost"]');
		},
	},
	{
		name: "call-offline",
		path: brief,
		init: agreed,
		answers: { "POST /api/calls": made, "POST /api/calls/c1/token": "hang" },
		line: {},
		act: async (page, line) => {
			await onCall(page, line);
			line.socket.close();
			await page.evaluate(() => window.dispatchEvent(new Event("offline")));
			await page.getByText("This device has no network").waitFor();
		},
	},
	{
		name: "call-poor",
		path: brief,
		init: agreed,
		script: `(() => {
			let n = 0;
			RTCPeerConnection.prototype.getStats = async () =>
				new Map([["in", { type: "inbound-rtp", packetsReceived: (n += 80), packetsLost: n / 4, jitter: 0.09 }]]);
		})();`,
		answers: { "POST /api/calls": made },
		line: {},
		act: async (page, line) => {
			await onCall(page, line, "poor");
			await page.getByText("The line is poor").waitFor();
		},
	},
	{
		name: "call-hold",
		path: brief,
		init: agreed,
		answers: { "POST /api/calls": made },
		line: {},
		act: async (page, line) => {
			await onCall(page, line);
			await page.getByRole("button", { name: "Hold", exact: true }).click();
			await line.until("hold");
			line.say({ type: "floor", holder: "free", at_ms: 4 });
			line.say({ type: "held", on: true, by: "button", at_ms: 5 });
			await page.getByText("is on hold").waitFor();
		},
	},
	{
		name: "call-hold-words",
		path: brief,
		init: agreed,
		answers: { "POST /api/calls": made },
		line: {},
		act: async (page, line) => {
			await onCall(page, line);
			line.say({ type: "floor", holder: "free", at_ms: 4 });
			line.say({ type: "held", on: true, by: "words", at_ms: 5 });
			await page.getByText("is waiting, as you asked").waitFor();
		},
	},
	...["echo", "quiet", "clipping", "behind"].map((code) => ({
		name: `call-advice-${code}`,
		path: brief,
		init: agreed,
		answers: { "POST /api/calls": made },
		line: {},
		act: async (page, line) => {
			await onCall(page, line);
			line.say({ type: "advice", code });
			await page.getByRole("button", { name: "All right" }).waitFor();
		},
	})),
	{
		name: "call-mic-muted",
		path: brief,
		init: agreed,
		answers: { "POST /api/calls": made },
		line: {},
		act: async (page, line) => {
			await onCall(page, line);
			await page.evaluate(() => window.__headset("mute"));
			await page.getByText("Your microphone gives no sound").waitFor();
		},
	},
	{
		name: "call-mic-gone",
		path: brief,
		init: agreed,
		answers: { "POST /api/calls": made },
		line: {},
		act: async (page, line) => {
			await onCall(page, line);
			await page.evaluate(() => {
				navigator.mediaDevices.getUserMedia = async () => {
					throw new DOMException("", "NotFoundError");
				};
				window.__unplug();
			});
			await page.getByRole("button", { name: "Use the microphone again" }).waitFor();
		},
	},
	{
		name: "call-blocked",
		path: brief,
		init: agreed,
		script: `HTMLMediaElement.prototype.play = async () => { throw new DOMException("", "NotAllowedError"); };`,
		answers: { "POST /api/calls": made },
		line: {},
		act: async (page, line) => {
			await onCall(page, line);
			await page.getByRole("button", { name: "Let me hear it" }).waitFor();
		},
	},
	{
		name: "call-websocket",
		path: `${brief}?line=websocket&codec=pcm16`,
		init: agreed,
		answers: { "POST /api/calls": made },
		line: {},
		// How good the line is depends on how busy this machine is; the picture does not.
		act: (page, line) => onCall(page, line, null),
	},
	{
		name: "call-conflict",
		path: "/calls/c1/live",
		init: agreed,
		answers: { ...withCall({}, { status: "live" }), "POST /api/calls/c1/token": made },
		line: { refuse: { code: "conflict", message: "The call is open elsewhere." } },
		act: (page) => page.getByRole("button", { name: "Take it over here" }).waitFor(),
	},
	{
		name: "call-taken",
		path: brief,
		init: agreed,
		answers: { "POST /api/calls": made },
		line: {},
		act: async (page, line) => {
			await onCall(page, line);
			line.say({ type: "error", code: "taken_over", message: "The call goes on elsewhere.", fatal: true });
			await page.getByRole("button", { name: "Take it back here" }).waitFor();
		},
	},
	{
		name: "call-refused",
		path: brief,
		init: agreed,
		answers: { "POST /api/calls": made },
		line: { answer: false },
		act: async (page, line) => {
			await page.getByRole("button", { name: "Start call" }).click();
			await line.until("offer");
			line.say({
				type: "error",
				code: "no_path",
				message: "No sound could pass between this browser and the server.",
				fatal: true,
			});
		},
	},
	{
		name: "call-typed",
		path: `${brief}?by=typing`,
		init: agreed,
		answers: { "POST /api/calls": made },
		line: { typed: true },
		act: onTypedCall,
	},
	{
		name: "call-reloaded",
		path: "/calls/c1/live",
		init: agreed,
		answers: { ...withCall({ turns: detail.turns.slice(0, 5) }, { status: "live" }), "POST /api/calls/c1/token": made },
		line: {},
		act: async (page, line) => {
			await page.waitForSelector('body[data-call-state="live"]');
			line.say({ type: "floor", holder: "free", at_ms: 95_000 });
			await page.waitForSelector('[data-quality="good"]');
		},
	},
	{
		name: "call-reloaded-no-mic",
		path: "/calls/c1/live",
		init: agreed,
		script: deny("NotAllowedError"),
		answers: withCall({}, { status: "live" }),
		act: (page) => page.waitForSelector('[data-testid="mic-denied"]'),
	},
	{ name: "call-reloaded-over", path: "/calls/c1/live", act: (page) => page.getByText("This call is over").first().waitFor() },
	{ name: "debrief", path: "/calls/c1/debrief" },
	{
		name: "debrief-open",
		path: "/calls/c1/debrief",
		act: async (page) => {
			await page.getByText("quotes this rests on").first().click();
			await page.getByText("The same as a list").click();
			await page.getByRole("button", { name: "Delete this call" }).click();
		},
	},
	{ name: "debrief-letter", path: "/calls/c1/debrief", answers: withCall({ outcome }) },
	{
		name: "debrief-hard",
		path: "/calls/c1/debrief",
		answers: withCall(
			{
				sound: { available: false, duration_ms: 0 },
				grade: {
					...grade,
					scores: { empathy: 1.4, active_listening: 1.8, deescalation: null, professionalism: 2, resolution: 1.5, overall: 1.6 },
					dimensions: {
						...Object.fromEntries(Object.entries(grade.dimensions).map(([k, d]) => [k, { ...d, level: 2, low: 1, high: 2 }])),
						deescalate: { level: null, low: null, high: null, status: "not_applicable", reason: null },
					},
					flag_details: [
						{ flag: "overpromise", turn: 22, quote: "I can promise you won't be guessing.", auto_fail: true, coach: "pending" },
					],
					caps: [{ score: "professionalism", max: 2, flag: "overpromise" }],
				},
			},
			{ ending: "hung_up", keep_sound: false },
		),
	},
	{
		name: "debrief-waiting",
		path: "/calls/c1/debrief",
		follow: [
			["call", "ended"],
			["grade", "pending"],
		],
		answers: withCall({ grade: null, grade_status: "pending" }),
	},
	{
		name: "debrief-not-gradable",
		path: "/calls/c1/debrief",
		answers: withCall(
			{
				grade: {
					...grade,
					abstain: true,
					flag_details: [],
					evidence: [],
					reasons: [{ code: "insufficient_data", message: "You spoke twice. From three turns on there is enough to go on." }],
				},
				grade_status: "not_gradable",
				turns: detail.turns.slice(0, 4),
			},
			{ duration_ms: 31_000, ending: "" },
		),
	},
	{
		name: "debrief-cut",
		path: "/calls/c1/debrief",
		answers: withCall(
			{ grade: null, grade_status: "none", cut: true, turns: detail.turns.slice(0, 8) },
			{ status: "cut", ending: "", duration_ms: 66_000 },
		),
	},
	{ name: "debrief-gone", path: "/calls/none/debrief" },
	{ name: "replay", path: "/calls/c1?t=162" },
	{
		name: "replay-playing",
		path: "/calls/c1?t=36",
		act: async (page) => {
			await pressPlay(page);
			await page.waitForTimeout(1200);
			for (let i = 0; i < 3; i++) await page.keyboard.press("+");
			await page.keyboard.press("c");
		},
	},
	{
		name: "replay-waits",
		path: "/calls/c1",
		act: async (page) => {
			await page.locator("details.waits summary").click();
			await page.locator("details.waits").scrollIntoViewIfNeeded();
		},
	},
	{
		name: "replay-sighs",
		path: "/calls/c1",
		answers: withCall({
			turns: detail.turns.map((t) => (t.speaker === "customer" && t.turn % 4 === 1 ? { ...t, text: `[sighs] ${t.text}` } : t)),
		}),
	},
	{ name: "replay-keys", path: "/calls/c1", act: (page) => page.keyboard.press("?") },
	{
		name: "replay-no-sound",
		path: "/calls/c1",
		answers: withCall({ sound: { available: false, duration_ms: 0 } }, { keep_sound: false }),
	},
	{
		name: "replay-cut",
		path: "/calls/c1",
		answers: withCall({ cut: true, grade: null, grade_status: "not_gradable" }, { status: "cut" }),
	},
	{ name: "replay-forbidden", path: "/calls/c1", answers: { "/api/calls/c1": problem(403, { detail: "" }) } },
];

const browser = await launch();
const fixture = await startFixture();
let failures = 0;
for (const shot of shots.filter((s) => wanted.length === 0 || wanted.some((w) => s.name === w || s.name.startsWith(`${w}-`)))) {
	for (const { name, ...look } of variants) {
		fixture.world.answers = shot.answers ?? {};
		fixture.world.follow = shot.follow ?? [];
		const context = await browser.newContext({
			...look,
			reducedMotion: shot.name.startsWith("call") ? "no-preference" : "reduce",
			timezoneId: "UTC",
		});
		await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: fixture.url });
		const page = await context.newPage();
		page.setDefaultTimeout(12_000);
		const wrong = [];
		page.on("pageerror", (error) => wrong.push(`error: ${error.message}`));
		page.on("console", (message) => {
			const said = message.text();
			// A refused answer is what some of these pages are about.
			if (message.type() === "error" && !said.startsWith("Failed to load resource")) wrong.push(`console: ${said}`);
		});
		await page.addInitScript(fakeMic);
		if (shot.script) await page.addInitScript(shot.script);
		if (shot.init) await page.addInitScript(shot.init);
		try {
			const line = shot.line ? await routeLine(page, shot.line) : null;
			await page.goto(fixture.url + shot.path);
			await page.waitForLoadState("load");
			await page.waitForSelector("h1, .waiting");
			await shot.act?.(page, line);
			await page.waitForTimeout(350);
			await page.screenshot({
				path: `${out}${shot.name}-${name}.png`,
				fullPage: !shot.name.startsWith("call") || name === "phone",
			});
			wrong.push(...(await findings(page)));
		} catch (error) {
			wrong.push(String(error.message).split("\n").slice(0, 3).join(" "));
			await page.screenshot({ path: `${out}${shot.name}-${name}-failed.png` }).catch(() => {});
		}
		for (const line of wrong) console.log(`${shot.name} ${name}: ${line}`);
		failures += wrong.length;
		await context.close();
	}
}
await browser.close();
fixture.close();
console.log(
	`${failures === 0 ? "all pages are clean" : `${failures} findings`}, pictures in e2e/out; ${calls.length} sample calls`,
);
process.exit(failures === 0 ? 0 : 1);
