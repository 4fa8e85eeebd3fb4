import type { Devices } from "./mic";
import { bestCodec } from "./sound/codec";
import { WebAudioEngine } from "./sound/engine";
import type { Means } from "./way";

/** What a line needs from the browser; tests put their own in. */
export interface Browser extends Means {
	socket(url: string): WebSocket;
	devices(): Devices | undefined;
	/** Where "online" and "offline" are told. */
	network: EventTarget;
	/** The time of day in milliseconds, which goes on while the machine sleeps. */
	day(): number;
}

export const realBrowser: Browser = {
	socket: (url) => new WebSocket(url),
	peer: (config) => new RTCPeerConnection(config),
	engine: () => new WebAudioEngine(),
	codec: bestCodec,
	devices: () => navigator.mediaDevices,
	network: globalThis,
	day: () => Date.now(),
};
