import { describe, expect, it } from "vitest";
import { read } from "../api/read";
import type { Grade } from "../api/types";
import { floorSentences } from "./DebriefParts";

const grade = read.call({
	call: { id: "c", status: "ended", grade_status: "graded" },
	grade: { floor: { talk_share: 0.5, talk_overs: 0, longest_monologue_ms: null, response_gap_p50_ms: null, dead_air_ms: null } },
}).grade as Grade;

describe("floorSentences", () => {
	it("credits backchannels that showed the other side it was heard", () => {
		expect(floorSentences(grade, false, 1).join(" ")).toContain("Once you showed that you were listening");
		expect(floorSentences(grade, false, 3).join(" ")).toContain("3 times you showed that you were listening");
	});
	it("blames nobody for keeping silent", () => {
		expect(floorSentences(grade, false, 0)).toHaveLength(2);
		expect(floorSentences(grade, false, 0).join(" ")).not.toContain("listening");
	});
	it("says nothing of it for a call by typing", () => expect(floorSentences(grade, true, 3)).toHaveLength(1));
});
