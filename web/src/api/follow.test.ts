import { afterEach, expect, test, vi } from "vitest";
import { type Followed, follow } from "./follow";

class Source {
	static last: Source;
	closed = false;
	heard: Record<string, (event: { data: string }) => void> = {};
	constructor() {
		Source.last = this;
	}
	addEventListener(name: string, take: (event: { data: string }) => void) {
		this.heard[name] = take;
	}
	close() {
		this.closed = true;
	}
	/** As from a server: nothing comes through once it is closed. */
	send(name: string, status: string) {
		if (!this.closed) this.heard[name]?.({ data: JSON.stringify({ status }) });
	}
}
afterEach(() => vi.unstubAllGlobals());

test("a call that has just ended is followed on until its grade is given", () => {
	vi.stubGlobal("EventSource", Source);
	const seen: string[] = [];
	const stop = follow("c1", (now: Followed) => seen.push(`${now.call}/${now.grade}`));
	for (const [name, status] of [
		["call", "live"],
		["grade", "none"],
		["call", "ended"],
		["grade", "pending"],
		["grade", "graded"],
	] as const)
		Source.last.send(name, status);
	expect(seen.at(-1)).toBe("ended/graded");
	Source.last.heard.error?.({ data: "" });
	expect(seen).toHaveLength(5);
	stop();
	expect(Source.last.closed).toBe(true);
});

test("a stream that breaks before the grade says so", () => {
	vi.stubGlobal("EventSource", Source);
	let now: Followed | null = null;
	follow("c1", (state) => {
		now = state;
	});
	Source.last.send("call", "ended");
	Source.last.send("grade", "pending");
	Source.last.heard.error?.({ data: "" });
	expect(now).toMatchObject({ connected: false, grade: "pending" });
});
