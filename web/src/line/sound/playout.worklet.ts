// Plays frames through the jitter buffer, on the audio thread. A file of its own: the content security policy allows no
// script that is made on the page.
import { Jitter, RATE } from "./jitter";
import { Resampler } from "./resample";

declare const sampleRate: number;
declare const currentFrame: number;
declare const currentTime: number;
declare function registerProcessor(name: string, of: new () => AudioWorkletProcessor): void;
declare class AudioWorkletProcessor {
	readonly port: MessagePort;
}

const BLOCK = 128;
const REPORT_EVERY_S = 0.1;

class Playout extends AudioWorkletProcessor {
	private readonly jitter = new Jitter();
	private readonly resampler = sampleRate === RATE ? null : new Resampler(RATE, sampleRate);
	private readonly block = new Float32Array(new ArrayBuffer(BLOCK * 4));
	private waiting = new Float32Array(new ArrayBuffer(0));
	private reported = 0;

	constructor() {
		super();
		this.port.onmessage = ({ data }: MessageEvent<{ at: number; samples: Float32Array }>) =>
			this.jitter.push(data.at, data.samples, (currentFrame * RATE) / sampleRate);
	}

	process(_in: Float32Array[][], outputs: Float32Array[][]): boolean {
		const out = outputs[0]?.[0];
		if (!out) return true;
		if (!this.resampler) {
			this.jitter.pull(out);
		} else {
			while (this.waiting.length < out.length) {
				this.jitter.pull(this.block);
				const more = this.resampler.push(this.block);
				const all = new Float32Array(new ArrayBuffer((this.waiting.length + more.length) * 4));
				all.set(this.waiting);
				all.set(more, this.waiting.length);
				this.waiting = all;
			}
			out.set(this.waiting.subarray(0, out.length));
			this.waiting = this.waiting.slice(out.length);
		}
		if (currentTime - this.reported >= REPORT_EVERY_S) {
			this.reported = currentTime;
			this.port.postMessage({ ...this.jitter.figures(), when: currentTime });
		}
		return true;
	}
}

registerProcessor("playout", Playout);
