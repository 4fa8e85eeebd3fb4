import { expect, it } from "vitest";
import { qualityOf } from "./quality";

const base = { packets: 1000, lost: 10, jitterMS: 5, roundTripMS: 20 };

it.each([
	["a clean stretch", { ...base, packets: 1100 }, "good"],
	["four lost in a hundred", { ...base, packets: 1096, lost: 14 }, "fair"],
	["a tenth lost", { ...base, packets: 1090, lost: 20 }, "weak"],
	["much jitter", { ...base, packets: 1100, jitterMS: 90 }, "weak"],
	["a long way round", { ...base, packets: 1100, roundTripMS: 300 }, "fair"],
	["nothing received", base, "unknown"],
] as const)("%s is %s", (_, now, word) => expect(qualityOf(base, now)).toBe(word));
