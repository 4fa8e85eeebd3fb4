import { describe, expect, it, vi } from "vitest";
import { FakeEngine, FakeTrack, streamOf } from "./fakes";
import { type Codec, decodeFrame, encodeFrame, pcmOf } from "./frame";
import { SocketSound } from "./websocket";

const setUp = async (codec: Codec = "pcm16") => {
	const engine = new FakeEngine();
	const sent: ArrayBuffer[] = [];
	const hooks = {
		send: vi.fn(() => true),
		sendFrame: vi.fn((data: ArrayBuffer) => {
			sent.push(data);
			return true;
		}),
		remote: vi.fn(),
		up: vi.fn(),
		down: vi.fn(),
		blocked: vi.fn(),
		roundTripMS: () => 20,
	};
	const sound = new SocketSound(hooks, engine, codec);
	const mic = streamOf(new FakeTrack());
	await sound.start(mic);
	return { engine, hooks, sent, sound, mic };
};
const down = (timestamp: number, sequence = 0) =>
	encodeFrame({ codec: "pcm16", sequence, timestamp, payload: pcmOf(new Float32Array(480)) });

describe("sound on the socket", () => {
	it("sends the microphone in frames of 20 ms, numbered and timed", async () => {
		const { engine, sent, mic } = await setUp();
		expect([engine.hz, engine.mic]).toEqual([16_000, mic]);
		for (let i = 0; i < 3; i++) engine.speak(new Float32Array(320));
		const frames = sent.map((data) => decodeFrame(data));
		expect(frames.map((f) => [f?.codec, f?.sequence, f?.timestamp, f?.payload.length])).toEqual([
			["pcm16", 0, 0, 640],
			["pcm16", 1, 960, 640],
			["pcm16", 2, 1920, 640],
		]);
	});

	it("keeps the time of frames that the socket would not take", async () => {
		const { engine, sent, hooks } = await setUp();
		hooks.sendFrame.mockReturnValueOnce(false);
		engine.speak(new Float32Array(320));
		engine.speak(new Float32Array(320));
		expect(sent.map((data) => decodeFrame(data)?.timestamp)).toEqual([960]);
	});

	it("gives a frame the time at which it came to the encoder, whenever the encoder is done", async () => {
		const sent: number[] = [];
		let done: (payload: Uint8Array<ArrayBuffer>) => void = () => {};
		const slow = {
			encoderOf: (_: Codec, onPayload: typeof done) => {
				done = onPayload;
				return { hz: 48_000, encode: () => {}, close: () => {} };
			},
			decoderOf: () => ({ decode: () => {}, close: () => {} }),
		};
		const engine = new FakeEngine();
		const hooks = {
			send: () => true,
			sendFrame: (data: ArrayBuffer) => sent.push(decodeFrame(data)?.timestamp ?? -1) > 0,
			remote: () => {},
			up: () => {},
			down: () => {},
			blocked: () => {},
			roundTripMS: () => 0,
		};
		const sound = new SocketSound(hooks, engine, "opus", slow);
		await sound.start(null);
		for (let i = 0; i < 3; i++) engine.speak(new Float32Array(960));
		for (let i = 0; i < 4; i++) done(new Uint8Array(9)); // and one that nobody asked for
		expect(sent).toEqual([0, 960, 1920]);
	});

	it("plays the customer at 48 kHz by her own timestamps, over their end", async () => {
		const { engine, sound, hooks } = await setUp();
		sound.frame(down(2 ** 32 - 960));
		sound.frame(down(0));
		expect(engine.playedFrames.map((f) => [f.at, f.samples.length])).toEqual([
			[2 ** 32 - 960, 960],
			[2 ** 32, 960],
		]);
		expect(hooks.up).toHaveBeenCalledTimes(1);
		engine.heardAt = 2 ** 32 + 480;
		expect(sound.heard()).toBe(480);
	});

	it("leaves out what is no frame, or of the codec that is not spoken", async () => {
		const { engine, sound, hooks } = await setUp();
		sound.frame(new ArrayBuffer(3));
		sound.frame(encodeFrame({ codec: "opus", sequence: 0, timestamp: 0, payload: new Uint8Array(9) }));
		expect(engine.playedFrames).toEqual([]);
		expect(hooks.up).not.toHaveBeenCalled();
		expect(sound.heard()).toBeNull();
	});

	it("says when the browser holds the sound back, as on a suspended page, and when it no longer does", async () => {
		const { engine, sound, hooks } = await setUp();
		engine.running = false;
		engine.onState();
		expect(hooks.blocked).toHaveBeenLastCalledWith(true);
		await expect(sound.resume()).rejects.toThrow();
		engine.running = true;
		engine.onState();
		expect(hooks.blocked).toHaveBeenLastCalledWith(false);
		await sound.resume();
	});

	it("is silent after it was closed", async () => {
		const { engine, sound, sent } = await setUp();
		sound.close();
		sound.close();
		engine.speak(new Float32Array(320));
		sound.frame(down(0));
		expect([sent.length, engine.playedFrames.length, engine.closed]).toEqual([0, 0, true]);
	});
});
