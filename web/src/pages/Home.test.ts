import { expect, it } from "vitest";
import { read } from "../api/read";
import type { CallSummary } from "../api/types";
import { statusOf } from "./Home";

const call = (more: Partial<CallSummary>) => read.calls({ calls: [{ status: "ended", ...more }] })[0] as CallSummary;

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
