import { expect, test } from "vitest";
import type { FollowUp, ScenarioCard } from "../api/types";
import { awaited, dayOf, daysOf } from "./followUp";

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

test("a follow-up takes place so many days after the call that it follows", () => {
	expect(dayOf(followUp({}))).toBe("Sunday 22 November");
	expect(dayOf(followUp({ open: false }))).toBe("");
	expect(dayOf(followUp({ held_at: undefined }))).toBe("");
});

test("who calls again is told once the first call was held", () => {
	expect(awaited([later({})])).toEqual([
		"Maya’s follow-up takes place on Sunday 22 November, and she will remember what you promised.",
	]);
	expect(awaited([later({ held_at: undefined })])[0]).toContain("is open, and she will remember");
	expect(awaited([later({ open: false })])).toEqual([]);
});
