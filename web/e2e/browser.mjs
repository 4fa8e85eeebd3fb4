import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

/** Starts Debian's Chromium for tests. */
export const launch = (more = []) =>
	chromium.launch({
		executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
		args: [
			"--no-sandbox",
			"--disable-gpu",
			"--disable-quic",
			"--no-first-run",
			"--disable-background-networking",
			"--disable-component-update",
			"--disable-sync",
			"--allow-loopback-in-peer-connection",
			"--autoplay-policy=no-user-gesture-required",
			...more,
		],
	});

export const fakeMic = readFileSync(new URL("fake-mic.js", import.meta.url), "utf8");
