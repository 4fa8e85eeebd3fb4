import { describe, expect, it } from "vitest";
import { missing, problemOf } from "./microphone";

describe("what is missing", () => {
	it("is the secure address before anything else, because it hides the rest", () => {
		expect(missing({ secure: false, devices: false, peers: true })).toBe("insecure");
	});
	it("is the browser when it has no microphones or no calls", () => {
		expect(missing({ secure: true, devices: false, peers: true })).toBe("unsupported");
		expect(missing({ secure: true, devices: true, peers: false })).toBe("unsupported");
	});
	it("is nothing when all is there", () => expect(missing({ secure: true, devices: true, peers: true })).toBeNull());
});

it.each([
	["NotAllowedError", "denied"],
	["NotFoundError", "none"],
	["OverconstrainedError", "none"],
	["NotReadableError", "busy"],
	["SomethingNewError", "other"],
])("%s means %s", (name, problem) => expect(problemOf(new DOMException("", name))).toBe(problem));
