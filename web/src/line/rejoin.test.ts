import { describe, expect, it } from "vitest";
import { afterError, ownLine, SleepWatch, waitBefore } from "./rejoin";

it("tries again soon, then every four seconds", () => {
	expect([0, 1, 2, 3, 4, 40].map(waitBefore)).toEqual([300, 700, 1500, 3000, 4000, 4000]);
});

it("takes its own line over only while the server cannot have noticed the loss", () => {
	expect([ownLine(500), ownLine(6000), ownLine(6001)]).toEqual([true, true, false]);
});

describe("after a fatal error", () => {
	it("looks once more whether the line is still taken, then asks", () => {
		expect(afterError("conflict", 0, false)).toEqual({ do: "again", inMS: 1200 });
		expect(afterError("conflict", 1, false)).toEqual({ do: "ask" });
	});
	it("never fights another page for the call", () => expect(afterError("taken_over", 0, true)).toEqual({ do: "taken" }));
	it("waits for room in a call that went on, and not before it began", () => {
		expect(afterError("busy", 0, true)).toEqual({ do: "again", inMS: 3000 });
		expect(afterError("busy", 0, false)).toEqual({ do: "fail" });
	});
	it.each(["forbidden", "not_found", "ended", "version", "something new"])("ends it for %s", (code) =>
		expect(afterError(code, 0, true)).toEqual({ do: "fail" }),
	);
});

it("tells sleep from a busy second", () => {
	const watch = new SleepWatch(1000);
	expect([watch.tick(2000), watch.tick(5500), watch.tick(40_000), watch.tick(41_000)]).toEqual([false, false, true, false]);
});
