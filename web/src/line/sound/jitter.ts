import { FRAME } from "../frame";

/** All counts are samples of 48 kHz. */
export const RATE = 48_000;
const MS = RATE / 1000;

/** The least and the most that is kept waiting, in samples. */
const LEAST = 40 * MS;
const MOST = 400 * MS;
/** A seam between two places in the sound takes so long, so that it does not click. */
const SEAM = 5 * MS;
/** What stands in for missing sound fades to nothing within this. */
const CONCEAL = 60 * MS;
/** A hole in the timestamps of up to this is kept as time; a longer one is skipped. */
const HOLE = 100 * MS;
/** More than this above the wanted depth is skipped in a pause, and more than EXCESS anywhere. */
const SPARE = 40 * MS;
const EXCESS = 240 * MS;
/** Beyond this the line had stood still, and what came of it in one heap is skipped at once. */
const HEAP = 1000 * MS;
/** Late frames are remembered for so many frames (5 s): the depth goes down slowly, and up at once. */
const MEMORY = 250;
/** Below this, a frame counts as a pause. */
const PAUSE = 0.003;

interface Queued {
	/** Timestamp of the first sample, not wrapped. */
	at: number;
	samples: Float32Array;
}

/** What a jitter buffer did since it was made. */
export interface JitterFigures {
	/** Timestamp of the sample played last, not wrapped; −1 before the first. */
	played: number;
	/** Samples waiting, and samples that should wait. */
	depth: number;
	target: number;
	/** How often the sound ran out, how many samples were made up for it, and how many were skipped. */
	gaps: number;
	concealed: number;
	skipped: number;
}

/**
 * Evens out the arrival of frames. It begins to play when enough is waiting, makes up sound where none has come, makes
 * pauses shorter or longer until as much waits as should, and never jumps between two samples: each seam is a crossfade.
 * Pure: `now` is the player's own clock in samples.
 */
export class Jitter {
	private queue: Queued[] = [];
	/** Timestamp of the next sample to be played, while playing. */
	private at = -1;
	private playing = false;
	private target = LEAST;
	private arrivals: number[] = [];
	/** The last 10 ms that were played, as a ring. */
	private readonly history = new Float32Array(10 * MS);
	private newest = 0;
	private frozen = new Float32Array(0);
	private made = 0;
	private seam: { from: Float32Array; done: number } | null = null;
	private gaps = 0;
	private concealed = 0;
	private skipped = 0;
	private last = -1;
	/** Samples of silence still to be put into a pause. */
	private waits = 0;

	/** Takes one frame. `at` is its timestamp, not wrapped, `now` the moment of its arrival. */
	push(at: number, samples: Float32Array, now: number): void {
		this.arrived(now - at);
		const late = this.playing && at + samples.length <= this.at;
		if (late || this.queue.some((q) => q.at === at)) return;
		const after = this.queue.findIndex((q) => q.at > at);
		if (after < 0) this.queue.push({ at, samples });
		else this.queue.splice(after, 0, { at, samples });
	}

	/** Fills a block of the output. */
	pull(out: Float32Array): void {
		this.settle();
		for (let i = 0; i < out.length; i++) {
			const value = this.next();
			out[i] = value;
			this.history[this.newest] = value;
			this.newest = (this.newest + 1) % this.history.length;
		}
	}

	figures(): JitterFigures {
		const { last: played, target, gaps, concealed, skipped } = this;
		return { played, depth: this.depth(), target, gaps, concealed, skipped };
	}

	/** The wanted depth: how much later than the earliest the latest of the last frames came, and a frame. */
	private arrived(delay: number): void {
		this.arrivals.push(delay);
		if (this.arrivals.length > MEMORY) this.arrivals.shift();
		const sorted = this.arrivals.toSorted((a, b) => a - b);
		const spread = (sorted[Math.floor((sorted.length - 1) * 0.98)] ?? 0) - (sorted[0] ?? 0);
		this.target = Math.min(MOST, Math.max(LEAST, spread + FRAME));
	}

	private depth(): number {
		const end = this.queue.at(-1);
		const first = this.playing ? this.at : (this.queue[0]?.at ?? 0);
		return end ? Math.max(0, end.at + end.samples.length - first) : 0;
	}

	/** Begins, jumps over a long hole, or skips what is too much; once a block. */
	private settle(): void {
		const first = this.queue[0];
		if (!first) return;
		if (!this.playing) {
			if (this.depth() < this.target) return;
			this.join(first.at, this.tail());
			this.playing = true;
			return;
		}
		if (first.at - this.at > HOLE) {
			this.join(first.at, this.tail());
			return;
		}
		const over = this.depth() - this.target;
		// In a pause nobody hears that it gets longer, and what is said next comes without a gap.
		if (over <= -FRAME && this.waits === 0 && this.pause(first)) this.waits = FRAME;
		if (this.seam || over <= SPARE) return;
		if (over > HEAP) {
			this.skipped += over;
			this.join(this.at + over, this.tail());
			return;
		}
		const second = this.queue[1];
		if (!second || first.at > this.at) return;
		if (over <= EXCESS && !this.pause(first)) return;
		const old = Float32Array.from({ length: SEAM }, (_, i) => first.samples[this.at - first.at + i] ?? 0);
		const to = this.at + FRAME;
		this.skipped += FRAME;
		this.join(to, old);
	}

	private pause(frame: Queued): boolean {
		return frame.at <= this.at && frame.samples.every((s) => Math.abs(s) < PAUSE);
	}

	/** Goes on at another place, out of what would have come. */
	private join(at: number, from: Float32Array): void {
		this.seam = { from, done: 0 };
		this.at = at;
		this.made = 0;
		while (this.queue[0] && this.queue[0].at + this.queue[0].samples.length <= at) this.queue.shift();
	}

	/** What concealment would play next, as the old side of a seam. */
	private tail(): Float32Array {
		return Float32Array.from({ length: SEAM }, (_, i) => this.madeUp(this.made + i));
	}

	private next(): number {
		if (!this.playing) return this.makeUp();
		if (this.waits > 0) {
			this.waits--;
			return 0;
		}
		const head = this.queue[0];
		if (!head) {
			this.gaps++;
			this.playing = false;
			return this.makeUp();
		}
		if (head.at > this.at) {
			// A hole within the sound: time goes on, made-up sound stands in.
			this.at++;
			return this.makeUp();
		}
		// Made-up sound goes over into the real one where it comes back by itself.
		if (this.made > 0 && !this.seam) {
			this.seam = { from: this.tail(), done: 0 };
			this.made = 0;
		}
		let value = head.samples[this.at - head.at] ?? 0;
		this.last = this.at;
		this.at++;
		if (this.at >= head.at + head.samples.length) this.queue.shift();
		if (this.seam) {
			const { from, done } = this.seam;
			const part = (done + 1) / (from.length + 1);
			value = value * part + (from[done] ?? 0) * (1 - part);
			this.seam.done++;
			if (this.seam.done >= from.length) this.seam = null;
		}
		return value;
	}

	private makeUp(): number {
		const value = this.madeUp(this.made);
		if (this.made < CONCEAL && this.last >= 0) this.concealed++;
		this.made++;
		return value;
	}

	/**
	 * The last 10 ms, there and back again, fading out: its first sample is the neighbour of the last one heard, so
	 * that nothing clicks.
	 */
	private madeUp(i: number): number {
		if (i >= CONCEAL) return 0;
		if (i === 0 && this.made === 0) {
			const n = this.history.length;
			this.frozen = Float32Array.from({ length: n }, (_, k) => this.history[(this.newest + k) % n] ?? 0);
		}
		const n = this.frozen.length;
		const turn = i % (2 * n);
		const back = turn < n ? n - 1 - turn : turn - n;
		return (this.frozen[back] ?? 0) * (1 - i / CONCEAL);
	}
}
