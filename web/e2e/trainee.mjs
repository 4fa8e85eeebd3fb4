// A trainee at the browser: the way from the library to the debrief, speaking whenever the page shows that the floor is free.

/** Runs in each page before it loads: notes every change of who holds the floor and of the call's state. */
const watch = () => {
	const seen = [];
	window.__floor = seen;
	const look = () => {
		const { floor = "", callState = "" } = document.body?.dataset ?? {};
		const last = seen.at(-1);
		if (last?.floor !== floor || last?.state !== callState) seen.push({ at: performance.now(), floor, state: callState });
	};
	new MutationObserver(look).observe(document, {
		subtree: true,
		attributes: true,
		attributeFilter: ["data-floor", "data-call-state"],
	});
	// The replay's player is no element of the page; checks ask it where it is.
	const Native = window.Audio;
	window.Audio = class extends Native {
		constructor(...args) {
			super(...args);
			window.__player = this;
		}
	};
};

/** Opens a page for one trainee; `mic` is the script that stands for the microphone, null for the browser's own. */
export async function openPage(browser, mic, options = {}) {
	const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
	const page = await context.newPage();
	page.setDefaultTimeout(20_000);
	if (mic) await page.addInitScript(mic);
	await page.addInitScript(watch);
	page.troubles = [];
	page.on("pageerror", (error) => page.troubles.push(String(error)));
	page.on("console", (message) => message.type() === "error" && page.troubles.push(message.text()));
	return page;
}

/** From the library to the microphone check. */
export async function toMicrophone(page, url, slug) {
	const library = new URL(url);
	library.pathname = "/library";
	await page.goto(library.href);
	await page.locator(`a[href="/scenarios/${slug}"]`).first().click();
	await page.getByRole("button", { name: "I agree" }).click();
}

/** Presses "Start call" with a seed of the test's own, so that the customer's course can be repeated. */
export async function startCall(page, seed) {
	if (seed !== undefined) {
		await page.route("**/api/calls", (route) =>
			route.request().method() === "POST"
				? route.continue({ postData: JSON.stringify({ ...route.request().postDataJSON(), seed: String(seed) }) })
				: route.continue(),
		);
	}
	const made = page.waitForResponse((r) => r.url().endsWith("/api/calls") && r.request().method() === "POST");
	await page.getByRole("button", { name: "Start call" }).click();
	const answer = await made;
	if (answer.status() !== 201) throw new Error(`the call was refused with ${answer.status()}: ${await answer.text()}`);
	const { id } = await answer.json();
	await page.waitForSelector('body[data-call-state="live"]');
	return id;
}

/**
 * Waits until she has spoken since `since` (performance.now() of the page) and the floor is free again.
 * Gives back "free", or "over" when the call has ended.
 */
export async function waitForFloor(page, since, withinMS = 45_000) {
	const found = await page.waitForFunction(
		(since) => {
			const seen = window.__floor;
			const last = seen.at(-1);
			if (!last) return false;
			if (last.state === "ended" || last.state === "failed" || (last.state === "" && seen.length > 1)) return "over";
			const hers = seen.findIndex((e) => e.at >= since && e.floor === "customer");
			return hers >= 0 && last.floor === "free" ? "free" : false;
		},
		since,
		{ timeout: withinMS, polling: 20 },
	);
	return found.jsonValue();
}

/** Says clips one after the other, each when the floor is free. Gives back those that were said, with the page's times. */
export async function speak(page, clips) {
	const said = [];
	let since = 0;
	for (const clip of clips) {
		if ((await waitForFloor(page, since)) === "over") break;
		const { startedMS, endedMS } = await page.evaluate((base64) => window.__say(base64), clip.base64);
		said.push({ clip, startedMS, endedMS });
		since = startedMS;
	}
	if (said.length === clips.length) await waitForFloor(page, since);
	return said;
}

/** Ends the call, unless she has, and waits on the debrief until the grade is settled. */
export async function endCall(page) {
	const over = page.getByTestId("call-over");
	const end = page.getByRole("button", { name: "End call" });
	await over.or(end).first().waitFor();
	if (await over.isVisible()) await page.getByRole("link", { name: "See how it went" }).click();
	else await end.click();
	const debrief = page.getByTestId("debrief");
	await debrief.waitFor();
	await page.waitForSelector('[data-grade-status="graded"], [data-grade-status="not_gradable"]', { timeout: 45_000 });
	return debrief.getAttribute("data-grade-status");
}
