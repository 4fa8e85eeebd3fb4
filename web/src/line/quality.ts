import { type JitterFigures, RATE } from "./sound/jitter";

export type Quality = "unknown" | "good" | "unsteady" | "poor" | "lost" | "typed";

/** What two readings of the browser's statistics say of the time between them. */
export interface Reading {
	packets: number;
	lost: number;
	jitterMS: number;
	roundTripMS: number;
}

/** A word for how the line is, from what changed since the reading before. No packets in between says nothing. */
export function qualityOf(before: Reading | null, now: Reading): Quality {
	const packets = now.packets - (before?.packets ?? 0);
	const lost = Math.max(0, now.lost - (before?.lost ?? 0));
	if (packets + lost <= 0) return "unknown";
	const loss = lost / (packets + lost);
	if (loss > 0.08 || now.jitterMS > 80 || now.roundTripMS > 500) return "poor";
	if (loss > 0.02 || now.jitterMS > 40 || now.roundTripMS > 250) return "unsteady";
	return "good";
}

/** Reads what qualityOf needs from a peer connection's statistics. */
export function readStats(stats: RTCStatsReport): Reading {
	const reading: Reading = { packets: 0, lost: 0, jitterMS: 0, roundTripMS: 0 };
	for (const entry of stats.values() as IterableIterator<Record<string, unknown>>) {
		const value = (key: string) => (typeof entry[key] === "number" ? (entry[key] as number) : 0);
		if (entry.type === "inbound-rtp") {
			reading.packets += value("packetsReceived");
			reading.lost += value("packetsLost");
			reading.jitterMS = Math.max(reading.jitterMS, value("jitter") * 1000);
		} else if (entry.type === "candidate-pair" && entry.nominated === true) {
			reading.roundTripMS = Math.max(reading.roundTripMS, value("currentRoundTripTime") * 1000);
		}
	}
	return reading;
}

/**
 * The same word for a line on the socket, where nothing is lost but things come late: how much sound had to be made up
 * or was not taken by the socket, how much has to wait, and how long an answer takes.
 */
export function socketQuality(
	before: { figures: JitterFigures; dropped: number } | null,
	now: { figures: JitterFigures; dropped: number },
	roundTripMS: number,
): Quality {
	if (now.figures.played < 0) return "unknown";
	const concealedMS = ((now.figures.concealed - (before?.figures.concealed ?? 0)) * 1000) / RATE;
	const dropped = now.dropped - (before?.dropped ?? 0);
	const waitMS = (now.figures.target * 1000) / RATE;
	if (concealedMS > 160 || dropped > 8 || waitMS > 250 || roundTripMS > 500) return "poor";
	if (concealedMS > 40 || dropped > 1 || waitMS > 120 || roundTripMS > 250) return "unsteady";
	return "good";
}
