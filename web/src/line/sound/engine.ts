import captureUrl from "./capture.worklet?worker&url";
import type { JitterFigures } from "./jitter";
import { RATE } from "./jitter";
import playoutUrl from "./playout.worklet?worker&url";

/** What the sound of a WebSocket line needs from the browser; tests put their own in. */
export interface Engine {
	/** The customer's sound. */
	readonly stream: MediaStream;
	/** Loads what is needed and gives frames of 20 ms at hz from then on. */
	start(hz: number, onFrame: (samples: Float32Array<ArrayBuffer>) => void): Promise<void>;
	microphone(stream: MediaStream | null): void;
	play(at: number, samples: Float32Array<ArrayBuffer>): void;
	/** Timestamp of what leaves the loudspeaker now, not wrapped; null before the first. */
	played(): number | null;
	figures(): JitterFigures | null;
	/** Whether the browser lets it sound; `onState` is told of every change. */
	readonly running: boolean;
	onState: () => void;
	resume(): Promise<void>;
	close(): void;
}

/** The engine on the browser's audio graph: microphone → capture, playout → a stream for the audio element. */
export class WebAudioEngine implements Engine {
	readonly stream: MediaStream;
	onState = () => {};
	private readonly context: AudioContext;
	private readonly out: MediaStreamAudioDestinationNode;
	private capture: AudioWorkletNode | null = null;
	private playout: AudioWorkletNode | null = null;
	private source: MediaStreamAudioSourceNode | null = null;
	private last: (JitterFigures & { when: number }) | null = null;

	constructor() {
		// At the rate of the device: browsers differ in what they do with a microphone of another rate than the graph's.
		this.context = new AudioContext({ latencyHint: "interactive" });
		this.out = this.context.createMediaStreamDestination();
		this.out.channelCount = 1;
		this.stream = this.out.stream;
		this.context.onstatechange = () => this.onState();
	}

	get running(): boolean {
		return this.context.state === "running";
	}

	async start(hz: number, onFrame: (samples: Float32Array<ArrayBuffer>) => void): Promise<void> {
		await Promise.all([captureUrl, playoutUrl].map((url) => this.context.audioWorklet.addModule(url)));
		this.capture = new AudioWorkletNode(this.context, "capture", { numberOfOutputs: 1, processorOptions: { hz } });
		this.capture.port.onmessage = ({ data }: MessageEvent<Float32Array<ArrayBuffer>>) => onFrame(data);
		// A node that leads nowhere is not run; this one gives silence.
		const nowhere = this.context.createGain();
		nowhere.gain.value = 0;
		this.capture.connect(nowhere).connect(this.context.destination);
		this.playout = new AudioWorkletNode(this.context, "playout", { numberOfInputs: 0, outputChannelCount: [1] });
		this.playout.port.onmessage = ({ data }: MessageEvent<JitterFigures & { when: number }>) => {
			this.last = data;
		};
		this.playout.connect(this.out);
		if (this.source) this.source.connect(this.capture);
		// Resolves only once the browser lets it sound, so nobody waits for it.
		void this.resume();
	}

	microphone(stream: MediaStream | null): void {
		this.source?.disconnect();
		this.source = stream ? this.context.createMediaStreamSource(stream) : null;
		if (this.capture) this.source?.connect(this.capture);
	}

	play(at: number, samples: Float32Array<ArrayBuffer>): void {
		this.playout?.port.postMessage({ at, samples }, [samples.buffer]);
	}

	played(): number | null {
		if (!this.last || this.last.played < 0) return null;
		const since = Math.max(0, this.context.currentTime - this.last.when);
		const behind = (this.context.outputLatency || this.context.baseLatency || 0) - Math.min(since, 0.2);
		return Math.max(0, Math.round(this.last.played - behind * RATE));
	}

	figures(): JitterFigures | null {
		return this.last;
	}

	async resume(): Promise<void> {
		if (this.context.state !== "running") await this.context.resume().catch(() => {});
	}

	close(): void {
		this.context.onstatechange = null;
		if (this.capture) this.capture.port.onmessage = null;
		if (this.playout) this.playout.port.onmessage = null;
		this.source?.disconnect();
		void this.context.close().catch(() => {});
	}
}
