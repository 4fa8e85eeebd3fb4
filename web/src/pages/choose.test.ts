import { describe, expect, it } from "vitest";
import { read } from "../api/read";
import type { CallSummary, ScenarioCard } from "../api/types";
import { addressOf, filtered, filterOf, suggest, surprise } from "./choose";

const scenario = (slug: string, difficulty: number, more: Partial<ScenarioCard> = {}) =>
	({ slug, difficulty, industry: "retail", minutes: 6, skills: ["own"], ...more }) as ScenarioCard;
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

describe("surprise", () => {
	const one = (name: string) => ({ persona: { name, age: 30, pronouns: "" } });
	const all = [scenario("a", 1, one("A")), scenario("b", 2, one("B")), scenario("c", 3, one("C"))];
	const met = [call({ scenario: "a", created_at: "2026-11-19T10:00:00Z" })];
	it("is never somebody met while others are left", () =>
		expect([0, 0.49, 0.5, 0.999].map((n) => surprise(all, met, n)?.slug)).toEqual(["b", "b", "c", "c"]));
	it("is anybody once all were met", () => expect(surprise([scenario("a", 1, one("A"))], met, 0.7)?.slug).toBe("a"));
	it("is no face already known, and nobody who calls again", () => {
		const maya = { persona: { name: "Maya Torres", age: 34, pronouns: "she/her" } };
		const tom = { persona: { name: "Tom Hale", age: 27, pronouns: "he/him" } };
		const again = { of: "a", title: "", after: "P3D", open: true, promises: [] };
		const people = [
			scenario("a", 1, maya),
			scenario("b", 1, maya),
			scenario("c", 1, { ...maya, follow_up: again }),
			scenario("d", 1, tom),
		];
		const known = [call({ scenario: "a", persona_name: "Maya Torres", created_at: "2026-11-19T10:00:00Z" })];
		expect([0, 0.5, 0.999].map((n) => surprise(people, known, n)?.slug)).toEqual(["d", "d", "d"]);
		expect(surprise(people.slice(0, 3), known, 0.999)?.slug).toBe("b");
	});
	it("is nobody in an empty library", () => expect(surprise([], [], 0)).toBeNull());
});

describe("filtered", () => {
	const all = [
		scenario("short", 1, { minutes: 4, skills: ["listen"] }),
		scenario("long", 3, { minutes: 8, industry: "travel", skills: ["listen", "own"] }),
		scenario("middle", 3, { minutes: 6 }),
	];
	it.each([
		[{}, ["short", "long", "middle"]],
		[{ skill: "own" }, ["long", "middle"]],
		[{ industry: "travel" }, ["long"]],
		[{ difficulty: "3" }, ["long", "middle"]],
		[{ length: "short" }, ["short"]],
		[{ skill: "listen", difficulty: "3" }, ["long"]],
		[{ skill: "nonsense", length: "9" }, ["short", "long", "middle"]],
	])("an address with %j shows %j", (query, slugs) => expect(filtered(all, filterOf(query)).map((s) => s.slug)).toEqual(slugs));
	it("comes back from its own address", () => {
		const filter = filterOf({ skill: "own", difficulty: "2", industry: "home goods" });
		const query = Object.fromEntries(new URL(addressOf(filter), "http://localhost").searchParams);
		expect(filterOf(query)).toEqual(filter);
		expect(addressOf(filterOf({}))).toBe("/library");
	});
});
