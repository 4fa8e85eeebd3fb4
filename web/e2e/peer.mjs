// The server's side of a line, for looking at the call page: it answers the offer with a second peer in the same page,
// which plays a tone, and then says what the test tells it to say.

const FRAME_MS = 20;

/** Frame n of a tone that comes and goes, as PCM16 of 24 kHz behind its header. */
function toneFrame(n) {
	const data = Buffer.alloc(8 + 960);
	data.writeUInt8(1, 0);
	data.writeUInt8(2, 1);
	data.writeUInt16BE(n & 0xffff, 2);
	data.writeUInt32BE((n * 960) >>> 0, 4);
	for (let i = 0; i < 480; i++) {
		const at = n * 480 + i;
		data.writeInt16LE(Math.round(7000 * Math.sin((at * 2 * Math.PI * 440) / 24000) * Math.sin(at / 20000)), 8 + 2 * i);
	}
	return data;
}

/**
 * Routes the page's signalling socket. Returns what was sent by the page, and say() to answer it. `refuse`: a fatal error
 * to answer each hello with, until it says take_over.
 */
export async function routeLine(page, { typed = false, answer = true, refuse = null } = {}) {
	const line = { sent: [], frames: 0, socket: null };
	/** Sends sound over the socket: a tone, or for Opus what came from the page. */
	const sound = (socket) => {
		let n = 0;
		const began = Date.now();
		const timer = setInterval(() => {
			for (; n * FRAME_MS < Date.now() - began; n++) socket.send(toneFrame(n));
		}, FRAME_MS);
		socket.onClose(() => clearInterval(timer));
	};
	line.say = (message) => line.socket.send(JSON.stringify(message));
	line.until = async (type, withinMS = 8000) => {
		const end = Date.now() + withinMS;
		for (;;) {
			const found = line.sent.find((m) => m.type === type);
			if (found) return found;
			if (Date.now() > end) throw new Error(`the page sent no ${type}; it sent ${line.sent.map((m) => m.type).join(", ")}`);
			await page.waitForTimeout(50);
		}
	};
	await page.routeWebSocket(/\/api\/calls\/[^/]+\/line$/, (socket) => {
		line.socket = socket;
		let codec = "";
		socket.onMessage(async (data) => {
			if (typeof data !== "string") {
				line.frames++;
				// The page's own Opus comes back to it: a customer who repeats what she hears.
				if (codec === "opus") socket.send(data);
				return;
			}
			const message = JSON.parse(data);
			line.sent.push(message);
			if (message.type === "ping") line.say({ type: "pong", n: message.n });
			if (message.type === "hello" && refuse && !message.take_over) {
				line.say({ type: "error", fatal: true, ...refuse });
				await socket.close({ code: 1008 });
				return;
			}
			if (message.type === "hello") line.say({ type: "welcome", v: 1, call: "c1", mode: message.want, limits: {} });
			if (message.type === "switch" || (message.type === "hello" && message.want === "websocket")) {
				codec = message.codec ?? "opus";
				if (codec === "pcm16") sound(socket);
				line.say({ type: "state", state: "live" });
			}
			if (message.type === "hello" && typed) line.say({ type: "state", state: "live" });
			if (message.type === "candidate" && answer)
				await page.evaluate((c) => window.__peer?.addIceCandidate(c), message.candidate);
			if (message.type === "offer" && answer) {
				const sdp = await page.evaluate(async (offer) => {
					const peer = new RTCPeerConnection();
					window.__peer = peer;
					const context = new AudioContext();
					const tone = context.createOscillator();
					const volume = context.createGain();
					const out = context.createMediaStreamDestination();
					volume.gain.value = 0.2;
					tone.connect(volume).connect(out);
					tone.start();
					peer.addTrack(out.stream.getAudioTracks()[0], out.stream);
					await peer.setRemoteDescription({ type: "offer", sdp: offer });
					await peer.setLocalDescription(await peer.createAnswer());
					await new Promise((done) => {
						if (peer.iceGatheringState === "complete") done();
						peer.addEventListener("icegatheringstatechange", () => peer.iceGatheringState === "complete" && done());
						setTimeout(done, 1500);
					});
					return peer.localDescription.sdp;
				}, message.sdp);
				line.say({ type: "answer", sdp });
				line.say({ type: "state", state: "live" });
			}
			if (message.type === "hangup") line.say({ type: "ended", ending: "", by: "trainee", reason: "" });
		});
	});
	return line;
}
