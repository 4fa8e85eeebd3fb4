import { describe, expect, it } from "vitest";
import { actionOf } from "./keys";

const press = (key: string, more = {}) =>
	actionOf({ key, ctrlKey: false, metaKey: false, altKey: false, taken: false, onButton: false, ...more });

describe("replay keys", () => {
	it.each([
		[" ", { do: "toggle" }],
		["k", { do: "toggle" }],
		["j", { do: "move", byMS: -5000 }],
		["L", { do: "move", byMS: 5000 }],
		["ArrowRight", { do: "move", byMS: 1000 }],
		["ArrowUp", { do: "turn", by: -1 }],
		["?", { do: "help" }],
		["x", null],
	])("%s", (key, action) => expect(press(key)).toEqual(action));

	it("leaves Space to a focused button, but not K", () => {
		expect(press(" ", { onButton: true })).toBeNull();
		expect(press("k", { onButton: true })).toEqual({ do: "toggle" });
	});

	it("leaves every key to fields, and combinations to the browser", () => {
		expect(press("j", { taken: true })).toBeNull();
		expect(press("l", { ctrlKey: true })).toBeNull();
	});
});
