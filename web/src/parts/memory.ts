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

export const remembered = {
	/** Version of the notice that was agreed to. */
	notice: word("notice"),
	/** Id of the microphone that was chosen. */
	microphone: word("microphone"),
	/** "off" when captions were switched off. */
	captions: word("captions"),
	/** "on" when calls are practised without keeping sound. */
	noSound: word("no-sound"),
	/** light, dark, or empty for the system's. */
	theme: word("theme"),
};
