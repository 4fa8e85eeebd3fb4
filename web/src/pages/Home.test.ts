import { describe, expect, it } from "vitest";
import { read } from "../api/read";
import type { CallSummary, ScenarioCard } from "../api/types";
import { statusOf, suggest } from "./Home";

const scenario = (slug: string, difficulty: number) => ({ slug, difficulty }) as ScenarioCard;
const call = (more: Partial<CallSummary>) => read.calls({ calls: [{ status: "ended", ...more }] })[0] as CallSummary;

describe("suggest", () => {
	const all = [scenario("severe", 4), scenario("calm", 1)];
	it("begins with the easiest", () => expect(suggest(all, [])?.slug).toBe("calm"));
	it("goes on with somebody new", () => expect(suggest(all, [call({ scenario: "calm" })])?.slug).toBe("severe"));
	it("comes back to whom you have not spoken with for longest", () => {
		const calls = [
			call({ scenario: "calm", created_at: "2026-11-19T10:00:00Z" }),
			call({ scenario: "severe", created_at: "2026-11-12T10:00:00Z" }),
		];
		expect(suggest(all, calls)?.slug).toBe("severe");
	});
	it("suggests nobody from an empty library", () => expect(suggest([], [])).toBeNull());
});

it.each([
	[{ grade_status: "graded", overall: 4 }, "4.0 of 5"],
	[{ grade_status: "graded", overall: null }, "Graded"],
	[{ grade_status: "pending" }, "Being read"],
	[{ grade_status: "not_gradable" }, "Not gradable"],
	[{ status: "live" }, "In progress"],
	[{ status: "cut", grade_status: "not_gradable" }, "Cut off"],
	[{ status: "cut", grade_status: "graded", overall: 3.2 }, "Cut off, 3.2 of 5"],
] as [Partial<CallSummary>, string][])("a call that is %j reads %s", (more, words) =>
	expect(statusOf(call(more)).words).toBe(words),
);
