/** Root mean square of samples (−1…1) in decibels of full scale; −100 for silence. */
export function levelDb(samples: Float32Array<ArrayBuffer>): number {
	let sum = 0;
	for (const s of samples) sum += s * s;
	const rms = Math.sqrt(sum / Math.max(1, samples.length));
	return rms > 1e-5 ? 20 * Math.log10(rms) : -100;
}

/** A level as part of a meter, 0–1: −60 dB and below is 0, −10 dB and above is 1. */
export const meter = (db: number): number => Math.min(1, Math.max(0, (db + 60) / 50));

/** Above this level somebody speaks, for the words beside a meter. */
export const HEARD_DB = -42;

/** Whether the microphone hears the speakers: clearly louder during the tones than in the quiet before. */
export function hearsSpeakers(quietDb: number[], tonesDb: number[]): boolean {
	return median(tonesDb) - median(quietDb) > 9 && median(tonesDb) > -55;
}

function median(values: number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.floor(sorted.length / 2)] ?? -100;
}

/** Listens to streams. Owns the audio context and everything in it; close() gives it all back. */
export class Ear {
	private readonly context = new AudioContext();
	private readonly buffer = new Float32Array(new ArrayBuffer(1024 * 4));

	/** A function that reads the stream's level now, in decibels of full scale. */
	listen(stream: MediaStream): () => number {
		const source = this.context.createMediaStreamSource(stream);
		const analyser = this.context.createAnalyser();
		analyser.fftSize = this.buffer.length;
		source.connect(analyser);
		void this.context.resume();
		return () => {
			analyser.getFloatTimeDomainData(this.buffer);
			return levelDb(this.buffer);
		};
	}

	/**
	 * Plays three soft tones through an audio element, the way the customer's voice will come, and resolves when they are
	 * over. Rejects when the browser does not let them sound.
	 */
	async tones(): Promise<void> {
		const out = this.context.createMediaStreamDestination();
		const audio = new Audio();
		audio.srcObject = out.stream;
		await this.context.resume();
		await audio.play();
		const start = this.context.currentTime + 0.1;
		[440, 554, 659].forEach((pitch, i) => {
			const tone = this.context.createOscillator();
			const volume = this.context.createGain();
			const at = start + i * 0.4;
			tone.frequency.value = pitch;
			volume.gain.setValueAtTime(0, at);
			volume.gain.linearRampToValueAtTime(0.25, at + 0.04);
			volume.gain.setValueAtTime(0.25, at + 0.26);
			volume.gain.linearRampToValueAtTime(0, at + 0.34);
			tone.connect(volume).connect(out);
			tone.start(at);
			tone.stop(at + 0.36);
		});
		await new Promise((done) => setTimeout(done, 1400));
		audio.pause();
		audio.srcObject = null;
	}

	close(): void {
		void this.context.close();
	}
}
