import type { ClientMessage, ServerMessage } from "./messages";
import type { Quality } from "./quality";

/** A way for sound to travel. The line's client owns one at a time; typing needs none. */
export interface Transport {
	readonly kind: "webrtc" | "websocket";
	/** Begins with this microphone; null sends silence. Rejects when this browser or server cannot do it. */
	start(microphone: MediaStream | null): Promise<void>;
	/** Takes what the server says about this transport. Rejects when it is of no use. */
	receive(message: ServerMessage): Promise<void>;
	/** Takes one binary message. */
	frame(data: ArrayBuffer): void;
	/** Puts another microphone in the place of the old one. */
	microphone(stream: MediaStream): Promise<void>;
	/** Finds a new way after the network has changed. */
	renew(): Promise<void>;
	/** Timestamp of the sound that is being played, in samples of 48 kHz, 32 bit; null while there is none. */
	heard(): number | null;
	/** How the line has been since this was asked last. */
	quality(): Promise<Quality>;
	/** Lets the sound through after the browser had held it back; rejects when it still does. */
	resume(): Promise<void>;
	close(): void;
}

/** What a transport tells its owner. Nothing is told after close(). */
export interface Hooks {
	send(message: ClientMessage): boolean;
	/** Sends one binary message; false when it was dropped. */
	sendFrame(data: ArrayBuffer): boolean;
	/** The customer's sound is there. */
	remote(stream: MediaStream): void;
	/** Sound passes, or no longer does. `broken`: it will not come back by itself. */
	up(): void;
	down(broken: boolean): void;
	/** The browser holds the sound back until somebody presses something, or no longer does. */
	blocked(on: boolean): void;
	/** Milliseconds of the last round trip on the signalling socket, 0 when none was measured. */
	roundTripMS(): number;
}
