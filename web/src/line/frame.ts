/** Sound that goes over the signalling socket: one frame of 20 ms a message, after a header of 8 bytes. */
export type Codec = "opus" | "pcm16";

/** Samples of one frame at 48 kHz, and the step of its timestamp. */
export const FRAME = 960;
/** Rate of PCM16 from the microphone and from the customer, in Hz. */
export const PCM_UP_HZ = 16_000;
export const PCM_DOWN_HZ = 24_000;

const VERSION = 1;
const HEADER = 8;
const codes: Record<Codec, number> = { opus: 1, pcm16: 2 };

export interface Frame {
	codec: Codec;
	/** Counts frames, 16 bit. */
	sequence: number;
	/** 48 kHz samples, 32 bit. */
	timestamp: number;
	payload: Uint8Array<ArrayBuffer>;
}

export function encodeFrame(frame: Frame): ArrayBuffer {
	const bytes = new Uint8Array(HEADER + frame.payload.length);
	const view = new DataView(bytes.buffer);
	view.setUint8(0, VERSION);
	view.setUint8(1, codes[frame.codec]);
	view.setUint16(2, frame.sequence & 0xffff);
	view.setUint32(4, frame.timestamp >>> 0);
	bytes.set(frame.payload, HEADER);
	return bytes.buffer;
}

/** Reads a frame; null for what is none or of a version or codec that is not known here. */
export function decodeFrame(data: ArrayBuffer): Frame | null {
	if (data.byteLength <= HEADER) return null;
	const view = new DataView(data);
	const codec = view.getUint8(1) === codes.opus ? "opus" : view.getUint8(1) === codes.pcm16 ? "pcm16" : null;
	if (view.getUint8(0) !== VERSION || !codec) return null;
	return { codec, sequence: view.getUint16(2), timestamp: view.getUint32(4), payload: new Uint8Array(data, HEADER) };
}

/** Samples (−1…1) as little-endian 16 bit. */
export function pcmOf(samples: Float32Array): Uint8Array<ArrayBuffer> {
	const view = new DataView(new ArrayBuffer(samples.length * 2));
	samples.forEach((s, i) => {
		view.setInt16(i * 2, Math.round(Math.max(-1, Math.min(1, s)) * 32767), true);
	});
	return new Uint8Array(view.buffer);
}

/** Little-endian 16 bit as samples. A lone byte at the end is left out. */
export function samplesOf(payload: Uint8Array): Float32Array<ArrayBuffer> {
	const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
	const out = new Float32Array(new ArrayBuffer((payload.byteLength >> 1) * 4));
	for (let i = 0; i < out.length; i++) out[i] = view.getInt16(i * 2, true) / 32768;
	return out;
}

/** A 32-bit timestamp as one that does not wrap, nearest to the one before. */
export function unwrap(timestamp: number, before: number): number {
	const step = ((timestamp - before) | 0) as number;
	return before + step;
}
