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
		const state = fold([live, { type: "media_lost" }, live]);
		expect(state.phase).toBe("live");
		expect(state.liveAt).toBe(1000);
	});

	it("follows the floor", () => {
		expect(fold([live, { type: "floor", holder: "customer", at_ms: 10 }]).floor).toBe("customer");
	});

	it("replaces a turn's caption by its later one, but a final one never by a stale one", () => {
		const state = fold([caption(1, "Hello"), caption(0, "Hi"), caption(1, "Hello there", true), caption(1, "Hell")]);
		expect(state.lines.map((l) => l.text)).toEqual(["Hi", "Hello there"]);
	});

	it("comes back from a lost line, and says so by its quality", () => {
		const lost = fold([live, { type: "media_lost" }]);
		expect([lost.phase, lost.quality]).toEqual(["lost", "lost"]);
		expect(fold([{ type: "quality", quality: "good" }], lost).quality).toBe("lost");
		expect(fold([{ type: "media_back" }], lost).phase).toBe("live");
	});

	it("fails when the socket closes under a live call, and remembers that something was said", () => {
		const state = fold([live, { type: "socket_closed" }]);
		expect([state.phase, state.wasLive]).toEqual(["failed", true]);
	});

	it("takes the socket's close after the end as part of the end", () => {
		const state = fold([live, { type: "ended", ending: "hung_up", by: "customer", reason: "" }, { type: "socket_closed" }]);
		expect(state.phase).toBe("ended");
		expect(state.ended?.ending).toBe("hung_up");
	});

	it("goes on after an error that is not fatal, and stops at one that is", () => {
		expect(fold([live, { type: "error", code: "busy", message: "Slow.", fatal: false }]).phase).toBe("live");
		const state = fold([{ type: "error", code: "token", message: "The ticket is used up.", fatal: true }]);
		expect([state.phase, state.trouble]).toEqual(["failed", "The ticket is used up."]);
	});
});
