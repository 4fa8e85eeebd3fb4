import { type ReadonlySignal, type Signal, signal } from "@preact/signals";

export const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2] as const;

/** The next slower (−1) or faster (+1) speed, staying within the list. */
export function nextSpeed(rate: number, by: -1 | 1): number {
	const at = SPEEDS.findIndex((s) => s >= rate - 1e-6);
	return SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, (at < 0 ? SPEEDS.length - 1 : at) + by))] ?? 1;
}

/** Keeps a time inside a call. */
export const within = (ms: number, durationMS: number): number => Math.min(Math.max(0, ms), Math.max(0, durationMS));

/**
 * Plays a call's recording and owns the one time cursor: `currentTime`, in milliseconds of the call clock. Waveform,
 * transcript and curve all read it. Without a recording the cursor can still be moved.
 */
export class Player {
	readonly currentTime: ReadonlySignal<number>;
	readonly playing: ReadonlySignal<boolean>;
	readonly rate: ReadonlySignal<number>;
	/** The one stretch being played, null when the whole call is. */
	readonly range: ReadonlySignal<{ fromMS: number; toMS: number } | null>;
	/** True when the browser cannot play the recording. */
	readonly broken: ReadonlySignal<boolean>;

	private readonly time: Signal<number>;
	private readonly running = signal(false);
	private readonly speed = signal(1);
	private readonly failed = signal(false);
	private readonly audio: HTMLAudioElement | null;
	private readonly gone = new AbortController();
	private frame = 0;
	private readonly stretch = signal<{ fromMS: number; toMS: number } | null>(null);

	/** url null: no sound was kept. startMS is where the cursor stands at first. */
	constructor(
		url: string | null,
		readonly durationMS: number,
		startMS = 0,
	) {
		this.time = signal(within(startMS, durationMS));
		this.currentTime = this.time;
		this.playing = this.running;
		this.rate = this.speed;
		this.broken = this.failed;
		this.range = this.stretch;
		this.audio = url ? new Audio() : null;
		if (!this.audio || !url) return;
		const on = { signal: this.gone.signal };
		this.audio.preload = "metadata";
		this.audio.src = url;
		this.audio.currentTime = this.time.value / 1000;
		this.audio.addEventListener("play", () => this.started(), on);
		this.audio.addEventListener("pause", () => this.stopped(), on);
		this.audio.addEventListener("ended", () => this.stopped(), on);
		this.audio.addEventListener("error", () => this.fail(), on);
	}

	/** True when there is sound to play. */
	get hasSound(): boolean {
		return this.audio !== null && !this.failed.value;
	}

	play(): void {
		if (!this.audio || this.failed.value) return;
		if (this.time.value >= this.durationMS - 50) this.seek(0);
		this.stretch.value = null;
		this.start();
	}

	pause(): void {
		this.audio?.pause();
	}

	toggle(): void {
		if (this.running.value) this.pause();
		else this.play();
	}

	/** Plays one stretch and stops at its end. */
	playRange(fromMS: number, toMS: number): void {
		this.seek(fromMS);
		this.stretch.value = { fromMS, toMS };
		this.start();
	}

	/** Moves the cursor; a stretch that was playing no longer ends by itself. */
	seek(ms: number): void {
		this.time.value = within(ms, this.durationMS);
		this.stretch.value = null;
		if (this.audio) this.audio.currentTime = this.time.value / 1000;
	}

	setRate(rate: number): void {
		this.speed.value = rate;
		if (this.audio) this.audio.playbackRate = rate;
	}

	close(): void {
		this.gone.abort();
		cancelAnimationFrame(this.frame);
		if (this.audio) {
			this.audio.pause();
			this.audio.removeAttribute("src");
			this.audio.load();
		}
	}

	private start(): void {
		this.audio?.play().catch((error: unknown) => {
			// A pause that overtakes a play is no failure.
			if (!(error instanceof DOMException && error.name === "AbortError")) this.fail();
		});
	}

	private started(): void {
		this.running.value = true;
		cancelAnimationFrame(this.frame);
		const step = () => {
			if (!this.audio) return;
			const now = this.audio.currentTime * 1000;
			this.time.value = within(now, this.durationMS);
			if (now >= (this.stretch.value?.toMS ?? Number.POSITIVE_INFINITY)) this.audio.pause();
			else this.frame = requestAnimationFrame(step);
		};
		this.frame = requestAnimationFrame(step);
	}

	private stopped(): void {
		cancelAnimationFrame(this.frame);
		this.running.value = false;
		if (this.audio) this.time.value = within(this.audio.currentTime * 1000, this.durationMS);
	}

	private fail(): void {
		cancelAnimationFrame(this.frame);
		this.running.value = false;
		if (!this.gone.signal.aborted) this.failed.value = true;
	}
}
