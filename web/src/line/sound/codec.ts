import { type Codec, FRAME, PCM_DOWN_HZ, PCM_UP_HZ, pcmOf, samplesOf } from "../frame";
import { RATE } from "./jitter";
import { Resampler } from "./resample";

/** Turns frames of the microphone into payloads, in order. */
export interface Encoder {
	/** The rate that it takes, in Hz; 20 ms at a time. */
	readonly hz: number;
	encode(samples: Float32Array<ArrayBuffer>): void;
	close(): void;
}

/** Turns payloads into samples of 48 kHz, in order. `at` is the payload's timestamp, not wrapped. */
export interface Decoder {
	decode(payload: Uint8Array<ArrayBuffer>, at: number): void;
	close(): void;
}

const opusUp: AudioEncoderConfig = {
	codec: "opus",
	sampleRate: RATE,
	numberOfChannels: 1,
	bitrate: 28_000,
	opus: { frameDuration: 20_000, complexity: 5 },
};
const opusDown: AudioDecoderConfig = { codec: "opus", sampleRate: RATE, numberOfChannels: 1 };

/** The better codec that this browser has. A browser that claims Opus and cannot do it is caught here, not in the call. */
export async function bestCodec(): Promise<Codec> {
	try {
		if (typeof AudioEncoder === "undefined" || typeof AudioDecoder === "undefined") return "pcm16";
		const [up, down] = await Promise.all([AudioEncoder.isConfigSupported(opusUp), AudioDecoder.isConfigSupported(opusDown)]);
		return up.supported && down.supported ? "opus" : "pcm16";
	} catch {
		return "pcm16";
	}
}

export function encoderOf(codec: Codec, onPayload: (payload: Uint8Array<ArrayBuffer>) => void, onBroken: () => void): Encoder {
	if (codec === "pcm16") {
		return { hz: PCM_UP_HZ, encode: (samples) => onPayload(pcmOf(samples)), close: () => {} };
	}
	const encoder = new AudioEncoder({
		output: (chunk) => {
			const payload = new Uint8Array(chunk.byteLength);
			chunk.copyTo(payload);
			onPayload(payload);
		},
		error: onBroken,
	});
	encoder.configure(opusUp);
	let at = 0;
	return {
		hz: RATE,
		encode: (data) => {
			if (encoder.state !== "configured") return;
			const sound = new AudioData({
				format: "f32",
				sampleRate: RATE,
				numberOfFrames: data.length,
				numberOfChannels: 1,
				timestamp: microseconds(at),
				data,
			});
			at += data.length;
			encoder.encode(sound);
			sound.close();
		},
		close: () => encoder.state !== "closed" && encoder.close(),
	};
}

export function decoderOf(
	codec: Codec,
	onSamples: (samples: Float32Array<ArrayBuffer>, at: number) => void,
	onBroken: () => void,
): Decoder {
	if (codec === "pcm16") {
		const resampler = new Resampler(PCM_DOWN_HZ, RATE);
		return { decode: (payload, at) => onSamples(resampler.push(samplesOf(payload)), at), close: () => {} };
	}
	const decoder = new AudioDecoder({
		output: (sound) => {
			const samples = new Float32Array(new ArrayBuffer(sound.numberOfFrames * 4));
			sound.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
			onSamples(samples, Math.round((sound.timestamp * RATE) / 1e6));
			sound.close();
		},
		error: onBroken,
	});
	decoder.configure(opusDown);
	return {
		decode: (data, at) => {
			if (decoder.state !== "configured") return;
			decoder.decode(new EncodedAudioChunk({ type: "key", timestamp: microseconds(at), duration: microseconds(FRAME), data }));
		},
		close: () => decoder.state !== "closed" && decoder.close(),
	};
}

const microseconds = (samples: number) => Math.round((samples * 1e6) / RATE);
