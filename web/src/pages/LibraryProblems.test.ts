import { expect, test } from "vitest";
import { mistake } from "./LibraryProblems";

test("a mistake is told with its file and line", () => {
	expect(mistake("my-parcel/scenario.yaml:5:13: difficulty is 7: write 1 to 4")).toEqual({
		file: "my-parcel/scenario.yaml",
		line: "5",
		what: "difficulty is 7: write 1 to 4",
	});
});

test("a mistake without a place is told as it is", () => {
	expect(mistake("lines.yaml is missing")).toEqual({ file: "", line: "", what: "lines.yaml is missing" });
});
