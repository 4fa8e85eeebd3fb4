// What this browser remembers between visits. Storage may be switched off; everything then works, and is asked again.

function get(key: string): string {
	try {
		return localStorage.getItem(`rapport.${key}`) ?? "";
	} catch {
		return "";
	}
}

function set(key: string, value: string): void {
	try {
		if (value === "") localStorage.removeItem(`rapport.${key}`);
		else localStorage.setItem(`rapport.${key}`, value);
	} catch {
		// Nothing depends on being remembered.
	}
}

/** One remembered word, under its name. */
const word = (name: string) => ({ get: () => get(name), set: (value: string) => set(name, value) });

/** How the line of this tab's calls shall go, from an address with ?line=websocket or ?codec=pcm16; for trying out. */
export function lineChoice(): { line: "websocket" | null; codec: "opus" | "pcm16" | null } {
	const asked = new URLSearchParams(location.search);
	const of = (key: string): string => {
		const now = asked.get(key);
		try {
			if (now !== null) sessionStorage.setItem(`rapport.${key}`, now);
			return now ?? sessionStorage.getItem(`rapport.${key}`) ?? "";
		} catch {
			return now ?? "";
		}
	};
	const [line, codec] = [of("line"), of("codec")];
	return {
		line: line === "websocket" ? "websocket" : null,
		codec: codec === "opus" || codec === "pcm16" ? codec : null,
	};
}

export const remembered = {
	/** Version of the notice that was agreed to. */
	notice: word("notice"),
	/** Id of the microphone that was chosen. */
	microphone: word("microphone"),
	/** "off" when captions were switched off. */
	captions: word("captions"),
	/** "on" when calls are practised without keeping sound. */
	noSound: word("no-sound"),
	/** How long the customer waits: "longer", "much-longer", or empty for normal. */
	patience: word("patience"),
	/** The slug of a customer who is a surprise until they speak. */
	surprise: word("surprise"),
	/** "on" when soft music is played on hold. */
	holdMusic: word("hold-music"),
	/** light, dark, or empty for the system's. */
	theme: word("theme"),
};
