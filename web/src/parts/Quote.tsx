import type { Player } from "../sound/player";
import { text } from "../text/en";
import { clock } from "../text/format";
import { PauseMark, PlayMark } from "./icons";

/** Something a person said. It can be heard wherever sound was kept. */
export function Quote({
	words,
	who,
	fromMS,
	toMS,
	player,
	small = false,
}: {
	words: string;
	who: string;
	fromMS: number;
	toMS: number;
	player: Player;
	small?: boolean;
}) {
	// A little before and after, so that the first and last sounds are whole.
	const range = { fromMS: Math.max(0, fromMS - 200), toMS: toMS + 300 };
	const playing = player.playing.value && player.range.value?.fromMS === range.fromMS && player.range.value.toMS === range.toMS;
	const at = clock(fromMS);
	return (
		<blockquote class={`quote${small ? " small-quote" : ""}${player.hasSound ? "" : " unplayed"}`}>
			{player.hasSound && (
				<button
					type="button"
					class="play"
					aria-label={playing ? text.quote.stop : text.quote.play(at)}
					onClick={() => {
						if (playing) player.pause();
						else player.playRange(range.fromMS, range.toMS);
					}}
				>
					{playing ? <PauseMark /> : <PlayMark />}
				</button>
			)}
			<p>“{words}”</p>
			<footer class="by">{text.quote.by(who, at)}</footer>
		</blockquote>
	);
}
