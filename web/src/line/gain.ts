/** Below this many decibels the customer counts as silent: volume 0. */
export const SILENT_DB = -60;

/** Linear volume (0–1) of a level in decibels; 0 dB and above is 1. */
export function volumeOf(db: number): number {
	if (db <= SILENT_DB) return 0;
	return Math.min(1, 10 ** (db / 20));
}

export interface GainStep {
	/** Milliseconds after the ramp's start. */
	atMS: number;
	/** Linear volume, 0–1. */
	volume: number;
}

/**
 * The volumes of a ramp from one linear volume to a level in decibels, at most stepMS apart. It is straight in volume:
 * the ear takes 20 ms as one movement, and it ends at true silence. The last step stands at rampMS exactly.
 */
export function gainSchedule(from: number, toDb: number, rampMS: number, stepMS = 10): GainStep[] {
	const to = volumeOf(toDb);
	const steps = Math.max(1, Math.ceil(rampMS / stepMS));
	return Array.from({ length: steps }, (_, i) => {
		const part = (i + 1) / steps;
		return { atMS: Math.max(0, rampMS) * part, volume: part === 1 ? to : from + (to - from) * part };
	});
}

/**
 * Moves the volume of the element that the customer's voice comes from. The element itself is turned down, not a node
 * behind it, because the browser's echo canceller listens to the element.
 */
export class Gain {
	private timer: ReturnType<typeof setTimeout> | undefined;

	constructor(private readonly element: Pick<HTMLMediaElement, "volume" | "muted">) {}

	/** Ramps to db within rampMS milliseconds. A new ramp takes over from wherever the old one is. */
	ramp(db: number, rampMS: number): void {
		clearTimeout(this.timer);
		const steps = gainSchedule(this.element.volume, db, rampMS);
		const started = performance.now();
		const next = (i: number) => {
			// A late timer takes the step that is due now, so the ramp ends on time.
			const elapsed = performance.now() - started;
			while (i < steps.length - 1 && (steps[i]?.atMS ?? 0) < elapsed) i++;
			const step = steps[i];
			if (!step) return;
			this.set(step.volume);
			const following = steps[i + 1];
			if (following) this.timer = setTimeout(() => next(i + 1), Math.max(0, following.atMS - elapsed));
		};
		next(0);
	}

	/** The element's volume now, 0–1. */
	get volume(): number {
		return this.element.volume;
	}

	close(): void {
		clearTimeout(this.timer);
	}

	private set(volume: number): void {
		this.element.volume = volume;
		// Some phones do not let a page set the volume; silence by muting works there too.
		this.element.muted = volume === 0;
	}
}
