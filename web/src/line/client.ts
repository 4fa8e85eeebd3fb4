import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { Gain } from "./gain";
import { type ClientMessage, PROTOCOL, parseServer, type ServerMessage } from "./messages";
import { qualityOf, type Reading, readStats } from "./quality";
import { foldLine, type LineState, type LocalEvent, lineStart } from "./state";

/** What a line needs from the browser; tests put their own in. */
export interface Browser {
	socket(url: string): WebSocket;
	peer(config: RTCConfiguration): RTCPeerConnection;
}

export const realBrowser: Browser = {
	socket: (url) => new WebSocket(url),
	peer: (config) => new RTCPeerConnection(config),
};

export interface LineOptions {
	/** Path of the signalling socket. The token goes into hello, where no proxy logs it. */
	lineUrl: string;
	token: string;
	want: "webrtc" | "typing";
	/** The trainee's microphone; null when typing. The line owns it from here on and stops it at the end. */
	microphone: MediaStream | null;
	/** The element that the customer's voice comes from. */
	audio: HTMLAudioElement;
	captions: boolean;
	browser?: Browser;
}

const HEARD_EVERY_MS = 250;
const QUALITY_EVERY_MS = 2000;
const PING_EVERY_MS = 10_000;
/** After this long without being live, the connection is given up. */
const CONNECT_WITHIN_MS = 20_000;
/** A line that drops for longer than this is called anew, on the same socket; most come back by themselves before. */
const RESTART_AFTER_MS = 1_500;
/** After this long without sound the line counts as gone. */
const GIVE_UP_AFTER_MS = 20_000;

/** The constraints under which a microphone is opened for a call. */
export const microphoneConstraints = (deviceId: string): MediaStreamConstraints => ({
	audio: {
		echoCancellation: true,
		noiseSuppression: true,
		autoGainControl: true,
		channelCount: 1,
		...(deviceId ? { deviceId: { exact: deviceId } } : {}),
	},
});

/**
 * One call's line: the signalling socket, the peer connection, the microphone and the customer's sound. It owns all of
 * them: after close() no track, timer, socket or connection of it is left.
 */
export class LineClient {
	readonly state: ReadonlySignal<LineState>;
	/** The customer's sound once it is there, for the level ring. */
	readonly remote: Signal<MediaStream | null> = signal(null);
	readonly local: Signal<MediaStream | null>;

	private readonly current: Signal<LineState> = signal(lineStart);
	private readonly socket: WebSocket;
	private readonly gain: Gain;
	private readonly timers: ReturnType<typeof setInterval>[] = [];
	private readonly gone = new AbortController();
	private peer: RTCPeerConnection | null = null;
	private sender: RTCRtpSender | null = null;
	private early: RTCIceCandidateInit[] = [];
	private answered = false;
	private lastHeard = -1;
	private lastReading: Reading | null = null;
	private pings = 0;
	private restart: ReturnType<typeof setTimeout> | undefined;
	private giveUp: ReturnType<typeof setTimeout> | undefined;
	private closed = false;

	constructor(private readonly options: LineOptions) {
		this.state = this.current;
		this.local = signal(options.microphone);
		this.gain = new Gain(options.audio);
		options.audio.volume = 1;
		options.audio.muted = false;
		const url = new URL(options.lineUrl, location.href);
		url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
		this.socket = (options.browser ?? realBrowser).socket(url.href);
		const on = { signal: this.gone.signal };
		this.socket.addEventListener(
			"open",
			() => this.send({ type: "hello", v: PROTOCOL, token: options.token, want: options.want, client: `web/${PROTOCOL}` }),
			on,
		);
		this.socket.addEventListener("message", (event) => this.receive(event.data), on);
		this.socket.addEventListener("close", () => this.fold({ type: "socket_closed" }), on);
		if (options.microphone) this.watchMicrophone(options.microphone);
		this.every(PING_EVERY_MS, () => this.send({ type: "ping", n: ++this.pings }));
		this.timers.push(
			setTimeout(() => {
				if (!this.current.value.wasLive) this.fold({ type: "media_failed" });
			}, CONNECT_WITHIN_MS),
		);
		if (options.want === "typing") this.fold({ type: "quality", quality: "typed" });
	}

	/** Says a typed turn. False when the line cannot take it now. */
	say(words: string): boolean {
		const line = words.trim();
		if (line === "" || this.current.value.phase !== "live") return false;
		this.fold({ type: "said", text: line });
		return this.send({ type: "say", text: line });
	}

	mute(on: boolean): void {
		for (const track of this.local.value?.getAudioTracks() ?? []) track.enabled = !on;
		this.send({ type: "mute", on });
		this.fold({ type: "muted", on });
	}

	captions(on: boolean): void {
		this.send({ type: "captions", on });
	}

	/** Ends the call as the trainee's wish. The server answers with how it ended. */
	hangUp(): void {
		this.send({ type: "hangup" });
	}

	/** Puts another microphone on the line, after the old one went away. */
	async useMicrophone(stream: MediaStream): Promise<void> {
		const track = stream.getAudioTracks()[0];
		if (this.closed || !this.sender || !track) {
			for (const t of stream.getTracks()) t.stop();
			return;
		}
		stop(this.local.value);
		track.enabled = !this.current.value.muted;
		await this.sender.replaceTrack(track);
		this.local.value = stream;
		this.watchMicrophone(stream);
		this.fold({ type: "mic", trouble: "" });
	}

	/** Starts the customer's sound; needed again after the browser asked for a gesture. */
	async play(): Promise<void> {
		try {
			await this.options.audio.play();
			this.fold({ type: "play_blocked", blocked: false });
		} catch {
			if (!this.closed) this.fold({ type: "play_blocked", blocked: true });
		}
	}

	/** Takes everything down. Safe to call twice. */
	close(): void {
		if (this.closed) return;
		this.closed = true;
		this.gone.abort();
		for (const timer of this.timers) clearInterval(timer);
		clearTimeout(this.restart);
		clearTimeout(this.giveUp);
		this.gain.close();
		if (this.peer) {
			this.peer.ontrack = null;
			this.peer.onicecandidate = null;
			this.peer.onconnectionstatechange = null;
			this.peer.close();
		}
		stop(this.local.value);
		this.local.value = null;
		this.remote.value = null;
		this.options.audio.pause();
		this.options.audio.srcObject = null;
		this.socket.close(1000);
	}

	private receive(data: unknown): void {
		const message = parseServer(data);
		if (!message) return;
		this.fold(message);
		void this.act(message);
	}

	private async act(message: ServerMessage): Promise<void> {
		try {
			switch (message.type) {
				case "welcome":
					if (this.options.want === "webrtc") await this.offer();
					if (this.options.captions) this.captions(true);
					break;
				case "answer":
					await this.peer?.setRemoteDescription({ type: "answer", sdp: message.sdp });
					this.answered = true;
					for (const candidate of this.early.splice(0)) await this.peer?.addIceCandidate(candidate);
					break;
				case "candidate":
					if (this.answered) await this.peer?.addIceCandidate(message.candidate);
					else this.early.push(message.candidate);
					break;
				case "gain":
					this.gain.ramp(message.db, message.ramp_ms);
					break;
				default:
			}
		} catch {
			if (!this.closed) this.fold({ type: "media_failed" });
		}
	}

	private async offer(): Promise<void> {
		const peer = (this.options.browser ?? realBrowser).peer({ bundlePolicy: "max-bundle" });
		this.peer = peer;
		const track = this.options.microphone?.getAudioTracks()[0];
		const transceiver = peer.addTransceiver(track ?? "audio", { direction: "sendrecv" });
		this.sender = transceiver.sender;
		peer.ontrack = (event) => {
			const stream = event.streams[0] ?? new MediaStream([event.track]);
			this.options.audio.srcObject = stream;
			this.remote.value = stream;
			void this.play();
			this.every(HEARD_EVERY_MS, () => this.reportHeard(event.receiver));
			this.every(QUALITY_EVERY_MS, () => void this.measure(peer));
		};
		peer.onicecandidate = (event) => {
			if (event.candidate) this.send({ type: "candidate", candidate: event.candidate.toJSON() });
		};
		peer.onconnectionstatechange = () => {
			if (peer.connectionState === "connected") this.mediaBack();
			if (peer.connectionState === "disconnected") this.mediaLost(peer, RESTART_AFTER_MS);
			if (peer.connectionState === "failed") this.mediaLost(peer, 0);
		};
		await this.call(peer, {});
	}

	private async call(peer: RTCPeerConnection, options: RTCOfferOptions): Promise<void> {
		this.answered = false;
		await peer.setLocalDescription(await peer.createOffer(options));
		this.send({ type: "offer", sdp: peer.localDescription?.sdp ?? "" });
	}

	private mediaBack(): void {
		clearTimeout(this.restart);
		clearTimeout(this.giveUp);
		this.giveUp = undefined;
		this.fold({ type: "media_back" });
	}

	/** Waits for the line to come back, then asks for it anew, then gives it up. */
	private mediaLost(peer: RTCPeerConnection, restartInMS: number): void {
		this.fold({ type: "media_lost" });
		clearTimeout(this.restart);
		this.restart = setTimeout(() => {
			this.call(peer, { iceRestart: true }).catch(() => !this.closed && this.fold({ type: "media_failed" }));
		}, restartInMS);
		this.giveUp ??= setTimeout(() => this.fold({ type: "media_failed" }), GIVE_UP_AFTER_MS);
	}

	/** Tells the server how far the person has heard, by the RTP time of what plays now. */
	private reportHeard(receiver: RTCRtpReceiver): void {
		const rtp = receiver.getSynchronizationSources()[0]?.rtpTimestamp;
		if (rtp === undefined || rtp === this.lastHeard) return;
		this.lastHeard = rtp;
		this.send({ type: "heard", rtp });
	}

	private async measure(peer: RTCPeerConnection): Promise<void> {
		const reading = readStats(await peer.getStats());
		if (this.closed) return;
		this.fold({ type: "quality", quality: qualityOf(this.lastReading, reading) });
		this.lastReading = reading;
	}

	private watchMicrophone(stream: MediaStream): void {
		const track = stream.getAudioTracks()[0];
		const on = { signal: this.gone.signal };
		track?.addEventListener("ended", () => this.fold({ type: "mic", trouble: "ended" }), on);
		track?.addEventListener("mute", () => this.fold({ type: "mic", trouble: "muted" }), on);
		track?.addEventListener("unmute", () => this.fold({ type: "mic", trouble: "" }), on);
	}

	private send(message: ClientMessage): boolean {
		if (this.closed || this.socket.readyState !== 1) return false;
		this.socket.send(JSON.stringify(message));
		return true;
	}

	private every(ms: number, run: () => void): void {
		this.timers.push(setInterval(run, ms));
	}

	private fold(event: ServerMessage | LocalEvent): void {
		this.current.value = foldLine(this.current.value, event, performance.now());
	}
}

function stop(stream: MediaStream | null): void {
	for (const track of stream?.getTracks() ?? []) track.stop();
}
