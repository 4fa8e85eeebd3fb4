import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LineClient, type LineOptions } from "./client";

class FakeSocket extends EventTarget {
	readyState = 0;
	sent: { type: string }[] = [];
	send(data: string) {
		this.sent.push(JSON.parse(data));
	}
	close() {
		this.readyState = 3;
	}
	open() {
		this.readyState = 1;
		this.dispatchEvent(new Event("open"));
	}
	say(message: object) {
		this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(message) }));
	}
	types = () => this.sent.map((m) => m.type);
}

class FakeTrack extends EventTarget {
	enabled = true;
	stopped = false;
	stop() {
		this.stopped = true;
	}
}

const streamOf = (track: FakeTrack) => ({ getAudioTracks: () => [track], getTracks: () => [track] }) as unknown as MediaStream;

class FakePeer {
	connectionState = "new";
	localDescription: { sdp: string } | null = null;
	remote = "";
	candidates: unknown[] = [];
	closed = false;
	replaced: unknown = null;
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
	createOffer = async () => ({ type: "offer", sdp: "v=0 offer" });
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

const setUp = (more: Partial<LineOptions> = {}) => {
	const socket = new FakeSocket();
	const peer = new FakePeer();
	const track = new FakeTrack();
	const audio = {
		volume: 0.3,
		muted: true,
		srcObject: null,
		play: async () => {},
		pause: () => {},
	} as unknown as HTMLAudioElement;
	let url = "";
	const client = new LineClient({
		lineUrl: "/api/calls/c1/line",
		token: "a b",
		want: "webrtc",
		microphone: streamOf(track),
		audio,
		captions: true,
		browser: {
			socket: (u) => {
				url = u;
				return socket as unknown as WebSocket;
			},
			peer: () => peer as unknown as RTCPeerConnection,
		},
		...more,
	});
	return { client, socket, peer, track, audio, url: () => url };
};

/** Lets promises run on. */
const settle = () => vi.advanceTimersByTimeAsync(0);

const live = async (line: ReturnType<typeof setUp>) => {
	line.socket.open();
	line.socket.say({ type: "welcome", v: 1, call: "c1", mode: "voice" });
	await settle();
	line.socket.say({ type: "answer", sdp: "v=0 answer" });
	line.socket.say({ type: "state", state: "live" });
	await settle();
};

describe("LineClient", () => {
	beforeEach(() => {
		vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"] });
	});
	afterEach(() => {
		vi.useRealTimers();
	});

	it("says hello with its token, offers after the welcome and asks for captions", async () => {
		const line = setUp();
		expect(new URL(line.url()).pathname).toBe("/api/calls/c1/line");
		expect(line.url()).not.toContain("token");
		line.socket.open();
		expect(line.socket.sent).toEqual([{ type: "hello", v: 1, token: "a b", want: "webrtc", client: "web/1" }]);
		line.socket.say({ type: "welcome", v: 1, call: "c1", mode: "voice" });
		await settle();
		expect(line.socket.sent.slice(1)).toEqual([
			{ type: "offer", sdp: "v=0 offer" },
			{ type: "captions", on: true },
		]);
		line.client.close();
	});

	it("keeps candidates that overtake the answer until it has come", async () => {
		const line = setUp();
		line.socket.open();
		line.socket.say({ type: "welcome", v: 1, call: "c1", mode: "voice" });
		await settle();
		line.socket.say({ type: "candidate", candidate: { candidate: "early" } });
		await settle();
		expect(line.peer.candidates).toEqual([]);
		line.socket.say({ type: "answer", sdp: "v=0 answer" });
		line.socket.say({ type: "candidate", candidate: { candidate: "late" } });
		await settle();
		expect(line.peer.candidates.map((c) => (c as RTCIceCandidateInit).candidate).sort()).toEqual(["early", "late"]);
		line.client.close();
	});

	it("mutes at the track and tells the server", async () => {
		const line = setUp();
		await live(line);
		line.client.mute(true);
		expect(line.track.enabled).toBe(false);
		expect(line.socket.sent.at(-1)).toEqual({ type: "mute", on: true });
		line.client.close();
	});

	it("reports what was heard four times a second, and only while it moves", async () => {
		const line = setUp();
		await live(line);
		let rtp = 960;
		const receiver = { getSynchronizationSources: () => [{ rtpTimestamp: rtp }] };
		line.peer.ontrack?.({ streams: [{}], track: {}, receiver });
		await vi.advanceTimersByTimeAsync(250);
		await vi.advanceTimersByTimeAsync(250);
		rtp = 24_960;
		await vi.advanceTimersByTimeAsync(250);
		expect(line.socket.sent.filter((m) => m.type === "heard")).toEqual([
			{ type: "heard", rtp: 960 },
			{ type: "heard", rtp: 24_960 },
		]);
		line.client.close();
	});

	it("turns the customer down when told to", async () => {
		const line = setUp();
		await live(line);
		expect(line.audio.volume).toBe(1);
		line.socket.say({ type: "gain", db: -80, ramp_ms: 20 });
		await vi.advanceTimersByTimeAsync(25);
		expect(line.audio.volume).toBe(0);
		line.client.close();
	});

	it("shows a lost line and its return, calls it anew, and gives it up in the end", async () => {
		const line = setUp();
		await live(line);
		line.peer.becomes("disconnected");
		expect(line.client.state.value.phase).toBe("lost");
		line.peer.becomes("connected");
		expect(line.client.state.value.phase).toBe("live");
		await vi.advanceTimersByTimeAsync(5_000);
		expect(line.socket.types().filter((t) => t === "offer")).toHaveLength(1);
		line.peer.becomes("disconnected");
		await vi.advanceTimersByTimeAsync(1_600);
		expect(line.socket.types().filter((t) => t === "offer")).toHaveLength(2);
		line.peer.becomes("failed");
		await vi.advanceTimersByTimeAsync(0);
		expect(line.socket.types().filter((t) => t === "offer")).toHaveLength(3);
		expect(line.client.state.value.phase).toBe("lost");
		await vi.advanceTimersByTimeAsync(20_000);
		expect(line.client.state.value.phase).toBe("failed");
		line.client.close();
	});

	it("fails when the answer cannot be used, and when nobody answers in time", async () => {
		const broken = setUp();
		broken.socket.open();
		broken.socket.say({ type: "welcome", v: 1, call: "c1", mode: "voice" });
		await settle();
		broken.socket.say({ type: "answer", sdp: "broken" });
		await settle();
		expect(broken.client.state.value.phase).toBe("failed");
		broken.client.close();

		const silent = setUp();
		silent.socket.open();
		await vi.advanceTimersByTimeAsync(20_000);
		expect(silent.client.state.value.phase).toBe("failed");
		silent.client.close();
	});

	it("notices a microphone that was pulled out, and takes another in its place", async () => {
		const line = setUp();
		await live(line);
		line.track.dispatchEvent(new Event("ended"));
		expect(line.client.state.value.mic).toBe("ended");
		const other = new FakeTrack();
		await line.client.useMicrophone(streamOf(other));
		expect(line.peer.replaced).toBe(other);
		expect(line.client.state.value.mic).toBe("");
		line.client.close();
		expect([line.track.stopped, other.stopped]).toEqual([true, true]);
	});

	it("types a turn only on a live call, and never an empty one", async () => {
		const line = setUp({ want: "typing", microphone: null });
		line.socket.open();
		expect(line.client.say("Hello")).toBe(false);
		line.socket.say({ type: "welcome", v: 1, call: "c1", mode: "typed" });
		line.socket.say({ type: "state", state: "live" });
		await settle();
		expect(line.client.say("   ")).toBe(false);
		expect(line.client.say(" Hello ")).toBe(true);
		expect(line.socket.sent.at(-1)).toEqual({ type: "say", text: "Hello" });
		expect(line.socket.types()).not.toContain("offer");
		line.client.close();
	});

	it("leaves no track, timer, peer or socket behind", async () => {
		const line = setUp();
		await live(line);
		line.peer.ontrack?.({ streams: [{}], track: {}, receiver: { getSynchronizationSources: () => [] } });
		line.client.close();
		line.client.close();
		expect([line.track.stopped, line.peer.closed, line.socket.readyState, vi.getTimerCount()]).toEqual([true, true, 3, 0]);
		const before = line.client.state.value;
		line.socket.say({ type: "floor", holder: "customer", at_ms: 1 });
		expect(line.client.state.value).toBe(before);
	});
});
