import { type ClientMessage, type Hello, PROTOCOL, parseServer, type ServerMessage } from "./messages";

/** So much may wait in the socket before sound is dropped: about a second of PCM16. */
const SOUND_WAITING = 48_000;
/** Without an answer to a ping for so long, the socket is as good as closed. */
const NO_ANSWER_MS = 5_000;

/** So long a ping may be on its way on a socket that stands. */
const SOON_MS = 1_500;

export interface SignallingEvents {
	message(message: ServerMessage): void;
	frame(data: ArrayBuffer): void;
	/** The socket is gone, once. */
	closed(): void;
}

/** One signalling socket: says hello, reads what comes, notices when nobody answers any more. */
export class Signalling {
	private readonly gone = new AbortController();
	private pings = 0;
	private asked: { n: number; at: number } | null = null;
	private tripMS = 0;

	constructor(
		private readonly socket: WebSocket,
		hello: Omit<Hello, "type" | "v" | "client">,
		private readonly events: SignallingEvents,
	) {
		socket.binaryType = "arraybuffer";
		const on = { signal: this.gone.signal };
		socket.addEventListener("open", () => this.send({ type: "hello", v: PROTOCOL, ...hello, client: `web/${PROTOCOL}` }), on);
		socket.addEventListener("message", (event) => this.receive(event.data), on);
		socket.addEventListener("close", () => this.lose(), on);
	}

	/** Milliseconds that the last ping took, 0 before there was one. */
	get roundTripMS(): number {
		return this.tripMS;
	}

	/** True while the socket takes messages and the last ping was answered, or only just asked. */
	answers(now: number): boolean {
		return this.socket.readyState === 1 && (this.asked === null || now - this.asked.at < SOON_MS);
	}

	send(message: ClientMessage): boolean {
		if (this.gone.signal.aborted || this.socket.readyState !== 1) return false;
		this.socket.send(JSON.stringify(message));
		return true;
	}

	sendFrame(data: ArrayBuffer): boolean {
		if (this.gone.signal.aborted || this.socket.readyState !== 1 || this.socket.bufferedAmount > SOUND_WAITING) return false;
		this.socket.send(data);
		return true;
	}

	/** Asks whether anybody is there. `afresh` forgets an older question, as after sleep. */
	ping(now: number, afresh = false): void {
		if (this.asked && !afresh) return;
		if (this.send({ type: "ping", n: ++this.pings })) this.asked = { n: this.pings, at: now };
	}

	/** Gives the socket up when it has not answered in time. */
	check(now: number): void {
		if (this.asked && now - this.asked.at > NO_ANSWER_MS) this.lose();
	}

	close(): void {
		if (this.gone.signal.aborted) return;
		this.gone.abort();
		this.socket.close(1000);
	}

	private lose(): void {
		if (this.gone.signal.aborted) return;
		this.close();
		this.events.closed();
	}

	private receive(data: unknown): void {
		if (data instanceof ArrayBuffer) {
			this.events.frame(data);
			return;
		}
		const message = parseServer(data);
		if (!message) return;
		if (message.type === "pong" && this.asked?.n === message.n) {
			this.tripMS = performance.now() - this.asked.at;
			this.asked = null;
		}
		this.events.message(message);
	}
}
