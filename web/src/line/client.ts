import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { ApiError } from "../api/client";
import { type Browser, realBrowser } from "./browser";
import type { Codec } from "./frame";
import { Gain } from "./gain";
import type { ClientMessage, ServerMessage, Want } from "./messages";
import { Microphone } from "./mic";
import { afterError, ownLine, SleepWatch, WAITS_MS, waitBefore } from "./rejoin";
import { Signalling } from "./signalling";
import { foldLine, type Line, type LineState, type LocalEvent, lineStart } from "./state";
import { Way } from "./way";

export interface LineOptions {
	/** Path of the signalling socket. The token goes into hello, where no proxy logs it. */
	lineUrl: string;
	/** A token not used yet; null when the page was loaded in the middle of the call. */
	token: string | null;
	/** Another token, to join again. Rejects with an ApiError. */
	newToken: () => Promise<string>;
	want: Want;
	/** The codec of a WebSocket line; null for the better one that the browser has. */
	codec?: Codec | null;
	/** The trainee's microphone; null when typing. The line owns it from here on and stops it at the end. */
	microphone: MediaStream | null;
	/** Opens the system's own microphone, when the first one went away; null when none can be had. */
	openMicrophone: () => Promise<MediaStream | null>;
	/** The element that the customer's voice comes from. */
	audio: HTMLAudioElement;
	captions: boolean;
	/** What was said before this page was loaded. */
	lines?: Line[];
	browser?: Browser;
}

const HEARD_EVERY_MS = 250;
const QUALITY_EVERY_MS = 2_000;
const TICK_MS = 1_000;
const PING_EVERY_TICKS = 4;
/** After this long without being live, the connection is given up. */
const CONNECT_WITHIN_MS = 20_000;

/**
 * One call's line: signalling, the transport that carries its sound, the microphone and the customer's voice. It finds
 * another way when one fails, and joins again when the socket is lost. It owns all of them: after close() no track,
 * timer, socket or connection of it is left.
 */
export class LineClient {
	readonly state: ReadonlySignal<LineState>;
	/** The customer's sound once it is there, for the level ring. */
	readonly remote: Signal<MediaStream | null> = signal(null);
	readonly local: ReadonlySignal<MediaStream | null>;

	private readonly current: Signal<LineState>;
	private readonly browser: Browser;
	private readonly gain: Gain;
	private readonly mic: Microphone;
	private readonly sleep: SleepWatch;
	private readonly gone = new AbortController();
	private readonly timers: ReturnType<typeof setInterval>[] = [];
	private readonly began = performance.now();
	private signalling: Signalling | null = null;
	private readonly way: Way;
	private token: string | null;
	private round = 0;
	private tries = 0;
	private conflicts = 0;
	private ticks = 0;
	private lastHeard = -1;
	private holding = false;
	private next: ReturnType<typeof setTimeout> | undefined;

	constructor(private readonly options: LineOptions) {
		this.browser = options.browser ?? realBrowser;
		this.current = signal({ ...lineStart, lines: options.lines ?? [] });
		this.state = this.current;
		this.token = options.token;
		this.gain = new Gain(options.audio);
		options.audio.volume = 1;
		options.audio.muted = false;
		this.mic = new Microphone(
			options.microphone,
			options.openMicrophone,
			(trouble, label) => this.fold({ type: "mic", trouble, label }),
			(stream) => this.way.microphone(stream),
			this.browser.devices(),
		);
		this.local = this.mic.stream;
		this.way = new Way(options.want, this.road(), { ...this.browser, codec: () => this.codec() });
		this.sleep = new SleepWatch(this.browser.day());
		const on = { signal: this.gone.signal };
		this.browser.network.addEventListener("online", () => this.networkChanged(), on);
		this.browser.network.addEventListener("offline", () => this.fold({ type: "offline", on: true }), on);
		this.every(TICK_MS, () => this.tick());
		this.every(HEARD_EVERY_MS, () => this.reportHeard());
		this.every(QUALITY_EVERY_MS, () => void this.measure());
		this.fold({ type: "way", way: options.want });
		void this.join(false);
	}

	/** Says a typed turn. False when the line cannot take it now. */
	say(words: string): boolean {
		const line = words.trim();
		if (line === "" || this.current.value.phase !== "live") return false;
		this.fold({ type: "said", text: line });
		return this.signalling?.send({ type: "say", text: line }) ?? false;
	}

	mute(on: boolean): void {
		this.fold({ type: "muted", on });
		this.hearMicrophone();
		this.signalling?.send({ type: "mute", on });
	}

	/** Puts the customer on hold or takes her back. The microphone is off at once; the server then says that it holds. */
	hold(on: boolean): void {
		if (this.current.value.phase !== "live") return;
		this.holding = on;
		this.hearMicrophone();
		this.signalling?.send({ type: "hold", on });
	}

	/** Answers whether what was said was part of the practice. */
	safety(goOn: boolean): void {
		this.signalling?.send({ type: "safety", go_on: goOn });
		this.fold({ type: "safety_answered", goOn });
		this.hearMicrophone();
	}

	captions(on: boolean): void {
		this.signalling?.send({ type: "captions", on });
	}

	/** Ends the call as the trainee's wish. The server answers with how it ended. */
	hangUp(): void {
		this.signalling?.send({ type: "hangup" });
	}

	/** Puts a microphone on the line, after the old one went away. */
	microphoneAgain(): Promise<void> {
		return this.mic.again();
	}

	/** Takes the call from another page, or back from it. */
	async takeOver(): Promise<void> {
		if (this.over) return;
		this.fold({ type: "joining" });
		if (this.way.want !== "typing" && !this.mic.stream.value) await this.mic.again();
		this.tries = 0;
		await this.join(true);
	}

	/** Starts the customer's sound; needed again after the browser asked for a gesture. */
	async play(): Promise<void> {
		try {
			await this.options.audio.play();
			await this.way.resume();
			this.fold({ type: "play_blocked", blocked: false });
		} catch {
			if (!this.closed) this.fold({ type: "play_blocked", blocked: true });
		}
	}

	/** The person has seen the advice, or the news of another microphone. */
	seen(): void {
		this.fold({ type: "advice_seen" });
	}

	/** Takes everything down. Safe to call twice. */
	close(): void {
		if (this.closed) return;
		this.gone.abort();
		for (const timer of this.timers) clearInterval(timer);
		this.drop();
		this.way.close();
		this.gain.close();
		this.mic.close();
		this.options.audio.pause();
	}

	private get closed(): boolean {
		return this.gone.signal.aborted;
	}

	private get over(): boolean {
		const { phase } = this.current.value;
		return this.closed || phase === "ended" || phase === "failed";
	}

	/** Opens a socket and says hello. Whatever was there before is let go. */
	private async join(takeOver: boolean): Promise<void> {
		this.drop();
		const round = this.round;
		let token = this.token;
		this.token = null;
		try {
			token ??= await this.options.newToken();
		} catch (error) {
			if (round !== this.round || this.over) return;
			const status = error instanceof ApiError ? error.status : 0;
			if (status === 0 || status === 429 || status >= 500) this.later();
			else this.fold({ type: "refused", trouble: error instanceof ApiError ? error.detail : "" });
			return;
		}
		const { want } = this.way;
		const codec = want === "websocket" ? await this.way.codec() : undefined;
		if (round !== this.round || this.over) return;
		const url = new URL(this.options.lineUrl, location.href);
		url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
		const hello = { token, want, ...(codec && { codec }), ...(takeOver && { take_over: true }) };
		this.signalling = new Signalling(this.browser.socket(url.href), hello, {
			message: (message) => this.receive(message),
			frame: (data) => this.way.frame(data),
			closed: () => this.lost(),
		});
	}

	/** Joins again a little later; sooner at first. */
	private later(inMS?: number): void {
		this.drop();
		const { lostAt } = this.current.value;
		const wait = inMS ?? waitBefore(this.tries++);
		this.next = setTimeout(() => {
			const own = inMS === undefined && lostAt > 0 && ownLine(performance.now() - lostAt);
			void this.join(own);
		}, wait);
	}

	/** The socket is gone: the call waits on the server, and this page joins it again. */
	private lost(): void {
		if (this.over) return;
		this.fold({ type: "line_lost" });
		this.later();
	}

	private receive(message: ServerMessage): void {
		this.fold(message);
		switch (message.type) {
			case "welcome":
				this.welcome();
				break;
			case "gain":
				this.gain.ramp(message.db, message.ramp_ms);
				break;
			case "held":
				this.holding = message.on && message.by === "button";
				this.hearMicrophone();
				break;
			case "safety":
				this.hearMicrophone();
				break;
			case "state":
				if (message.state === "live") this.tries = 0;
				break;
			case "error":
				if (message.fatal) this.refused(message.code, message.message);
				else if (message.code === "bad_offer") void this.way.switchOver();
				// A server without this way keeps the line as it was, and that was of no use.
				else if (message.code === "want" || message.code === "unknown_type") this.way.refused();
				break;
			case "ended":
				this.drop();
				break;
			case "answer":
			case "candidate":
				this.way.receive(message);
				break;
			default:
		}
	}

	private refused(code: string, words: string): void {
		const next = afterError(code, this.conflicts, this.current.value.wasLive);
		if (code === "conflict") this.conflicts++;
		if (next.do === "again") this.later(next.inMS);
		else this.drop();
		if (next.do === "ask") this.fold({ type: "conflict" });
		if (next.do === "taken") this.fold({ type: "taken" });
		// Only the page that is on the call holds a microphone.
		if (next.do === "ask" || next.do === "taken") this.mic.release();
		if (next.do === "fail") this.fold({ type: "refused", trouble: words });
	}

	private welcome(): void {
		this.conflicts = 0;
		this.gain.ramp(0, 0);
		if (this.options.captions) this.captions(true);
		if (this.current.value.muted) this.signalling?.send({ type: "mute", on: true });
		void this.way.start();
	}

	private road() {
		return {
			send: (message: ClientMessage) => this.signalling?.send(message) ?? false,
			sendFrame: (data: ArrayBuffer) => this.signalling?.sendFrame(data) ?? false,
			answers: () => this.signalling?.answers(performance.now()) ?? false,
			roundTripMS: () => this.signalling?.roundTripMS ?? 0,
			microphone: () => this.mic.stream.value,
			remote: (stream: MediaStream) => {
				this.options.audio.srcObject = stream;
				this.remote.value = stream;
				void this.play();
			},
			up: () => this.fold({ type: "line_back" }),
			down: () => this.fold({ type: "line_lost" }),
			blocked: (blocked: boolean) => this.fold({ type: "play_blocked", blocked }),
			switched: () => this.fold({ type: "way", way: "websocket" }),
			stuck: () => this.giveUp(),
		};
	}

	private codec(): Promise<Codec> {
		return this.options.codec ? Promise.resolve(this.options.codec) : this.browser.codec();
	}

	private networkChanged(): void {
		this.fold({ type: "offline", on: false });
		this.wake();
	}

	/** After the network changed or the machine slept: look whether the line still stands, and find a new way. */
	private wake(): void {
		if (this.over) return;
		if (!this.signalling) {
			if (this.current.value.phase === "lost" || this.current.value.phase === "connecting") {
				this.tries = 0;
				this.later();
			}
			return;
		}
		this.signalling.ping(performance.now(), true);
		this.way.renew();
	}

	private tick(): void {
		const now = performance.now();
		if (this.sleep.tick(this.browser.day())) this.wake();
		const { phase, lostAt } = this.current.value;
		if (phase === "lost" && now - lostAt > WAITS_MS) this.giveUp();
		if (phase === "connecting" && now - this.began > CONNECT_WITHIN_MS) this.giveUp();
		this.signalling?.check(now);
		if (this.ticks++ % PING_EVERY_TICKS === 0 || phase === "lost") this.signalling?.ping(now);
	}

	private giveUp(): void {
		this.drop();
		this.fold({ type: "gave_up" });
	}

	/** Lets the socket, its sound and all that was planned go. */
	private drop(): void {
		this.round++;
		clearTimeout(this.next);
		this.way.drop();
		this.signalling?.close();
		this.signalling = null;
		this.remote.value = null;
		this.options.audio.srcObject = null;
	}

	private hearMicrophone(): void {
		this.mic.hear(!this.current.value.muted && !this.holding && this.current.value.safety === "");
	}

	/** Tells the server how far the person has heard. */
	private reportHeard(): void {
		const rtp = this.way.heard();
		if (rtp === null || rtp === this.lastHeard) return;
		this.lastHeard = rtp;
		this.signalling?.send({ type: "heard", rtp });
	}

	private async measure(): Promise<void> {
		const quality = await this.way.quality();
		if (quality && !this.over) this.fold({ type: "quality", quality });
	}

	private every(ms: number, run: () => void): void {
		this.timers.push(setInterval(run, ms));
	}

	private fold(event: ServerMessage | LocalEvent): void {
		this.current.value = foldLine(this.current.value, event, performance.now());
	}
}
