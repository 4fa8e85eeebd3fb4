/** A slow, soft pattern: hertz of each note, null a rest; one note a step. */
const NOTES = [261.6, 329.6, 392, 523.3, 392, 329.6, null, null, 220, 261.6, 329.6, 440, 329.6, 261.6, null, null] as const;
const STEP_S = 0.55;
const VOLUME = 0.035;
const AHEAD_S = 1.5;

/**
 * Quiet music while somebody is on hold, made on this device: it is not sent, not recorded and not heard by the customer,
 * because the microphone is off in a hold. close() ends it softly.
 */
export class HoldMusic {
	private readonly context = new AudioContext();
	private readonly volume = this.context.createGain();
	private readonly timer: ReturnType<typeof setInterval>;
	private step = 0;
	private next = this.context.currentTime + 0.1;

	constructor() {
		this.volume.gain.value = VOLUME;
		this.volume.connect(this.context.destination);
		void this.context.resume();
		this.plan();
		this.timer = setInterval(() => this.plan(), 500);
	}

	close(): void {
		clearInterval(this.timer);
		this.volume.gain.setTargetAtTime(0, this.context.currentTime, 0.06);
		setTimeout(() => void this.context.close(), 400);
	}

	private plan(): void {
		while (this.next < this.context.currentTime + AHEAD_S) {
			const pitch = NOTES[this.step++ % NOTES.length];
			if (pitch) this.note(pitch, this.next);
			this.next += STEP_S;
		}
	}

	private note(pitch: number, at: number): void {
		const tone = this.context.createOscillator();
		const shape = this.context.createGain();
		tone.type = "triangle";
		tone.frequency.value = pitch;
		shape.gain.setValueAtTime(0, at);
		shape.gain.linearRampToValueAtTime(1, at + 0.08);
		shape.gain.exponentialRampToValueAtTime(0.001, at + STEP_S * 2.4);
		tone.connect(shape).connect(this.volume);
		tone.start(at);
		tone.stop(at + STEP_S * 2.5);
	}
}
