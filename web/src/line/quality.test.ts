import { expect, it } from "vitest";
import { qualityOf, socketQuality } from "./quality";

const base = { packets: 1000, lost: 10, jitterMS: 5, roundTripMS: 20 };

it.each([
	["a clean stretch", { ...base, packets: 1100 }, "good"],
	["four lost in a hundred", { ...base, packets: 1096, lost: 14 }, "unsteady"],
	["a tenth lost", { ...base, packets: 1090, lost: 20 }, "poor"],
	["much jitter", { ...base, packets: 1100, jitterMS: 90 }, "poor"],
	["a long way round", { ...base, packets: 1100, roundTripMS: 300 }, "unsteady"],
	["nothing received", base, "unknown"],
] as const)("%s is %s", (_, now, word) => expect(qualityOf(base, now)).toBe(word));

const figures = { played: 96_000, depth: 1920, target: 1920, gaps: 0, concealed: 0, skipped: 0 };
const before = { figures, dropped: 0 };

it.each([
	["sound that comes in time", {}, 0, 20, "good"],
	["a moment that had to be made up", { concealed: 48 * 60 }, 0, 20, "unsteady"],
	["a fifth of a second made up", { concealed: 48 * 200 }, 0, 20, "poor"],
	["a socket that takes no more", {}, 10, 20, "poor"],
	["much that has to wait", { target: 48 * 150 }, 0, 20, "unsteady"],
	["a long way round", {}, 0, 600, "poor"],
	["nothing played yet", { played: -1 }, 0, 20, "unknown"],
] as const)("on the socket, %s is %s", (_, more, dropped, trip, word) =>
	expect(socketQuality(before, { figures: { ...figures, ...more }, dropped }, trip)).toBe(word),
);
