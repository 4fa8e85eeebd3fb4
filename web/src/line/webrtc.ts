import type { ServerMessage } from "./messages";
import { type Quality, qualityOf, type Reading, readStats } from "./quality";
import type { Hooks, Transport } from "./transport";

/** A line that drops for longer than this is called anew, on the same socket; most come back by themselves before. */
const RESTART_AFTER_MS = 1_500;

/** Sound over a peer connection. */
export class PeerSound implements Transport {
	readonly kind = "webrtc";
	private readonly peer: RTCPeerConnection;
	private sender: RTCRtpSender | null = null;
	private receiver: RTCRtpReceiver | null = null;
	private early: RTCIceCandidateInit[] = [];
	private answered = false;
	private last: Reading | null = null;
	private restart: ReturnType<typeof setTimeout> | undefined;
	private closed = false;

	constructor(
		private readonly hooks: Hooks,
		make: (config: RTCConfiguration) => RTCPeerConnection,
	) {
		this.peer = make({ bundlePolicy: "max-bundle" });
	}

	async start(microphone: MediaStream | null): Promise<void> {
		const { peer } = this;
		const track = microphone?.getAudioTracks()[0];
		this.sender = peer.addTransceiver(track ?? "audio", { direction: "sendrecv" }).sender;
		peer.ontrack = (event) => {
			this.receiver = event.receiver;
			this.hooks.remote(event.streams[0] ?? new MediaStream([event.track]));
		};
		peer.onicecandidate = (event) => {
			if (event.candidate) this.hooks.send({ type: "candidate", candidate: event.candidate.toJSON() });
		};
		peer.onconnectionstatechange = () => this.changed();
		await this.call({});
	}

	async receive(message: ServerMessage): Promise<void> {
		if (message.type === "answer") {
			await this.peer.setRemoteDescription({ type: "answer", sdp: message.sdp });
			this.answered = true;
			for (const candidate of this.early.splice(0)) await this.peer.addIceCandidate(candidate);
		} else if (message.type === "candidate") {
			if (this.answered) await this.peer.addIceCandidate(message.candidate);
			else this.early.push(message.candidate);
		}
	}

	/** Sound does not come this way; what is still under way from another transport is not for this one. */
	frame(): void {}

	async microphone(stream: MediaStream): Promise<void> {
		await this.sender?.replaceTrack(stream.getAudioTracks()[0] ?? null);
	}

	async renew(): Promise<void> {
		if (this.closed || this.peer.signalingState === "have-local-offer") return;
		await this.call({ iceRestart: true });
	}

	heard(): number | null {
		return this.receiver?.getSynchronizationSources()[0]?.rtpTimestamp ?? null;
	}

	async quality(): Promise<Quality> {
		const reading = readStats(await this.peer.getStats());
		const quality = qualityOf(this.last, reading);
		this.last = reading;
		return quality;
	}

	async resume(): Promise<void> {}

	close(): void {
		this.closed = true;
		clearTimeout(this.restart);
		this.peer.ontrack = null;
		this.peer.onicecandidate = null;
		this.peer.onconnectionstatechange = null;
		this.peer.close();
	}

	private async call(options: RTCOfferOptions): Promise<void> {
		this.answered = false;
		await this.peer.setLocalDescription(await this.peer.createOffer(options));
		this.hooks.send({ type: "offer", sdp: this.peer.localDescription?.sdp ?? "" });
	}

	private changed(): void {
		const state = this.peer.connectionState;
		if (state === "connected") {
			clearTimeout(this.restart);
			this.hooks.up();
		}
		if (state !== "disconnected" && state !== "failed") return;
		this.hooks.down(state === "failed");
		clearTimeout(this.restart);
		const again = () => this.renew().catch(() => !this.closed && this.hooks.down(true));
		this.restart = setTimeout(() => void again(), state === "failed" ? 0 : RESTART_AFTER_MS);
	}
}
