// Stand-ins for what a line needs of the browser. For tests alone.
import type { Engine } from "./sound/engine";
import type { JitterFigures } from "./sound/jitter";

export class FakeSocket extends EventTarget {
	readyState = 0;
	bufferedAmount = 0;
	sent: ({ type: string } & Record<string, unknown>)[] = [];
	frames: ArrayBuffer[] = [];
	send(data: string | ArrayBuffer) {
		if (typeof data === "string") this.sent.push(JSON.parse(data));
		else this.frames.push(data);
	}
	close() {
		this.readyState = 3;
	}
	open() {
		this.readyState = 1;
		this.dispatchEvent(new Event("open"));
	}
	/** Ends it as a lost network does, once that is noticed. */
	cut() {
		this.readyState = 3;
		this.dispatchEvent(new Event("close"));
	}
	say(message: object) {
		this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(message) }));
	}
	sound(data: ArrayBuffer) {
		this.dispatchEvent(new MessageEvent("message", { data }));
	}
	/** Answers the last ping. */
	pong() {
		const ping = this.sent.findLast((m) => m.type === "ping");
		if (ping) this.say({ type: "pong", n: ping.n });
	}
	types = () => this.sent.map((m) => m.type).filter((t) => t !== "ping");
	last = (type: string) => this.sent.findLast((m) => m.type === type);
}

export class FakeTrack extends EventTarget {
	enabled = true;
	muted = false;
	stopped = false;
	readyState = "live";
	constructor(
		readonly label = "Headset",
		private readonly deviceId = "headset",
	) {
		super();
	}
	getSettings = () => ({ deviceId: this.deviceId });
	stop() {
		this.stopped = true;
		this.readyState = "ended";
	}
}

export const streamOf = (track: FakeTrack) =>
	({ getAudioTracks: () => [track], getTracks: () => [track] }) as unknown as MediaStream;

export class FakePeer {
	connectionState = "new";
	signalingState = "stable";
	localDescription: { sdp: string } | null = null;
	remote = "";
	candidates: unknown[] = [];
	closed = false;
	replaced: unknown = null;
	offers: RTCOfferOptions[] = [];
	ontrack: ((event: unknown) => void) | null = null;
	onicecandidate: ((event: unknown) => void) | null = null;
	onconnectionstatechange: (() => void) | null = null;
	addTransceiver = () => ({
		sender: {
			replaceTrack: async (track: unknown) => {
				this.replaced = track;
			},
		},
	});
	createOffer = async (options: RTCOfferOptions) => {
		this.offers.push(options);
		return { type: "offer", sdp: "v=0 offer" };
	};
	setLocalDescription = async (d: { sdp: string }) => {
		this.localDescription = d;
	};
	setRemoteDescription = async (d: { sdp: string }) => {
		if (d.sdp === "broken") throw new Error("broken");
		this.remote = d.sdp;
	};
	addIceCandidate = async (c: unknown) => {
		this.candidates.push(c);
	};
	getStats = async () => new Map();
	close() {
		this.closed = true;
	}
	becomes(state: string) {
		this.connectionState = state;
		this.onconnectionstatechange?.();
	}
}

export class FakeEngine implements Engine {
	stream = {} as MediaStream;
	running = true;
	onState = () => {};
	hz = 0;
	mic: MediaStream | null = null;
	closed = false;
	heardAt: number | null = null;
	now: JitterFigures | null = null;
	playedFrames: { at: number; samples: Float32Array }[] = [];
	speak: (samples: Float32Array<ArrayBuffer>) => void = () => {};
	broken = false;
	async start(hz: number, onFrame: (samples: Float32Array<ArrayBuffer>) => void) {
		if (this.broken) throw new Error("no worklets here");
		this.hz = hz;
		this.speak = onFrame;
	}
	microphone(stream: MediaStream | null) {
		this.mic = stream;
	}
	play(at: number, samples: Float32Array<ArrayBuffer>) {
		this.playedFrames.push({ at, samples });
	}
	played = () => this.heardAt;
	figures = () => this.now;
	async resume() {}
	close() {
		this.closed = true;
	}
}

export class FakeDevices extends EventTarget {
	list: { kind: string; deviceId: string }[] = [{ kind: "audioinput", deviceId: "headset" }];
	async enumerateDevices() {
		return this.list as MediaDeviceInfo[];
	}
	become(...ids: string[]) {
		this.list = ids.map((deviceId) => ({ kind: "audioinput", deviceId }));
		this.dispatchEvent(new Event("devicechange"));
	}
}
