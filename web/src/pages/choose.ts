// Whom to talk to next: what the library suggests, filters and picks. Pure; dates and chance come in.
import type { CallSummary, ScenarioCard } from "../api/types";

/** The scenario to suggest: one not called yet, the easiest first; otherwise the one whose last call is longest ago. */
export function suggest(scenarios: ScenarioCard[], calls: CallSummary[]): ScenarioCard | null {
	return scenarios.toSorted((a, b) => lastCall(a, calls) - lastCall(b, calls) || a.difficulty - b.difficulty)[0] ?? null;
}

/** When a scenario was last called, in milliseconds since 1970; 0: never. */
export function lastCall(scenario: ScenarioCard, calls: CallSummary[]): number {
	return Math.max(0, ...calls.filter((c) => c.scenario === scenario.slug).map((c) => Date.parse(c.created_at) || 1));
}

/**
 * Somebody whom the trainee has never met, by a number in 0…1. When nobody is left, a scenario never called; then any. Who
 * calls again about an earlier call is no surprise.
 */
export function surprise(scenarios: ScenarioCard[], calls: CallSummary[], chance: number): ScenarioCard | null {
	const first = scenarios.filter((s) => !s.follow_up);
	const fresh = first.filter((s) => lastCall(s, calls) === 0);
	const unmet = fresh.filter((s) => calls.every((c) => c.persona_name !== s.persona.name));
	const from = [unmet, fresh, first].find((list) => list.length > 0) ?? scenarios;
	return from[Math.min(from.length - 1, Math.floor(chance * from.length))] ?? null;
}

export const skills = ["acknowledge", "discover", "own", "resolve", "deescalate", "listen", "close"] as const;
export const lengths = ["short", "medium", "long"] as const;

/** What the address asks for; an empty word asks for anything. */
export interface Filter {
	skill: string;
	industry: string;
	difficulty: string;
	length: string;
}

/** Reads a filter from an address's query; words that mean nothing are left out. */
export function filterOf(query: Record<string, string | undefined>): Filter {
	const one = (value: string | undefined, of: readonly string[]) => (value !== undefined && of.includes(value) ? value : "");
	return {
		skill: one(query.skill, skills),
		industry: query.industry ?? "",
		difficulty: one(query.difficulty, ["1", "2", "3", "4"]),
		length: one(query.length, lengths),
	};
}

/** The address of the library with a filter. */
export function addressOf(filter: Filter): string {
	const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== "")).toString();
	return `/library${query === "" ? "" : `?${query}`}`;
}

/** Up to five minutes is short, up to seven medium. */
export function lengthOf(minutes: number): (typeof lengths)[number] {
	return minutes <= 5 ? "short" : minutes <= 7 ? "medium" : "long";
}

/** The scenarios that a filter lets through, in their order. */
export function filtered(scenarios: ScenarioCard[], filter: Filter): ScenarioCard[] {
	return scenarios.filter(
		(s) =>
			(filter.skill === "" || s.skills.includes(filter.skill)) &&
			(filter.industry === "" || s.industry === filter.industry) &&
			(filter.difficulty === "" || String(s.difficulty) === filter.difficulty) &&
			(filter.length === "" || lengthOf(s.minutes) === filter.length),
	);
}
