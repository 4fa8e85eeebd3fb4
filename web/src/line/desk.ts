import { createContext } from "preact";
import type { CallMode, Scenario } from "../api/types";
import type { Line } from "./state";

/** A call that was made and not yet joined, or that goes on and was left by a reload: what the call page begins with. */
export interface MadeCall {
	id: string;
	/** A token that was not used yet; null after a reload. */
	token: string | null;
	lineUrl: string;
	/** What was said before; empty at the start. */
	lines: Line[];
	scenario: Scenario;
	mode: CallMode;
	keepSound: boolean;
	/** Where the trainee's words go as text; null when they stay on the server. */
	wordsHost: string | null;
	/** Open microphone; null when typing. Whoever takes the call owns it. */
	microphone: MediaStream | null;
}

/** Where a made call waits between two pages. A join token lives in memory only, never in an address or in storage. */
export class Desk {
	private made: MadeCall | null = null;

	put(call: MadeCall): void {
		this.made = call;
	}

	/** Takes the call with this id; null when there is none, as after a reload. */
	take(id: string): MadeCall | null {
		if (this.made?.id !== id) return null;
		const call = this.made;
		this.made = null;
		return call;
	}
}

export const DeskContext = createContext(new Desk());
