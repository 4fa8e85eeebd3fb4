// The trainees' voices: each line spoken once by the program itself and kept in a cache folder.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./server.mjs";

/** A line as a WAV of 48 kHz mono: where it is kept, its bytes and its samples. */
export async function clipOf({ binary, assets, folder, speaker, line }) {
	mkdirSync(folder, { recursive: true });
	const name = createHash("sha256").update(`${speaker}\n${line}`).digest("hex").slice(0, 20);
	const path = join(folder, `${name}.wav`);
	if (!existsSync(path)) {
		const args = ["voices", "say", "--speaker", speaker, "--out", path, "--log-level", "warn"];
		if (assets) args.push("--assets", assets);
		const { code, err } = await run(binary, [...args, "--", line]);
		if (code !== 0) throw new Error(`the line “${line}” could not be spoken: ${err}`);
	}
	const bytes = readFileSync(path);
	const samples = samplesOf(bytes);
	const levels = levelsOf(samples);
	return { line, path, base64: bytes.toString("base64"), samples, levels, ms: samples.length / 48, onsetMS: onset(levels) };
}

/** The samples of a WAV of 16 bit, mono. */
export function samplesOf(bytes) {
	for (let at = 12; at + 8 <= bytes.length; ) {
		const size = bytes.readUInt32LE(at + 4);
		if (bytes.toString("ascii", at, at + 4) === "data") {
			const from = at + 8;
			const n = Math.min(size, bytes.length - from) >> 1;
			return Int16Array.from({ length: n }, (_, i) => bytes.readInt16LE(from + 2 * i));
		}
		at += 8 + size + (size & 1);
	}
	throw new Error("not a WAV file");
}

/** A WAV of 48 kHz mono from samples. */
export function wavOf(samples) {
	const bytes = Buffer.alloc(44 + samples.length * 2);
	bytes.write("RIFF", 0);
	bytes.writeUInt32LE(bytes.length - 8, 4);
	bytes.write("WAVEfmt ", 8);
	bytes.writeUInt32LE(16, 16);
	bytes.writeUInt16LE(1, 20);
	bytes.writeUInt16LE(1, 22);
	bytes.writeUInt32LE(48000, 24);
	bytes.writeUInt32LE(96000, 28);
	bytes.writeUInt16LE(2, 32);
	bytes.writeUInt16LE(16, 34);
	bytes.write("data", 36);
	bytes.writeUInt32LE(samples.length * 2, 40);
	for (let i = 0; i < samples.length; i++) bytes.writeInt16LE(samples[i], 44 + i * 2);
	return bytes;
}

/** Loudness of each 5 ms in dB of full scale. */
export function levelsOf(samples, size = 240) {
	const out = [];
	for (let at = 0; at + size <= samples.length; at += size) {
		let sum = 0;
		for (let i = at; i < at + size; i++) sum += (samples[i] / 32768) ** 2;
		out.push(10 * Math.log10(sum / size + 1e-12));
	}
	return out;
}

/** Milliseconds to the first of six 5 ms stretches in a row that are louder than −50 dB of full scale. */
function onset(levels) {
	const at = levels.findIndex((_, i) => i + 6 <= levels.length && levels.slice(i, i + 6).every((l) => l > -50));
	if (at < 0) throw new Error("the clip is silent");
	return at * 5;
}
