/** What a key does in a replay; null when it does nothing there. */
export type KeyAction =
	| { do: "toggle" }
	| { do: "move"; byMS: number }
	| { do: "turn"; by: -1 | 1 }
	| { do: "speed"; by: -1 | 1 }
	| { do: "zoom"; by: -1 | 1 }
	| { do: "whole" }
	| { do: "start" }
	| { do: "end" }
	| { do: "copy" }
	| { do: "help" };

export interface Pressed {
	key: string;
	ctrlKey: boolean;
	metaKey: boolean;
	altKey: boolean;
	/** True when the key belongs to a field, a menu or a dialog instead. */
	taken: boolean;
	/** True when focus is on a button or link, which Space and Enter press. */
	onButton: boolean;
}

/** The action of a key press. Keys with Ctrl, Alt or Command are the browser's and the reader's own. */
export function actionOf(pressed: Pressed): KeyAction | null {
	if (pressed.taken || pressed.ctrlKey || pressed.metaKey || pressed.altKey) return null;
	switch (pressed.key) {
		case " ":
			return pressed.onButton ? null : { do: "toggle" };
		case "k":
		case "K":
			return { do: "toggle" };
		case "j":
		case "J":
			return { do: "move", byMS: -5000 };
		case "l":
		case "L":
			return { do: "move", byMS: 5000 };
		case "ArrowLeft":
			return { do: "move", byMS: -1000 };
		case "ArrowRight":
			return { do: "move", byMS: 1000 };
		case "ArrowUp":
			return { do: "turn", by: -1 };
		case "ArrowDown":
			return { do: "turn", by: 1 };
		case "[":
			return { do: "speed", by: -1 };
		case "]":
			return { do: "speed", by: 1 };
		case "+":
		case "=":
			return { do: "zoom", by: 1 };
		case "-":
		case "−":
			return { do: "zoom", by: -1 };
		case "0":
			return { do: "whole" };
		case "Home":
			return { do: "start" };
		case "End":
			return { do: "end" };
		case "c":
		case "C":
			return { do: "copy" };
		case "?":
			return { do: "help" };
		default:
			return null;
	}
}

/** Reads what actionOf needs from a browser's event. */
export function pressedOf(event: KeyboardEvent): Pressed {
	const target = event.target instanceof Element ? event.target : null;
	return {
		key: event.key,
		ctrlKey: event.ctrlKey,
		metaKey: event.metaKey,
		altKey: event.altKey,
		taken: target?.closest("input, textarea, select, [contenteditable], dialog") != null,
		onButton: target?.closest("button, a, summary") != null,
	};
}
