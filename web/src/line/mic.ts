import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { MicTrouble } from "./state";

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

/** What can be asked of the devices; tests put their own in. */
export interface Devices extends EventTarget {
	enumerateDevices(): Promise<MediaDeviceInfo[]>;
}

/** Whether a track still has its device, after devices came or went. Browsers do not always end the track by themselves. */
export function stillThere(track: MediaStreamTrack, devices: MediaDeviceInfo[]): boolean {
	if (track.readyState === "ended") return false;
	const id = track.getSettings().deviceId;
	const inputs = devices.filter((d) => d.kind === "audioinput" && d.deviceId !== "");
	return !id || inputs.length === 0 || inputs.some((d) => d.deviceId === id);
}

/**
 * The trainee's microphone on a call: which one, whether it may be heard, and what is wrong with it. One that goes away
 * is replaced by the system's own choice, as a phone would do when a headset is unplugged.
 */
export class Microphone {
	readonly stream: ReadonlySignal<MediaStream | null>;
	private readonly current: Signal<MediaStream | null>;
	private readonly gone = new AbortController();
	private heard = true;
	private opening = false;

	constructor(
		stream: MediaStream | null,
		private readonly open: () => Promise<MediaStream | null>,
		private readonly tell: (trouble: MicTrouble, label: string) => void,
		private readonly replaced: (stream: MediaStream) => Promise<void>,
		private readonly devices: Devices | undefined,
	) {
		this.current = signal(stream);
		this.stream = this.current;
		if (stream) this.watch(stream);
		devices?.addEventListener("devicechange", () => void this.changed(), { signal: this.gone.signal });
	}

	/** Lets it be heard, or not: the track sends silence then, so that the call's clock goes on. */
	hear(on: boolean): void {
		this.heard = on;
		for (const track of this.current.value?.getAudioTracks() ?? []) track.enabled = on;
	}

	/** Opens a microphone in the place of one that went away. */
	async again(): Promise<void> {
		if (this.opening || this.gone.signal.aborted) return;
		this.opening = true;
		try {
			const stream = await this.open();
			if (!stream) return;
			if (this.gone.signal.aborted) {
				stop(stream);
				return;
			}
			const before = this.current.value;
			stop(before);
			this.current.value = stream;
			this.hear(this.heard);
			this.watch(stream);
			await this.replaced(stream);
			const track = stream.getAudioTracks()[0];
			if (track?.muted) this.tell("muted", "");
			else this.tell(before ? "changed" : "", track?.label ?? "");
		} finally {
			this.opening = false;
		}
	}

	/** Lets the device go, until again(). */
	release(): void {
		stop(this.current.value);
		this.current.value = null;
	}

	close(): void {
		this.gone.abort();
		this.release();
	}

	private async changed(): Promise<void> {
		const track = this.current.value?.getAudioTracks()[0];
		const found = await this.devices?.enumerateDevices().catch(() => []);
		if (track && found && track === this.current.value?.getAudioTracks()[0] && !stillThere(track, found)) await this.lost();
	}

	private async lost(): Promise<void> {
		this.tell("ended", "");
		await this.again();
	}

	private watch(stream: MediaStream): void {
		const track = stream.getAudioTracks()[0];
		if (!track) return;
		const on = { signal: this.gone.signal };
		const mine = () => this.current.value === stream;
		track.addEventListener("ended", () => mine() && void this.lost(), on);
		// A phone call takes the microphone without ending it, and so does the switch at a headset.
		track.addEventListener("mute", () => mine() && this.tell("muted", ""), on);
		track.addEventListener("unmute", () => mine() && this.tell("", ""), on);
		if (track.muted) this.tell("muted", "");
	}
}

export function stop(stream: MediaStream | null): void {
	for (const track of stream?.getTracks() ?? []) track.stop();
}
