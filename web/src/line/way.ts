import type { Codec } from "./frame";
import type { ClientMessage, ServerMessage, Want } from "./messages";
import type { Quality } from "./quality";
import type { Engine } from "./sound/engine";
import type { Hooks, Transport } from "./transport";
import { PeerSound } from "./webrtc";
import { SocketSound } from "./websocket";

/** When no sound passes by WebRTC: the socket is made ready for it, and takes it. */
const PREPARE_AFTER_MS = 2_000;
const SWITCH_AFTER_MS = 3_500;
/** A socket that does not answer now is asked again after this. */
const ASK_AGAIN_MS = 1_000;

/** What a way needs from the line it belongs to. */
export interface Road {
	send(message: ClientMessage): boolean;
	sendFrame(data: ArrayBuffer): boolean;
	/** Whether the signalling socket stands and answers. */
	answers(): boolean;
	roundTripMS(): number;
	microphone(): MediaStream | null;
	remote(stream: MediaStream): void;
	up(): void;
	down(): void;
	blocked(on: boolean): void;
	/** Sound goes over the socket from now on. */
	switched(): void;
	/** No way is left on this socket. */
	stuck(): void;
}

/** What a way needs from the browser. */
export interface Means {
	peer(config: RTCConfiguration): RTCPeerConnection;
	engine(): Engine;
	codec(): Promise<Codec>;
}

/**
 * How sound travels: by WebRTC, and over the signalling socket when that does not come up within 3.5 s, fails for good, or
 * is not wanted at all; there in plain samples from the moment that the browser's Opus breaks. One transport lives at a
 * time; one that was let go is not heard any more.
 */
export class Way {
	private transport: Transport | null = null;
	private ready: Engine | null = null;
	/** The switch was asked for, and no sound has come that way yet. */
	private asked = false;
	/** Opus broke on this page, and does not mend itself. */
	private opusBroke = false;
	private timers: ReturnType<typeof setTimeout>[] = [];

	constructor(
		/** What is wanted, and after the switch what is used. */
		public want: Want,
		private readonly road: Road,
		private readonly means: Means,
	) {}

	/** The codec of sound on the socket. */
	codec(): Promise<Codec> {
		return this.opusBroke ? Promise.resolve("pcm16") : this.means.codec();
	}

	/** Begins after the welcome. */
	async start(): Promise<void> {
		this.drop();
		if (this.want === "webrtc") this.startPeer();
		if (this.want === "websocket") this.startSocket(await this.codec());
	}

	frame(data: ArrayBuffer): void {
		this.transport?.frame(data);
	}

	receive(message: ServerMessage): void {
		this.transport?.receive(message).catch(() => void this.switchOver());
	}

	async microphone(stream: MediaStream): Promise<void> {
		await this.transport?.microphone(stream);
	}

	heard(): number | null {
		return this.transport?.heard() ?? null;
	}

	/** How the line has been since this was asked last; null while there is none. */
	async quality(): Promise<Quality | null> {
		const { transport } = this;
		const quality = await transport?.quality();
		return quality && transport === this.transport ? quality : null;
	}

	async resume(): Promise<void> {
		await this.transport?.resume();
	}

	renew(): void {
		this.transport?.renew().catch(() => {});
	}

	/** Lets sound go over the signalling socket from now on, because it finds no other way. */
	async switchOver(): Promise<void> {
		const before = this.transport;
		if (!before || this.want !== "webrtc") return;
		this.disarm();
		const codec = await this.codec();
		if (before !== this.transport || this.want !== "webrtc") return;
		if (!this.road.answers()) {
			this.timers = [setTimeout(() => void this.switchOver(), ASK_AGAIN_MS)];
			return;
		}
		this.want = "websocket";
		this.road.switched();
		this.toSocket(codec);
	}

	/** The server does not take sound over the socket. */
	refused(): void {
		if (this.asked) this.road.stuck();
	}

	/** Lets the transport go; start() makes another. */
	drop(): void {
		this.disarm();
		this.transport?.close();
		this.transport = null;
	}

	close(): void {
		this.drop();
		this.ready?.close();
		this.ready = null;
	}

	private startPeer(): void {
		const peer: PeerSound = new PeerSound(
			this.hooks(() => peer),
			this.means.peer,
		);
		this.transport = peer;
		this.arm();
		peer.start(this.road.microphone()).catch(() => void this.switchOver());
	}

	private toSocket(codec: Codec): void {
		this.asked = true;
		this.road.send({ type: "switch", want: "websocket", codec });
		this.startSocket(codec);
	}

	private startSocket(codec: Codec): void {
		this.transport?.close();
		this.transport = null;
		const engine = this.ready ?? this.means.engine();
		this.ready = null;
		let sound: SocketSound;
		try {
			sound = new SocketSound(
				this.hooks(() => sound),
				engine,
				codec,
			);
		} catch {
			engine.close();
			this.broke(codec);
			return;
		}
		this.transport = sound;
		sound.start(this.road.microphone()).catch(() => this.transport === sound && this.road.stuck());
	}

	/** The codec broke. What it had to do goes on without it, once: plain samples cannot break. */
	private broke(codec: Codec): void {
		if (codec === "pcm16") {
			this.road.stuck();
			return;
		}
		this.opusBroke = true;
		this.toSocket("pcm16");
	}

	/** Makes the socket ready for sound, and uses it, unless sound passes before. */
	private arm(): void {
		this.disarm();
		const prepare = () => {
			this.ready ??= this.means.engine();
			void this.means.codec();
		};
		this.timers = [setTimeout(prepare, PREPARE_AFTER_MS), setTimeout(() => void this.switchOver(), SWITCH_AFTER_MS)];
	}

	private disarm(): void {
		for (const timer of this.timers.splice(0)) clearTimeout(timer);
	}

	private hooks(whose: () => Transport): Hooks {
		const { road } = this;
		const mine = () => this.transport === whose();
		return {
			send: (message) => mine() && road.send(message),
			sendFrame: (data) => mine() && road.sendFrame(data),
			remote: (stream) => mine() && road.remote(stream),
			up: () => {
				if (!mine()) return;
				this.disarm();
				this.asked = false;
				this.ready?.close();
				this.ready = null;
				road.up();
			},
			down: (broken) => {
				if (!mine()) return;
				road.down();
				if (this.want === "webrtc") this.arm();
				else if (broken && this.transport instanceof SocketSound) this.broke(this.transport.codec);
			},
			blocked: (on) => mine() && road.blocked(on),
			roundTripMS: () => road.roundTripMS(),
		};
	}
}
