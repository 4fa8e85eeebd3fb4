import { text } from "../text/en";

/** A customer's words in pieces: what was said, and sounds without words such as [sighs]. */
export function spokenPieces(words: string): { words: string; sound: boolean }[] {
	return words
		.split(/(\[(?:sighs|breath|pause)\])/)
		.filter((piece) => piece !== "")
		.map((piece) => ({ words: piece, sound: /^\[\w+\]$/.test(piece) }));
}

/** What a customer says. A sigh stands beside her words, quieter than they are. */
export function Spoken({ words }: { words: string }) {
	const pieces = spokenPieces(words);
	if (!pieces.some((piece) => piece.sound)) return <>{words}</>;
	return (
		<>
			{pieces.map((piece, i) =>
				piece.sound ? (
					<i key={piece.words + String(i)} class="sound-mark" title={text.people.spoken[piece.words.slice(1, -1)]}>
						{piece.words}
					</i>
				) : (
					piece.words
				),
			)}
		</>
	);
}
