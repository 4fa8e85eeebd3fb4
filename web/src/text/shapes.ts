import type { DimensionName } from "../api/types";

/** A few words for each act, as they stand beside a mark. */
export type ActLabels = Record<string, string>;

/** A dimension's name, one thing to try next time, and one sentence for each of its levels 1–5. */
export type DimensionTexts = Record<
	DimensionName,
	{ name: string; next: string; levels: [string, string, string, string, string] }
>;
