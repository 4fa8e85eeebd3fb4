import { expect, test } from "vitest";
import type { Scenario, ScenarioCard } from "../api/types";
import { relatives, withoutPromises } from "./BriefMore";

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

test("a follow-up's card leaves out what stands under the promises", () => {
	const rows = ["Thu, phone", "Last call", "Last call"].map((label) => ({ label, text: "" }));
	const brief = (promises: number, open: boolean) =>
		({
			...later,
			follow_up: { ...later.follow_up, open, promises: Array.from({ length: promises }, () => ({ what: "", kept: true })) },
			crm_card: { since: 0, orders: 0, rows: [], last_contacts: rows },
		}) as unknown as Scenario;
	const left = (s: Scenario) => withoutPromises(s).crm_card.last_contacts.length;
	expect([left(brief(2, true)), left(brief(0, true)), left(brief(2, false)), left(brief(0, false))]).toEqual([1, 2, 1, 3]);
});
