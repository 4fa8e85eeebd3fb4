import { useEffect, useMemo, useState } from "preact/hooks";
import { api } from "../api/client";
import { type Followed, follow, followStart, settled } from "../api/follow";
import type { CallDetail, Peaks } from "../api/types";
import { points } from "../grade/report";
import { Player } from "../sound/player";
import { text } from "../text/en";
import type { EvidenceMark } from "../timeline/Timeline";
import { useLoad } from "./load";

/** How long a call is to draw: its own length, and never shorter than its sound or its last word. */
export function lengthOf(detail: CallDetail): number {
	const last = Math.max(0, ...detail.turns.map((turn) => turn.end_ms), ...detail.curve.map((point) => point.at_ms));
	return Math.max(1000, detail.call.duration_ms, detail.sound.available ? detail.sound.duration_ms : 0, last);
}

/** True while more of this call is still to come. */
export const open = (detail: CallDetail): boolean =>
	!settled(detail.call.status, detail.grade_status) && detail.call.status !== "ready";

/** A call, read anew whenever the server says that it or its grade has moved on. */
export function useCall(id: string) {
	const load = useLoad(`call ${id}`, () => api.call(id));
	const [followed, setFollowed] = useState<Followed>(followStart);
	const waiting = load.state === "ready" && open(load.value);
	const { reload } = load;
	// biome-ignore lint/correctness/useExhaustiveDependencies: reload only asks for a new round
	useEffect(() => {
		if (!waiting) return;
		let last = "";
		return follow(id, (now) => {
			setFollowed(now);
			const key = `${now.call}/${now.grade}`;
			if (key !== last && last !== "") reload();
			else if (settled(now.call, now.grade)) reload();
			last = key;
		});
	}, [id, waiting]);
	return { ...load, followed, waiting };
}

/** The player of a call's sound, one for as long as the call's sound stays the same. */
export function usePlayer(detail: CallDetail, startMS = 0): { player: Player; durationMS: number } {
	const durationMS = lengthOf(detail);
	const url = detail.sound.available && detail.call.status !== "live" ? api.soundUrl(detail.call.id) : null;
	// biome-ignore lint/correctness/useExhaustiveDependencies: where the cursor starts matters once
	const player = useMemo(() => new Player(url, durationMS, startMS), [url, durationMS]);
	useEffect(() => () => player.close(), [player]);
	return { player, durationMS };
}

/** The call's peaks once they are there; null without sound. */
export function usePeaks(detail: CallDetail): Peaks | null {
	const [peaks, setPeaks] = useState<Peaks | null>(null);
	const { id } = detail.call;
	const wanted = detail.sound.available;
	useEffect(() => {
		if (!wanted) return;
		let current = true;
		api.peaks(id).then(
			(found) => current && setPeaks(found),
			// Without peaks the lanes show the turns alone; sound and words are not touched by that.
			() => {},
		);
		return () => {
			current = false;
		};
	}, [id, wanted]);
	return peaks;
}

/** The numbered marks of a graded call, in the same order on every page: 1 helped, 2 and 3 are next steps. */
export function evidenceMarks(detail: CallDetail, anchors: boolean): EvidenceMark[] {
	const { strength, steps } = points(detail);
	const marks: EvidenceMark[] = [];
	[strength, ...steps].forEach((point, i) => {
		if (!point?.quote) return;
		const name = text.dimensions[point.dimension].name;
		marks.push({
			n: i + 1,
			good: i === 0,
			label: i === 0 ? `${text.debrief.helped}: ${name}` : text.debrief.nextStep(name),
			fromMS: point.quote.fromMS,
			toMS: point.quote.toMS,
			anchor: anchors ? `e${i + 1}` : null,
		});
	});
	return marks;
}
