// Cuts the microphone's sound into frames of 20 ms at the codec's rate, on the audio thread.
import { Resampler } from "./resample";

declare const sampleRate: number;
declare function registerProcessor(
	name: string,
	of: new (options: { processorOptions: { hz: number } }) => AudioWorkletProcessor,
): void;
declare class AudioWorkletProcessor {
	readonly port: MessagePort;
}

const BLOCK = 128;

const emptyFrame = (hz: number) => new Float32Array(new ArrayBuffer((hz / 50) * 4));

class Capture extends AudioWorkletProcessor {
	private readonly resampler: Resampler;
	private readonly quiet = new Float32Array(new ArrayBuffer(BLOCK * 4));
	private frame: Float32Array<ArrayBuffer>;
	private filled = 0;

	constructor({ processorOptions: { hz } }: { processorOptions: { hz: number } }) {
		super();
		this.resampler = new Resampler(sampleRate, hz);
		this.frame = emptyFrame(hz);
	}

	process(inputs: Float32Array[][]): boolean {
		const channels = inputs[0] ?? [];
		// Without a microphone there is silence, so that the call's clock has something to go by.
		const heard = channels[0] ? mono(channels) : this.quiet;
		for (const sample of this.resampler.push(heard)) {
			this.frame[this.filled++] = sample;
			if (this.filled < this.frame.length) continue;
			this.port.postMessage(this.frame, [this.frame.buffer]);
			this.frame = emptyFrame(this.resampler.toHz);
			this.filled = 0;
		}
		return true;
	}
}

function mono(channels: Float32Array[]): Float32Array<ArrayBuffer> {
	const out = new Float32Array(new ArrayBuffer((channels[0]?.length ?? 0) * 4));
	for (const channel of channels)
		for (let i = 0; i < out.length; i++) out[i] = (out[i] ?? 0) + (channel[i] ?? 0) / channels.length;
	return out;
}

registerProcessor("capture", Capture);
