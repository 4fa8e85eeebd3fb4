import { FRAME } from "../frame";

/** Samples of 48 kHz. */
const MS = 48;
/** A frame that is this much later than usual is late … */
const LATE = 30 * MS;
/** … and when all have been for so long, they were not held up on their way: the audio thread had stood still. */
const SURE_MS = 500;
/** The clock of a sound card runs slow by up to 0.3 in a thousand. The server follows that; it is no standstill. */
const CREEP = 0.0005;

/**
 * Gives frames of the microphone their timestamps. They count samples, so that the page's own delays move nothing; but a
 * graph that stood still (a busy machine, a suspended page, sleep) has lost time, which has to show, or all that is said
 * afterwards would be placed too early.
 */
export class CaptureClock {
	private at = -FRAME;
	private usual: number | null = null;
	private before = 0;
	private late: { since: number; least: number } | null = null;

	/** The timestamp of the frame that came now, in samples of 48 kHz, not wrapped. */
	next(nowMS: number): number {
		this.at += FRAME;
		const behind = nowMS * MS - this.at;
		this.usual = Math.min(behind, (this.usual ?? behind) + Math.min(nowMS - this.before, 20) * MS * CREEP);
		this.before = nowMS;
		if (behind - this.usual <= LATE) {
			this.late = null;
			return this.at;
		}
		this.late = { since: this.late?.since ?? nowMS, least: Math.min(behind, this.late?.least ?? behind) };
		if (nowMS - this.late.since >= SURE_MS) {
			this.at += Math.round(this.late.least - this.usual);
			this.late = null;
		}
		return this.at;
	}
}
