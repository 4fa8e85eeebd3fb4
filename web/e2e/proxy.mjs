// A TCP proxy in front of the server, to cut a call's line in a test: refused as by a dead machine, or swallowed as by a
// Wi-Fi that is out of reach.
import { createServer, connect as dial } from "node:net";

export async function startProxy(target) {
	const { port } = new URL(target);
	const pairs = new Set();
	let mode = "open";
	const server = createServer((near) => {
		if (mode === "refuse") {
			near.destroy();
			return;
		}
		const far = dial({ host: "localhost", port: Number(port) });
		const pair = { near, far };
		pairs.add(pair);
		const end = () => {
			pairs.delete(pair);
			near.destroy();
			far.destroy();
		};
		for (const socket of [near, far]) {
			socket.setNoDelay(true);
			socket.on("error", end);
			socket.on("close", end);
		}
		near.on("data", (bytes) => mode === "open" && far.write(bytes));
		far.on("data", (bytes) => mode === "open" && near.write(bytes));
	});
	await new Promise((done) => server.listen(0, "localhost", done));
	return {
		url: `http://localhost:${server.address().port}`,
		/** Ends every connection and takes no new one. */
		refuse: () => {
			mode = "refuse";
			for (const { near } of pairs) near.destroy();
		},
		/** Swallows whatever is sent, in both directions; nobody is told. */
		swallow: () => {
			mode = "swallow";
		},
		/** Lets everything through again. What was swallowed is gone, so connections of before are ended. */
		open: () => {
			for (const { near } of pairs) near.destroy();
			mode = "open";
		},
		close: () => {
			for (const { near } of pairs) near.destroy();
			server.close();
		},
	};
}
