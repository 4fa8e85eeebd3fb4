import { describe, expect, it, vi } from "vitest";
import { FakeDevices, FakeTrack, streamOf } from "./fakes";
import { Microphone } from "./mic";

const setUp = (track: FakeTrack | null = new FakeTrack()) => {
	const devices = new FakeDevices();
	const told: string[] = [];
	const other = new FakeTrack("Built-in", "built-in");
	const line: unknown[] = [];
	const open = vi.fn(async (): Promise<MediaStream | null> => streamOf(other));
	const mic = new Microphone(
		track ? streamOf(track) : null,
		open,
		(trouble, label) => told.push(label && trouble === "changed" ? `${trouble} ${label}` : trouble),
		async (stream) => void line.push(stream.getAudioTracks()[0]),
		devices,
	);
	return { mic, devices, told, other, line, open, track: track as FakeTrack };
};
const settle = () => new Promise((done) => setTimeout(done, 0));

describe("the microphone on a call", () => {
	it("goes on with the system's own when the headset is unplugged, and says which", async () => {
		const { told, other, line, track } = setUp();
		track.dispatchEvent(new Event("ended"));
		await settle();
		expect(told).toEqual(["ended", "changed Built-in"]);
		expect(line).toEqual([other]);
	});

	it("notices a device that went without ending its track, as with another Bluetooth profile", async () => {
		const { devices, line, other, track, told } = setUp();
		devices.become("headset", "built-in");
		await settle();
		expect(told).toEqual([]);
		devices.become("built-in");
		await settle();
		expect(line).toEqual([other]);
		expect(track.stopped).toBe(true);
	});

	it("says so when there is no other, and can be asked again", async () => {
		const { mic, told, open, track, line } = setUp();
		open.mockResolvedValueOnce(null);
		track.dispatchEvent(new Event("ended"));
		await settle();
		expect(told).toEqual(["ended"]);
		await mic.again();
		expect(line).toHaveLength(1);
	});

	it("tells a switch at the headset, or a phone call that has the microphone, and when it is back", () => {
		const { told, track } = setUp();
		track.dispatchEvent(new Event("mute"));
		track.dispatchEvent(new Event("unmute"));
		expect(told).toEqual(["muted", ""]);
		const silent = new FakeTrack();
		silent.muted = true;
		expect(setUp(silent).told).toEqual(["muted"]);
	});

	it("keeps a new microphone silent while the old one was muted", async () => {
		const { mic, other, track } = setUp();
		mic.hear(false);
		expect(track.enabled).toBe(false);
		await mic.again();
		expect(other.enabled).toBe(false);
		mic.hear(true);
		expect(other.enabled).toBe(true);
	});

	it("leaves none open behind it, not even one that came too late", async () => {
		const { mic, other, track } = setUp();
		const opening = mic.again();
		mic.close();
		await opening;
		expect([track.stopped, other.stopped]).toEqual([true, true]);
	});
});
