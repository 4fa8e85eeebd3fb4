import { expect, test } from "vitest";
import type { ScenarioCard } from "../api/types";
import { relatives } from "./BriefMore";

const card = (slug: string, more: Partial<ScenarioCard> = {}): ScenarioCard => ({
	slug,
	title: slug,
	industry: "retail",
	difficulty: 1,
	minutes: 5,
	skills: [],
	story: "",
	persona: { name: "Maya Torres", age: 34, pronouns: "she/her" },
	...more,
});
const first = card("parcel");
const hurry = card("parcel-in-a-hurry", { variant_of: "parcel" });
const later = card("parcel-later", {
	follow_up: { of: "parcel", title: "", after: "P3D", open: false, promises: [] },
});
const all = [first, hurry, later, card("other")];

test("one problem's temperaments and its follow-up know each other, whichever is open", () => {
	const slugs = (s: ScenarioCard) => relatives(s, all).map((r) => r.slug);
	expect(slugs(first)).toEqual(["parcel-in-a-hurry", "parcel-later"]);
	expect(slugs(hurry)).toEqual(["parcel", "parcel-later"]);
	expect(slugs(later)).toEqual(["parcel", "parcel-in-a-hurry"]);
	expect(slugs(card("other"))).toEqual([]);
});
