import { type Codec, decodeFrame, encodeFrame, unwrap } from "./frame";
import { type Quality, socketQuality } from "./quality";
import { CaptureClock } from "./sound/captureClock";
import { type Decoder, decoderOf, type Encoder, encoderOf } from "./sound/codec";
import type { Engine } from "./sound/engine";
import type { JitterFigures } from "./sound/jitter";
import type { Hooks, Transport } from "./transport";

/** Sound as frames on the signalling socket: where nothing but the web gets through. */
export class SocketSound implements Transport {
	readonly kind = "websocket";
	private readonly encoder: Encoder;
	private readonly decoder: Decoder;
	private readonly clock = new CaptureClock();
	/** Timestamps of frames that the encoder has and has not given back. */
	private readonly stamps: number[] = [];
	private sequence = 0;
	/** Timestamp of the frame that came last, not wrapped; −1 before the first. */
	private newest = -1;
	private dropped = 0;
	private last: { figures: JitterFigures; dropped: number } | null = null;
	private closed = false;

	constructor(
		private readonly hooks: Hooks,
		private readonly engine: Engine,
		readonly codec: Codec,
		codecs = { encoderOf, decoderOf },
	) {
		const broken = () => !this.closed && hooks.down(true);
		this.encoder = codecs.encoderOf(codec, (payload) => this.sendPayload(payload), broken);
		this.decoder = codecs.decoderOf(codec, (samples, at) => !this.closed && engine.play(at, samples), broken);
	}

	async start(microphone: MediaStream | null): Promise<void> {
		const { engine } = this;
		engine.onState = () => this.hooks.blocked(!engine.running);
		engine.microphone(microphone);
		await engine.start(this.encoder.hz, (samples) => {
			if (this.closed) return;
			this.stamps.push(this.clock.next(performance.now()));
			this.encoder.encode(samples);
		});
		if (this.closed) return;
		this.hooks.remote(engine.stream);
		if (!engine.running) this.hooks.blocked(true);
	}

	async receive(): Promise<void> {}

	frame(data: ArrayBuffer): void {
		const frame = decodeFrame(data);
		if (!frame || frame.codec !== this.codec || this.closed) return;
		const first = this.newest < 0;
		const at = first ? frame.timestamp : unwrap(frame.timestamp, this.newest);
		this.newest = Math.max(this.newest, at);
		this.decoder.decode(frame.payload, at);
		if (first) this.hooks.up();
	}

	async microphone(stream: MediaStream): Promise<void> {
		this.engine.microphone(stream);
	}

	/** The socket is all there is; when that is gone, its owner joins anew. */
	async renew(): Promise<void> {}

	heard(): number | null {
		const at = this.engine.played();
		return at === null ? null : at >>> 0;
	}

	async quality(): Promise<Quality> {
		const figures = this.engine.figures();
		if (!figures) return "unknown";
		const { last, dropped } = this;
		this.last = { figures, dropped };
		return socketQuality(last, { figures, dropped }, this.hooks.roundTripMS());
	}

	async resume(): Promise<void> {
		await this.engine.resume();
		if (!this.engine.running) throw new Error("the browser holds the sound back");
	}

	close(): void {
		if (this.closed) return;
		this.closed = true;
		this.engine.onState = () => {};
		this.encoder.close();
		this.decoder.close();
		this.engine.close();
	}

	private sendPayload(payload: Uint8Array<ArrayBuffer>): void {
		const timestamp = this.stamps.shift();
		if (this.closed || timestamp === undefined) return;
		const { codec, sequence } = this;
		// A frame that cannot go now is lost, as on any line; the timestamps keep its place.
		if (!this.hooks.sendFrame(encodeFrame({ codec, sequence, timestamp, payload }))) this.dropped++;
		this.sequence = (sequence + 1) & 0xffff;
	}
}
