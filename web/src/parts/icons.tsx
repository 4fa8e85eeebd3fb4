import type { ComponentChildren } from "preact";

function Icon({ children }: { children: ComponentChildren }) {
	return (
		<svg class="i" viewBox="0 0 24 24" aria-hidden="true">
			{children}
		</svg>
	);
}

const path = (d: string) => () => (
	<Icon>
		<path d={d} />
	</Icon>
);

export const Check = path("m5 12.5 4.5 4.5L19 7.5");
export const Cross = path("m7 7 10 10M17 7 7 17");
export const Chevron = path("m6 9 6 6 6-6");
export const Back = path("m14 6-6 6 6 6");
export const Mic = path("M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3ZM6 11a6 6 0 0 0 12 0M12 17v4");
export const MicOff = path(
	"M9 9v2a3 3 0 0 0 4.6 2.500M15 10V6a3 3 0 0 0-5.800-1.100M6 11a6 6 0 0 0 9.500 4.900M18 11a6 6 0 0 1-.5 2.400M12 17v4M4 4l16 16",
);
export const HangUp = path("M2.5 13.5c5.5-5.5 13.5-5.5 19 0l-2.600 3.200-4-1.800v-2.700a10 10 0 0 0-5.800 0v2.700l-4 1.800Z");
export const Phone = path(
	"M6.500 3.500h3l1.500 4.500-2 1.500a12 12 0 0 0 5.500 5.500l1.500-2 4.500 1.500v3a2 2 0 0 1-2.200 2A17 17 0 0 1 4.500 5.700a2 2 0 0 1 2-2.200Z",
);
export const Keyboard = path(
	"M4 6h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1ZM7 10h.01M11 10h.01M15 10h.01M8 14h8",
);
export const Rewind = path("M11 6 5 12l6 6M19 6l-6 6 6 6");
export const Skip = path("m13 6 6 6-6 6M5 6l6 6-6 6");
export const LinkIcon = path("M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1");
export const Notice = path("M12 8v5M12 16.500v.01M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17Z");
export const Sound = path("M5 9.500h3l4-3.500v12l-4-3.500H5ZM15.500 9a4.200 4.200 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11");

export const Pause = path("M9 6v12M15 6v12");
export const Note = path(
	"M9 18V6l10-2v12M9 18a2.500 2.500 0 1 1-5 0 2.500 2.500 0 0 1 5 0ZM19 16a2.500 2.500 0 1 1-5 0 2.500 2.500 0 0 1 5 0Z",
);

export const Lock = () => (
	<Icon>
		<rect x="5" y="11" width="14" height="9" rx="2" />
		<path d="M8 11V8a4 4 0 0 1 8 0v3" />
	</Icon>
);

export const Captions = () => (
	<Icon>
		<rect x="3" y="5" width="18" height="14" rx="3" />
		<path d="M7 14h5M15 14h2M7 10h2M12 10h5" />
	</Icon>
);

export const PlayMark = () => (
	<svg class="playmark" viewBox="0 0 16 16" aria-hidden="true">
		<path d="M4 2v12l10-6Z" />
	</svg>
);

export const PauseMark = () => (
	<svg class="playmark" viewBox="0 0 16 16" aria-hidden="true">
		<path d="M3.500 2h3v12h-3ZM9.500 2h3v12h-3Z" />
	</svg>
);

export const Mark = () => (
	<svg viewBox="0 0 24 24" aria-hidden="true">
		<path d="M4 15a8 8 0 0 1 8-8M8 19a8 8 0 0 1 8-8" />
		<circle cx="17.5" cy="6" r="1.6" />
	</svg>
);
