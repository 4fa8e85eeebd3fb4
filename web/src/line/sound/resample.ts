/** Zero crossings of the kernel on each side: the pass band is flat to 0.1 dB up to about 85 % of the lower rate's half. */
const CROSSINGS = 16;
/** The kernel is kept for so many positions between two samples; in between it is interpolated. */
const PHASES = 64;

/** Changes the rate of a stream of samples, block by block, without a seam between the blocks. */
export class Resampler {
	private readonly step: number;
	private readonly half: number;
	private readonly kernel: Float32Array[];
	private tail: Float32Array<ArrayBuffer>;
	/** Where the next sample is taken, in samples of `tail`. */
	private at: number;

	constructor(
		readonly fromHz: number,
		readonly toHz: number,
	) {
		this.step = fromHz / toHz;
		const cutoff = Math.min(1, toHz / fromHz) * 0.94;
		this.half = Math.ceil(CROSSINGS / cutoff);
		this.kernel = Array.from({ length: PHASES + 1 }, (_, p) => kernelAt(p / PHASES, this.half, cutoff));
		this.tail = new Float32Array(new ArrayBuffer(this.half * 2 * 4));
		this.at = this.half;
	}

	/** Delay in samples of the input. */
	get delay(): number {
		return this.fromHz === this.toHz ? 0 : this.half;
	}

	/** The samples at the new rate that this block makes possible. */
	push(block: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
		if (this.fromHz === this.toHz) return block;
		const input = new Float32Array(new ArrayBuffer((this.tail.length + block.length) * 4));
		input.set(this.tail);
		input.set(block, this.tail.length);
		const n = Math.max(0, Math.ceil((input.length - this.half - this.at) / this.step));
		const out = new Float32Array(new ArrayBuffer(n * 4));
		for (let i = 0; i < n; i++) out[i] = this.sample(input, this.at + i * this.step);
		const next = this.at + n * this.step;
		const keepFrom = Math.max(0, Math.floor(next) - this.half);
		this.tail = input.slice(keepFrom);
		this.at = next - keepFrom;
		return out;
	}

	private sample(input: Float32Array, position: number): number {
		const whole = Math.floor(position);
		const phase = (position - whole) * PHASES;
		const p = Math.floor(phase);
		const low = this.kernel[p] as Float32Array;
		const high = this.kernel[p + 1] as Float32Array;
		const part = phase - p;
		let sum = 0;
		const first = whole - this.half + 1;
		for (let k = 0; k < this.half * 2; k++) {
			const tap = (low[k] as number) * (1 - part) + (high[k] as number) * part;
			sum += (input[first + k] ?? 0) * tap;
		}
		return sum;
	}
}

/** A windowed sinc whose taps stand `fraction` of a sample before each input sample; its sum is 1. */
function kernelAt(fraction: number, half: number, cutoff: number): Float32Array {
	const taps = new Float32Array(half * 2);
	let sum = 0;
	for (let k = 0; k < taps.length; k++) {
		const x = k - half + 1 - fraction;
		const sinc = x === 0 ? 1 : Math.sin(Math.PI * x * cutoff) / (Math.PI * x * cutoff);
		const window = Math.abs(x) >= half ? 0 : 0.5 + 0.5 * Math.cos((Math.PI * x) / half);
		taps[k] = sinc * window;
		sum += taps[k] as number;
	}
	return taps.map((t) => t / sum);
}
