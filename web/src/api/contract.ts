// Checked by the compiler alone: every field that the app reads stands in the server's own description. When the server
// drops or renames one, `make generate` brings the news here and tsc names the field.
import type { components } from "./generated";
import type * as ours from "./types";

type Theirs = components["schemas"];
type Missing<Ours, Server> = Exclude<keyof Ours, keyof Server>;
type None<T extends never> = T;

export type Contract = [
	None<Missing<ours.Setup, Theirs["Setup"]>>,
	None<Missing<ours.Notice, Theirs["Notice"]>>,
	None<Missing<ours.ScenarioCard, Theirs["ScenarioCard"]>>,
	None<Missing<ours.FollowUp, Theirs["FollowUpCard"]>>,
	None<Missing<ours.Library, Theirs["ScenarioList"]>>,
	None<Missing<ours.ScenarioProblem, Theirs["ScenarioProblem"]>>,
	None<Missing<ours.Scenario, Theirs["ScenarioBrief"]>>,
	None<Missing<ours.NewCall, Theirs["NewCall"]>>,
	None<Missing<ours.JoinCall, Theirs["Joinable"]>>,
	None<Missing<ours.CallSummary, Theirs["CallSummary"]>>,
	None<Missing<ours.CallDetail, Theirs["CallDetail"]>>,
	None<Missing<ours.Turn, Theirs["Turn"]>>,
	None<Missing<ours.CurvePoint, Theirs["CurvePoint"]>>,
	None<Missing<ours.LedgerMark, Theirs["LedgerMark"]>>,
	None<Missing<ours.Grade, Theirs["Grade"]>>,
	None<Missing<ours.Peaks, Theirs["Peaks"]>>,
];
