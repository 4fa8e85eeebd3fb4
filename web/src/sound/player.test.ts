import { describe, expect, it } from "vitest";
import { nextSpeed, Player, within } from "./player";

describe("nextSpeed", () => {
	it("walks the list and stops at its ends", () => {
		expect(nextSpeed(1, 1)).toBe(1.25);
		expect(nextSpeed(1, -1)).toBe(0.75);
		expect(nextSpeed(2, 1)).toBe(2);
		expect(nextSpeed(0.5, -1)).toBe(0.5);
	});
});

it("keeps times inside the call", () => {
	expect([within(-5, 100), within(50, 100), within(500, 100)]).toEqual([0, 50, 100]);
});

describe("a player without sound", () => {
	it("still moves its cursor, and never plays", () => {
		const player = new Player(null, 60_000, 83_200);
		expect(player.currentTime.value).toBe(60_000);
		player.seek(12_345);
		player.toggle();
		expect([player.currentTime.value, player.playing.value, player.hasSound]).toEqual([12_345, false, false]);
		player.close();
	});
});
