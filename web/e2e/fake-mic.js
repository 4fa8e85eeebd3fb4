// An init script for browser tests: getUserMedia gives a stream that plays clips on command.
//   await window.__say("/clips/hello.wav")        an address that this page may fetch
//   await window.__say("UklGR…")                  or the clip's bytes in base64 (any format the browser decodes)
// resolves when the clip has ended, with { startedMS, endedMS } on performance.now(). A second clip waits for the first.
//   window.__unplug()        ends the microphone's track, as when a headset is pulled out
//   window.__headset("mute"|"unmute")   the switch at a headset, or a phone call that takes the microphone
//   window.__hush()          stops what is being said
(() => {
	const RATE = 48000;
	let context;
	let out;
	let speaking = Promise.resolve();
	let source;
	const streams = [];

	const open = () => {
		if (context) return;
		context = new AudioContext({ sampleRate: RATE });
		out = context.createMediaStreamDestination();
		out.channelCount = 1;
		// Silence that never ends, so that frames flow while nothing is said, as from a real microphone.
		const silence = context.createConstantSource();
		silence.offset.value = 0;
		silence.connect(out);
		silence.start();
	};

	const bytesOf = async (clip) => {
		if (/^(https?:|\/|blob:)/.test(clip)) {
			const answer = await fetch(clip);
			if (!answer.ok) throw new Error(`the clip ${clip} answered ${answer.status}`);
			return answer.arrayBuffer();
		}
		const text = atob(clip.replace(/^data:[^,]*,/, ""));
		return Uint8Array.from(text, (c) => c.charCodeAt(0)).buffer;
	};

	const play = async (clip) => {
		open();
		await context.resume();
		const buffer = await context.decodeAudioData(await bytesOf(clip));
		source = context.createBufferSource();
		source.buffer = buffer;
		source.connect(out);
		const ended = new Promise((done) => source.addEventListener("ended", done, { once: true }));
		const startedMS = performance.now();
		source.start();
		await ended;
		return { startedMS, endedMS: performance.now() };
	};

	window.__say = (clip) => {
		const said = speaking.then(() => play(clip));
		speaking = said.catch(() => {});
		return said;
	};
	window.__hush = () => source?.stop();
	window.__unplug = () => {
		for (const stream of streams.splice(0)) {
			for (const track of stream.getTracks()) {
				track.stop();
				// A stopped track fires no event by itself; an unplugged one does.
				track.dispatchEvent(new Event("ended"));
			}
		}
	};

	window.__headset = (what) => {
		for (const stream of streams) for (const track of stream.getTracks()) track.dispatchEvent(new Event(what));
	};

	const device = { kind: "audioinput", deviceId: "clips", groupId: "clips", label: "Recorded clips", toJSON: () => ({}) };
	const devices = navigator.mediaDevices;
	if (!devices) return;
	devices.getUserMedia = async (constraints) => {
		if (!constraints?.audio) throw new DOMException("only a microphone is played here", "NotFoundError");
		open();
		await context.resume();
		const stream = out.stream.clone();
		streams.push(stream);
		return stream;
	};
	devices.enumerateDevices = async () => [device];
	const query = navigator.permissions.query.bind(navigator.permissions);
	navigator.permissions.query = (what) =>
		what.name === "microphone"
			? Promise.resolve(Object.assign(new EventTarget(), { state: "granted", name: what.name }))
			: query(what);
})();
