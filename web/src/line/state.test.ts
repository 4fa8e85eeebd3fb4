import { describe, expect, it } from "vitest";
import type { ServerMessage } from "./messages";
import { foldLine, type LineState, type LocalEvent, lineStart } from "./state";

const fold = (events: (ServerMessage | LocalEvent)[], from: LineState = lineStart) =>
	events.reduce((state, event, i) => foldLine(state, event, 1000 + i), from);
const live: ServerMessage = { type: "state", state: "live" };
const caption = (turn: number, text: string, final = false): ServerMessage => ({
	type: "caption",
	speaker: "customer",
	turn,
	text,
	final,
	at_ms: 0,
});

describe("foldLine", () => {
	it("is live once, and keeps the time it first was", () => {
		const state = fold([live, { type: "line_lost" }, live]);
		expect(state.phase).toBe("live");
		expect(state.liveAt).toBe(1000);
	});

	it("stands still while it asks, goes on when told to, and shows help for as long as it is wanted", () => {
		const asking = fold([live, { type: "safety", on: true }]);
		expect(asking.safety).toBe("asking");
		expect(
			fold(
				[
					{ type: "safety_answered", goOn: true },
					{ type: "safety", on: false },
				],
				asking,
			).safety,
		).toBe("");
		const ended: ServerMessage = { type: "ended", ending: "abandoned", by: "trainee", reason: "hung up" };
		expect(fold([{ type: "safety_answered", goOn: false }, { type: "safety", on: false }, ended], asking).safety).toBe("help");
	});

	it("follows the floor", () => {
		expect(fold([live, { type: "floor", holder: "customer", at_ms: 10 }]).floor).toBe("customer");
	});

	it("replaces a turn's caption by its later one, but a final one never by a stale one", () => {
		const state = fold([caption(1, "Hello"), caption(0, "Hi"), caption(1, "Hello there", true), caption(1, "Hell")]);
		expect(state.lines.map((l) => l.text)).toEqual(["Hi", "Hello there"]);
	});

	it("comes back from a lost line, and says so by its quality", () => {
		const lost = fold([live, { type: "line_lost" }]);
		expect([lost.phase, lost.quality]).toEqual(["lost", "lost"]);
		expect(fold([{ type: "quality", quality: "good" }], lost).quality).toBe("lost");
		expect(fold([{ type: "line_back" }], lost).phase).toBe("live");
	});

	it("gives up in the end, and remembers that something was said", () => {
		const state = fold([live, { type: "line_lost" }, { type: "gave_up" }]);
		expect([state.phase, state.wasLive]).toEqual(["failed", true]);
	});

	it("counts the loss from its first moment, and anew after it was back", () => {
		const lost = fold([live, { type: "line_lost" }, { type: "line_lost" }]);
		expect(lost.lostAt).toBe(1001);
		expect(fold([{ type: "line_back" }, { type: "line_lost" }], lost).lostAt).toBe(1001);
		expect(fold([live], lost)).toMatchObject({ phase: "live", lostAt: 0 });
		expect(fold([{ type: "line_lost" }]).phase).toBe("connecting");
	});

	it("holds as long as the server says so, and keeps the time of a hold that changes its kind", () => {
		const words = fold([live, { type: "held", on: true, by: "words", at_ms: 1 }]);
		expect(words.held).toEqual({ by: "words", since: 1001 });
		const button = foldLine(words, { type: "held", on: true, by: "button", at_ms: 2 }, 5000);
		expect(button.held).toEqual({ by: "button", since: 1001 });
		expect(foldLine(button, { type: "held", on: false, by: "button", at_ms: 3 }, 6000).held).toBeNull();
	});

	it("learns from the call's clock since when a call goes on that it joined later", () => {
		const state = fold([live, { type: "floor", holder: "free", at_ms: 90_000 }]);
		expect(state.liveAt).toBe(1001 - 90_000);
		expect(fold([live, { type: "floor", holder: "free", at_ms: 500 }]).liveAt).toBe(1000);
	});

	it("asks when the call is elsewhere, says when it was taken, and can go on from both", () => {
		expect(fold([{ type: "conflict" }]).phase).toBe("conflict");
		expect(fold([{ type: "conflict" }, { type: "joining" }]).phase).toBe("connecting");
		const taken = fold([live, { type: "held", on: true, by: "button", at_ms: 1 }, { type: "taken" }]);
		expect([taken.phase, taken.held]).toEqual(["taken", null]);
		expect(fold([{ type: "joining" }], taken).phase).toBe("lost");
	});

	it("shows advice until it was seen", () => {
		const state = fold([live, { type: "advice", code: "echo" }]);
		expect(state.advice).toBe("echo");
		expect(fold([{ type: "advice_seen" }], state).advice).toBe("");
	});

	it("takes the socket's close after the end as part of the end", () => {
		const state = fold([live, { type: "ended", ending: "hung_up", by: "customer", reason: "" }, { type: "line_lost" }]);
		expect(state.phase).toBe("ended");
		expect(state.ended?.ending).toBe("hung_up");
	});

	it("shows an error that is not fatal; what becomes of a fatal one is the line's to say", () => {
		expect(fold([live, { type: "error", code: "busy", message: "Slow.", fatal: false }])).toMatchObject({
			phase: "live",
			trouble: "Slow.",
		});
		expect(fold([live, { type: "error", code: "conflict", message: "Elsewhere.", fatal: true }])).toMatchObject({
			phase: "live",
			trouble: "",
		});
		const state = fold([{ type: "refused", trouble: "The ticket is used up." }]);
		expect([state.phase, state.trouble]).toEqual(["failed", "The ticket is used up."]);
	});
});
