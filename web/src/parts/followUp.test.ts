import { expect, test } from "vitest";
import type { FollowUp, ScenarioCard } from "../api/types";
import { awaited, daysOf } from "./followUp";

const followUp = (more: Partial<FollowUp>): FollowUp => ({
	of: "late-birthday-parcel",
	title: "A parcel that missed the day",
	after: "P3D",
	open: true,
	held_at: "2026-11-19T10:42:00Z",
	promises: [],
	...more,
});
const later = (more: Partial<FollowUp>): ScenarioCard => ({
	slug: "late-birthday-parcel-three-days-on",
	title: "Three days on",
	industry: "retail",
	difficulty: 2,
	minutes: 6,
	skills: [],
	story: "",
	persona: { name: "Maya Torres", age: 34, pronouns: "she/her" },
	follow_up: followUp(more),
});

test("days and weeks are counted; anything else is none", () => {
	expect(["P3D", "P1W", "P1W2D", "PT4H", ""].map(daysOf)).toEqual([3, 7, 9, 0, 0]);
});

test("who calls again is told once the first call was held", () => {
	expect(awaited([later({})])).toEqual([
		"Maya’s follow-up is open: three days have passed, and she will remember what you promised.",
	]);
	expect(awaited([later({ after: "" })])[0]).toContain("some time has passed");
	expect(awaited([later({ open: false })])).toEqual([]);
});
