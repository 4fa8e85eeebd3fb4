// When a follow-up takes place and how it is told. Pure.
import type { FollowUp, ScenarioCard } from "../api/types";
import { text } from "../text/en";
import { firstName, weekday } from "../text/format";

const t = text.people.followUp;

/** "P3D" → 3; what is not a number of days or weeks is 0. */
export function daysOf(iso: string): number {
	const found = /^P(?:(\d+)W)?(?:(\d+)D)?$/.exec(iso);
	return found ? 7 * Number(found[1] ?? 0) + Number(found[2] ?? 0) : 0;
}

/** The day on which it takes place, "Sunday 22 November"; empty while the first call was not held. */
export function dayOf(followUp: FollowUp): string {
	const held = Date.parse(followUp.held_at ?? "");
	if (!followUp.open || Number.isNaN(held)) return "";
	return weekday(new Date(held + daysOf(followUp.after) * 86_400_000).toISOString());
}

/** Each person who calls again and remembers the trainee's own call, one sentence each. */
export function awaited(scenarios: ScenarioCard[]): string[] {
	return scenarios.flatMap((s) => {
		if (!s.follow_up?.open) return [];
		const who = s.persona.pronouns.split("/")[0] || "they";
		return [t.opens(firstName(s.persona.name), who, dayOf(s.follow_up))];
	});
}
