import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../api/client";
import { LineClient, type LineOptions } from "./client";
import { FakeDevices, FakeEngine, FakePeer, FakeSocket, FakeTrack, streamOf } from "./fakes";
import { encodeFrame, pcmOf } from "./frame";

const setUp = (more: Partial<LineOptions> = {}) => {
	const sockets: FakeSocket[] = [];
	const peers: FakePeer[] = [];
	const engines: FakeEngine[] = [];
	const track = new FakeTrack();
	const other = new FakeTrack("Built-in", "built-in");
	const devices = new FakeDevices();
	const network = new EventTarget();
	const now = { day: 0 };
	const newToken = vi.fn(async () => "another");
	const audio = { volume: 0.3, muted: true, srcObject: null, play: async () => {}, pause: () => {} };
	const urls: string[] = [];
	let enginesBreak = false;
	const client = new LineClient({
		lineUrl: "/api/calls/c1/line",
		token: "a b",
		newToken,
		want: "webrtc",
		microphone: streamOf(track),
		openMicrophone: async () => streamOf(other),
		audio: audio as unknown as HTMLAudioElement,
		captions: true,
		browser: {
			socket: (url) => {
				urls.push(url);
				sockets.push(new FakeSocket());
				return sockets.at(-1) as unknown as WebSocket;
			},
			peer: () => {
				peers.push(new FakePeer());
				return peers.at(-1) as unknown as RTCPeerConnection;
			},
			engine: () => {
				const engine = new FakeEngine();
				engine.broken = enginesBreak;
				engines.push(engine);
				return engine;
			},
			codec: async () => "pcm16",
			devices: () => devices,
			network,
			day: () => performance.now() + now.day,
		},
		...more,
	});
	const newest = <T>(list: T[]) => list.at(-1) as T;
	return {
		client,
		sockets,
		peers,
		engines,
		track,
		other,
		devices,
		network,
		now,
		newToken,
		audio,
		urls,
		socket: () => newest(sockets),
		peer: () => newest(peers),
		engine: () => newest(engines),
		breakEngines: () => {
			enginesBreak = true;
		},
		phase: () => client.state.value.phase,
	};
};
type Set = ReturnType<typeof setUp>;

/** Lets promises run on. */
const settle = () => vi.advanceTimersByTimeAsync(0);
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
/** Time passes on a line whose server answers pings. */
const passAnswered = async (line: Set, ms: number) => {
	for (let t = 0; t < ms; t += 500) {
		await pass(500);
		if (line.sockets.length > 0) line.socket().pong();
	}
};

const welcomed = async (line: Set) => {
	line.socket().open();
	line.socket().say({ type: "welcome", v: 1, call: "c1", mode: "webrtc" });
	await settle();
};
const live = async (line: Set) => {
	await welcomed(line);
	line.socket().say({ type: "answer", sdp: "v=0 answer" });
	line.peer().becomes("connected");
	line.socket().say({ type: "state", state: "live" });
	await pass(1);
};
const frame = (timestamp: number) =>
	encodeFrame({ codec: "pcm16", sequence: 0, timestamp, payload: pcmOf(new Float32Array(480)) });

beforeEach(() => {
	vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"] });
});
afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

describe("a line by WebRTC", () => {
	it("says hello with its token, offers after the welcome and asks for captions", async () => {
		const line = setUp();
		expect(new URL(line.urls[0] ?? "").pathname).toBe("/api/calls/c1/line");
		expect(line.urls[0]).not.toContain("token");
		line.socket().open();
		expect(line.socket().sent).toEqual([{ type: "hello", v: 1, token: "a b", want: "webrtc", client: "web/1" }]);
		line.socket().say({ type: "welcome", v: 1, call: "c1", mode: "webrtc" });
		await settle();
		expect(line.socket().types()).toEqual(["hello", "captions", "offer"]);
		line.client.close();
	});

	it("keeps candidates that overtake the answer until it has come", async () => {
		const line = setUp();
		await welcomed(line);
		line.socket().say({ type: "candidate", candidate: { candidate: "early" } });
		await settle();
		expect(line.peer().candidates).toEqual([]);
		line.socket().say({ type: "answer", sdp: "v=0 answer" });
		line.socket().say({ type: "candidate", candidate: { candidate: "late" } });
		await settle();
		const found = line.peer().candidates.map((c) => (c as RTCIceCandidateInit).candidate);
		expect(found.sort()).toEqual(["early", "late"]);
		line.client.close();
	});

	it("reports what was heard four times a second, and only while it moves", async () => {
		const line = setUp();
		await live(line);
		let rtp = 960;
		const receiver = { getSynchronizationSources: () => [{ rtpTimestamp: rtp }] };
		line.peer().ontrack?.({ streams: [{}], track: {}, receiver });
		await pass(250);
		await pass(250);
		rtp = 24_960;
		await pass(250);
		const heard = line.socket().sent.filter((m) => m.type === "heard");
		expect(heard.map((m) => m.rtp)).toEqual([960, 24_960]);
		line.client.close();
	});

	it("turns the customer down when told to, and up again on a new line", async () => {
		const line = setUp();
		await live(line);
		expect(line.audio.volume).toBe(1);
		line.socket().say({ type: "gain", db: -80, ramp_ms: 20 });
		await pass(25);
		expect(line.audio.volume).toBe(0);
		line.socket().cut();
		await pass(300);
		await welcomed(line);
		expect(line.audio.volume).toBe(1);
		line.client.close();
	});

	it("calls a dropped line anew by ICE restart, and is live when it is back", async () => {
		const line = setUp();
		await live(line);
		line.peer().becomes("disconnected");
		expect(line.phase()).toBe("lost");
		line.peer().becomes("connected");
		expect(line.phase()).toBe("live");
		await passAnswered(line, 3000);
		expect(line.peer().offers).toHaveLength(1);
		line.peer().becomes("disconnected");
		await passAnswered(line, 2000);
		expect(line.peer().offers).toEqual([{}, { iceRestart: true }]);
		line.peer().becomes("failed");
		await settle();
		expect(line.peer().offers).toHaveLength(3);
		line.client.close();
	});

	it("looks for a new way when the network changes and after sleep", async () => {
		const line = setUp();
		await live(line);
		line.network.dispatchEvent(new Event("offline"));
		expect(line.client.state.value.offline).toBe(true);
		line.network.dispatchEvent(new Event("online"));
		await settle();
		expect(line.client.state.value.offline).toBe(false);
		expect(line.peer().offers).toHaveLength(2);
		line.now.day = 60_000;
		await pass(1000);
		expect(line.peer().offers).toHaveLength(3);
		line.client.close();
	});
});

describe("when WebRTC does not come up", () => {
	it("takes the socket within five seconds, and loads what it needs before", async () => {
		const line = setUp();
		await welcomed(line);
		await passAnswered(line, 2000);
		expect([line.engines.length, line.socket().types().includes("switch")]).toEqual([1, false]);
		await passAnswered(line, 2500);
		expect(line.socket().last("switch")).toEqual({ type: "switch", want: "websocket", codec: "pcm16" });
		expect([line.engines.length, line.peer().closed, line.client.state.value.way]).toEqual([1, true, "websocket"]);
		line.engine().speak(new Float32Array(320));
		expect(line.socket().frames).toHaveLength(1);
		line.socket().say({ type: "state", state: "live" });
		line.socket().sound(frame(960));
		expect(line.phase()).toBe("live");
		line.client.close();
		expect(line.engine().closed).toBe(true);
	});

	it("says that it cannot be connected when the server takes no sound that way", async () => {
		const line = setUp();
		await welcomed(line);
		await passAnswered(line, 4500);
		line.socket().say({ type: "error", code: "want", message: "No such line here.", fatal: false });
		expect([line.phase(), line.client.state.value.trouble]).toEqual(["failed", "No such line here."]);
		line.client.close();
	});

	it("does not when it came up in time, and lets go what was made ready", async () => {
		const line = setUp();
		await welcomed(line);
		await passAnswered(line, 3000);
		line.peer().becomes("connected");
		await passAnswered(line, 5000);
		expect(line.socket().types()).not.toContain("switch");
		expect(line.engine().closed).toBe(true);
		line.client.close();
	});

	it("takes it at once when the answer is of no use", async () => {
		const line = setUp();
		await welcomed(line);
		line.socket().say({ type: "answer", sdp: "broken" });
		await settle();
		expect(line.socket().types()).toContain("switch");
		line.client.close();
	});

	it("takes it in the middle of a call that lost its way for good, and not over a dead socket", async () => {
		const line = setUp();
		await live(line);
		line.peer().becomes("failed");
		await passAnswered(line, 3000);
		expect(line.socket().types()).not.toContain("switch");
		await passAnswered(line, 2000);
		expect(line.socket().types()).toContain("switch");
		expect(line.phase()).toBe("lost");
		line.socket().sound(frame(960));
		expect(line.phase()).toBe("live");
		line.client.close();

		const dead = setUp();
		await live(dead);
		dead.peer().becomes("failed");
		await pass(5000);
		expect(dead.socket().types()).not.toContain("switch");
		dead.client.close();
	});
});

describe("a line over the socket", () => {
	it("wants it from the start when asked to, with its codec", async () => {
		const line = setUp({ want: "websocket" });
		await settle();
		line.socket().open();
		expect(line.socket().sent[0]).toMatchObject({ type: "hello", want: "websocket", codec: "pcm16" });
		line.socket().say({ type: "welcome", v: 1, call: "c1", mode: "websocket" });
		await settle();
		expect(line.peers).toHaveLength(0);
		line.socket().sound(frame(960));
		line.engine().heardAt = 480;
		await pass(250);
		expect(line.socket().last("heard")).toEqual({ type: "heard", rtp: 480 });
		line.client.close();
	});

	it("goes on in plain samples when Opus breaks in the middle of the call, and stays with them", async () => {
		const errors: (() => void)[] = [];
		const Broken = class {
			state = "configured";
			constructor({ error }: { error: () => void }) {
				errors.push(error);
			}
			configure() {}
			encode() {}
			close() {
				this.state = "closed";
			}
		};
		vi.stubGlobal("AudioEncoder", Broken);
		vi.stubGlobal("EncodedAudioChunk", class {});
		vi.stubGlobal(
			"AudioDecoder",
			class extends Broken {
				decode() {}
			},
		);
		const line = setUp({ want: "websocket", codec: "opus" });
		await settle();
		await welcomed(line);
		line.socket().say({ type: "state", state: "live" });
		line.socket().sound(encodeFrame({ codec: "opus", sequence: 0, timestamp: 0, payload: new Uint8Array(9) }));
		expect([line.phase(), line.engine().hz]).toEqual(["live", 48_000]);

		for (const error of errors) error(); // both halves say so
		await settle();
		expect(line.socket().sent.filter((m) => m.type === "switch")).toEqual([
			{ type: "switch", want: "websocket", codec: "pcm16" },
		]);
		expect([line.phase(), line.engines.length, line.engines[0]?.closed, line.engine().hz]).toEqual(["lost", 2, true, 16_000]);
		line.socket().sound(frame(960));
		expect(line.phase()).toBe("live");

		line.socket().cut();
		await pass(300);
		line.socket().open();
		expect(line.socket().sent[0]).toMatchObject({ type: "hello", want: "websocket", codec: "pcm16" });
		line.client.close();
	});

	it("begins in plain samples when Opus cannot even be set up", async () => {
		vi.stubGlobal(
			"AudioEncoder",
			class {
				constructor() {
					throw new TypeError("not here");
				}
			},
		);
		const line = setUp({ want: "websocket", codec: "opus" });
		await settle();
		await welcomed(line);
		expect(line.socket().last("switch")).toEqual({ type: "switch", want: "websocket", codec: "pcm16" });
		line.socket().sound(frame(960));
		expect(line.engine().hz).toBe(16_000);
		line.client.close();
	});

	it("gives up with a plain end when this browser cannot do that either", async () => {
		const line = setUp({ want: "websocket" });
		await settle();
		line.breakEngines();
		await welcomed(line);
		expect([line.phase(), line.engine().closed]).toEqual(["failed", true]);
		line.client.close();
	});
});

describe("when the socket is lost", () => {
	it("joins the same call again with a new token, and takes its own line over", async () => {
		const line = setUp();
		await live(line);
		line.socket().cut();
		expect(line.phase()).toBe("lost");
		await pass(300);
		expect([line.sockets.length, line.newToken.mock.calls.length]).toEqual([2, 1]);
		line.socket().open();
		expect(line.socket().sent[0]).toMatchObject({ type: "hello", token: "another", want: "webrtc", take_over: true });
		line.socket().say({ type: "welcome", v: 1, call: "c1", mode: "webrtc" });
		line.socket().say({ type: "state", state: "live" });
		await settle();
		expect([line.phase(), line.peers.length, line.peers[0]?.closed]).toEqual(["live", 2, true]);
		line.client.close();
	});

	it("notices a socket that no longer answers", async () => {
		const line = setUp();
		await live(line);
		await pass(11_000);
		expect(line.phase()).toBe("lost");
		expect(line.sockets.length).toBeGreaterThan(1);
		line.client.close();
	});

	it("goes on trying for 45 seconds without a network, at once when it is back, and then says that it is over", async () => {
		const line = setUp();
		await live(line);
		line.newToken.mockRejectedValue(new ApiError(0, ""));
		line.socket().cut();
		await pass(20_000);
		expect([line.phase(), line.sockets.length]).toEqual(["lost", 1]);
		expect(line.newToken.mock.calls.length).toBeGreaterThan(5);
		line.newToken.mockResolvedValueOnce("third");
		line.network.dispatchEvent(new Event("online"));
		await pass(300);
		line.socket().open();
		expect(line.socket().sent[0]).toMatchObject({ token: "third" });
		// So long after the loss, a line that is up may well be somebody else's.
		expect(line.socket().sent[0]).not.toHaveProperty("take_over");
		line.socket().cut();
		await pass(26_000);
		expect(line.phase()).toBe("failed");
		const tries = line.newToken.mock.calls.length;
		await pass(20_000);
		expect(line.newToken.mock.calls.length).toBe(tries);
		line.client.close();
	});

	it("stops when the call has ended meanwhile, with the server's words", async () => {
		const line = setUp();
		await live(line);
		line.newToken.mockRejectedValue(new ApiError(409, "This call has ended."));
		line.socket().cut();
		await pass(1000);
		expect([line.phase(), line.client.state.value.trouble]).toEqual(["failed", "This call has ended."]);
		line.client.close();
	});

	it("gives a call up that never came to be after 20 seconds", async () => {
		const line = setUp();
		line.newToken.mockRejectedValue(new ApiError(0, ""));
		line.socket().cut();
		await pass(19_000);
		expect(line.phase()).toBe("connecting");
		await pass(3000);
		expect(line.phase()).toBe("failed");
		line.client.close();
	});
});

describe("two pages on one call", () => {
	const conflict = { type: "error", code: "conflict", message: "Open elsewhere.", fatal: true };

	it("looks once more, then asks, lets the microphone go, and takes the call over when told to", async () => {
		const line = setUp({ token: null });
		await settle();
		line.socket().open();
		line.socket().say(conflict);
		expect(line.phase()).toBe("connecting");
		await pass(1200);
		line.socket().open();
		expect(line.socket().sent[0]).not.toHaveProperty("take_over");
		line.socket().say(conflict);
		expect([line.phase(), line.sockets.length, line.track.stopped]).toEqual(["conflict", 2, true]);
		await pass(30_000);
		expect(line.sockets).toHaveLength(2);
		await line.client.takeOver();
		line.socket().open();
		expect(line.socket().sent[0]).toMatchObject({ take_over: true });
		await live(line);
		expect([line.phase(), line.client.local.value]).toEqual(["live", line.client.local.value]);
		expect(line.client.local.value?.getAudioTracks()[0]).toBe(line.other);
		line.client.close();
	});

	it("says that the call was taken, fights nobody for it, and takes it back when told to", async () => {
		const line = setUp();
		await live(line);
		line.socket().say({ type: "error", code: "taken_over", message: "Taken.", fatal: true });
		expect([line.phase(), line.track.stopped, line.peer().closed]).toEqual(["taken", true, true]);
		await pass(60_000);
		expect([line.phase(), line.sockets.length]).toEqual(["taken", 1]);
		await line.client.takeOver();
		line.socket().open();
		expect(line.socket().sent[0]).toMatchObject({ take_over: true });
		line.client.close();
	});
});

describe("microphone, mute and hold", () => {
	it("mutes at the track and tells the server, on a new line too", async () => {
		const line = setUp();
		await live(line);
		line.client.mute(true);
		expect(line.track.enabled).toBe(false);
		expect(line.socket().last("mute")).toEqual({ type: "mute", on: true });
		line.socket().cut();
		await pass(300);
		await welcomed(line);
		expect(line.socket().last("mute")).toEqual({ type: "mute", on: true });
		line.client.close();
	});

	it("holds: the microphone is off at once, and on again with the end of the hold", async () => {
		const line = setUp();
		await live(line);
		line.client.hold(true);
		expect([line.track.enabled, line.socket().last("hold")]).toEqual([false, { type: "hold", on: true }]);
		line.socket().say({ type: "held", on: true, by: "button", at_ms: 5 });
		expect(line.client.state.value.held?.by).toBe("button");
		line.socket().say({ type: "held", on: false, by: "button", at_ms: 9 });
		expect([line.track.enabled, line.client.state.value.held]).toEqual([true, null]);
		line.socket().say({ type: "held", on: true, by: "words", at_ms: 12 });
		expect(line.track.enabled).toBe(true);
		line.client.close();
	});

	it("puts another microphone in the place of one that was pulled out", async () => {
		const line = setUp();
		await live(line);
		line.track.dispatchEvent(new Event("ended"));
		await settle();
		expect(line.peer().replaced).toBe(line.other);
		expect(line.client.state.value).toMatchObject({ mic: "changed", micLabel: "Built-in" });
		line.client.seen();
		expect(line.client.state.value.mic).toBe("");
		line.client.close();
		expect([line.track.stopped, line.other.stopped]).toEqual([true, true]);
	});
});

it("types a turn only on a live call, and never an empty one", async () => {
	const line = setUp({ want: "typing", microphone: null });
	line.socket().open();
	expect(line.client.say("Hello")).toBe(false);
	line.socket().say({ type: "welcome", v: 1, call: "c1", mode: "typing" });
	line.socket().say({ type: "state", state: "live" });
	await settle();
	expect(line.client.say("   ")).toBe(false);
	expect(line.client.say(" Hello ")).toBe(true);
	expect(line.socket().last("say")).toEqual({ type: "say", text: "Hello" });
	expect([line.peers.length, line.engines.length]).toEqual([0, 0]);
	line.client.close();
});

it("leaves no track, timer, peer or socket behind", async () => {
	const line = setUp();
	await live(line);
	line.peer().ontrack?.({ streams: [{}], track: {}, receiver: { getSynchronizationSources: () => [] } });
	line.client.close();
	line.client.close();
	expect([line.track.stopped, line.peer().closed, line.socket().readyState, vi.getTimerCount()]).toEqual([true, true, 3, 0]);
	const before = line.client.state.value;
	line.socket().say({ type: "floor", holder: "customer", at_ms: 1 });
	expect(line.client.state.value).toBe(before);
});
