// The server's side of a line, for looking at the call page: it answers the offer with a second peer in the same page,
// which plays a tone, and then says what the test tells it to say.

/** Routes the page's signalling socket. Returns what was sent by the page, and say() to answer it. */
export async function routeLine(page, { typed = false, answer = true } = {}) {
	const line = { sent: [], socket: null };
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
		socket.onMessage(async (data) => {
			const message = JSON.parse(data);
			line.sent.push(message);
			if (message.type === "hello") line.say({ type: "welcome", v: 1, call: "c1", mode: typed ? "typed" : "voice", limits: {} });
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
