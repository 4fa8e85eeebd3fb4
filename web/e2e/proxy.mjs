// A TCP proxy in front of the server, to cut a call's line in a test: refused as by a dead machine, or swallowed as by a
// Wi-Fi that is out of reach.
//   node proxy.mjs /path/of/a/socket PORT     joins a Unix socket to a port, for a server in a network of its own
import { createServer, connect as dial } from "node:net";
import { fileURLToPath } from "node:url";

/**
 * `target`: the server's address, or the path of a Unix socket that will lead to it. The server answers to its own port
 * only, so the proxy takes the same port at the other loopback address, or the server is told the proxy's.
 */
export async function startProxy(target) {
	const to = target.startsWith("/") ? { path: target } : { host: "127.0.0.1", port: Number(new URL(target).port) };
	const pairs = new Set();
	let mode = "open";
	const server = createServer((near) => {
		if (mode === "refuse") {
			near.destroy();
			return;
		}
		const far = dial(to);
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
	const [at, host, name] = to.path ? [0, "127.0.0.1", "localhost"] : [to.port, "::1", "[::1]"];
	await new Promise((done, fail) => server.once("error", fail).listen(at, host, done));
	return {
		url: `http://${name}:${server.address().port}`,
		port: server.address().port,
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

const [, script, path, port] = process.argv;
if (path && script === fileURLToPath(import.meta.url)) {
	createServer((near) => {
		const far = dial({ host: "localhost", port: Number(port) });
		near.pipe(far).pipe(near);
		for (const socket of [near, far])
			socket.on("error", () => {
				near.destroy();
				far.destroy();
			});
	}).listen(path);
	// It goes with the server that it was started beside.
	const beside = process.ppid;
	setInterval(() => process.ppid !== beside && process.exit(), 500);
}
