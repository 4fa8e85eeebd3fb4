// How long after the first call a follow-up takes place, and how that is told. The days of a story are its own, so no date
// is worked out from the calendar. Pure.
import type { ScenarioCard } from "../api/types";
import { text } from "../text/en";
import { firstName } from "../text/format";

const t = text.people.followUp;

/** "P3D" → 3; what is not a number of days or weeks is 0. */
export function daysOf(iso: string): number {
	const found = /^P(?:(\d+)W)?(?:(\d+)D)?$/.exec(iso);
	return found ? 7 * Number(found[1] ?? 0) + Number(found[2] ?? 0) : 0;
}

/** Each person who calls again and remembers the trainee's own call, one sentence each. */
export function awaited(scenarios: ScenarioCard[]): string[] {
	return scenarios.flatMap((s) => {
		if (!s.follow_up?.open) return [];
		const who = s.persona.pronouns.split("/")[0] || "they";
		return [t.opens(firstName(s.persona.name), who, daysOf(s.follow_up.after))];
	});
}
