// The texts about people in the library: who calls again, who has another temperament, and scenarios that cannot be read.
import { plural } from "./plural";

/** 3 → "three days", up to a fortnight in words. */
const days = (n: number): string => {
	const words = ["no days", "one day", "two days", "three days", "four days", "five days", "six days", "seven days"];
	return words[n] ?? `${n} days`;
};

export const people = {
	followUp: {
		/** Of a person whose first call was held; n: how many days later the second one takes place, 0 when it is not said. */
		opens: (name: string, who: string, n: number) =>
			`${name}’s follow-up is open: ${n > 0 ? `${days(n)} have passed` : "some time has passed"}, and ${who} will remember what you promised.`,
		card: (title: string, n: number, promises: number) =>
			`${n > 0 ? `${days(n).replace(/^./, (c) => c.toUpperCase())} after` : "After"} your call “${title}”. ${
				promises === 0 ? "You promised nothing then." : "What you promised then is remembered."
			}`,
		waits: (title: string) =>
			`Opens with your call “${title}”: from then on your own promises are remembered. Until then a colleague’s are.`,
		yours: "What you promised last time",
		theirs: (by: string) => `What ${by} promised last time`,
		colleague: "a colleague",
		when: (day: string, n: number) =>
			`From your call of ${day}. In this one ${n > 0 ? `${days(n)} have passed` : "some time has passed"}.`,
		hold: (n: number) =>
			`${n > 0 ? `${days(n).replace(/^./, (c) => c.toUpperCase())} ago` : "Earlier"}. You were not on that call:`,
		holdLink: (title: string) => `hold “${title}” first, and your own promises take the place of these.`,
		kept: "Kept",
		broken: "Not kept",
		nothing: "Nothing that is logged.",
		knows: (name: string) => `${name} knows this, and will bring it up.`,
	},
	variants: {
		title: "The same problem, another temperament",
		after: "Some days later",
	},
	problems: {
		title: (n: number) => plural(n, "One of your own scenarios has a mistake", `${n} of your own scenarios have mistakes`),
		kept: "Its last good version goes on: it can be called as before, without your latest changes.",
		left: "It is left out of the library until it is mended.",
		place: (file: string, line: string) => `${file}, line ${line}`,
		mend: "Mend what is named here, save the file, and look again. The server reads it anew by itself.",
		again: "Look again",
	},
	spoken: { sighs: "sighs", breath: "draws breath", pause: "pauses" } as Record<string, string>,
};
