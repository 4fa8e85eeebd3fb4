import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { text } from "../text/en";
import { Mark } from "./icons";
import { remembered } from "./memory";

type Theme = "system" | "light" | "dark";

/** Follows the system again, or keeps to light or dark. */
export function applyTheme(theme: Theme): void {
	if (theme === "system") delete document.documentElement.dataset.theme;
	else document.documentElement.dataset.theme = theme;
	remembered.theme.set(theme === "system" ? "" : theme);
}

function ThemePicker() {
	const [theme, setTheme] = useState<Theme>((remembered.theme.get() as Theme) || "system");
	return (
		<label class="theme">
			<span class="vh">{text.app.theme}</span>
			<select
				value={theme}
				onChange={(event) => {
					const chosen = event.currentTarget.value as Theme;
					setTheme(chosen);
					applyTheme(chosen);
				}}
			>
				{(["system", "light", "dark"] as const).map((name) => (
					<option key={name} value={name}>
						{text.app.themes[name]}
					</option>
				))}
			</select>
		</label>
	);
}

/** Names the page in the browser and moves a screen reader to its start. */
export function usePage(title: string): void {
	useEffect(() => {
		document.title = title === "" ? text.app.name : text.app.title(title);
	}, [title]);
}

/** Everything around a page but the call, which has the whole screen. */
export function Shell({
	title,
	children,
	at = "",
	singleUser = true,
}: {
	title: string;
	children: ComponentChildren;
	/** The address of the page in the main navigation that this is. */
	at?: string;
	singleUser?: boolean;
}) {
	usePage(title);
	useEffect(() => {
		window.scrollTo(0, 0);
	}, []);
	return (
		<>
			<a class="skip" href="#main">
				{text.app.skip}
			</a>
			<header class="bar">
				<div class="wrap">
					<a class="mark" href="/">
						<Mark />
						{text.app.name}
					</a>
					<nav aria-label={text.app.main}>
						{Object.entries(text.app.pages).map(([address, name]) => (
							<a key={address} href={address} aria-current={address === at ? "page" : undefined}>
								{name}
							</a>
						))}
					</nav>
					<span class="who">{singleUser ? text.app.noSignIn : ""}</span>
					<ThemePicker />
				</div>
			</header>
			<main id="main" tabIndex={-1}>
				{children}
			</main>
		</>
	);
}

/** A wait. It shows itself only after 300 ms, so that quick answers do not flicker. */
export function Waiting({ words = "" }: { words?: string }) {
	return (
		<div class="waiting" role="status">
			{words === "" && <h1 class="vh">{text.app.loading}</h1>}
			<span class="track" aria-hidden="true">
				<i />
			</span>
			<p>{words || text.app.loading}</p>
		</div>
	);
}
