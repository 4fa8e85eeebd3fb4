// The pages around a call, against the real server without models: the library, a follow-up, the debrief's letter, the
// question about safety. Calls go by typing, so that it is quick.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findings, variants } from "./look.mjs";
import { check } from "./report.mjs";
import { api, startServer } from "./server.mjs";
import { openPage, startCall } from "./trainee.mjs";

const first = "late-birthday-parcel";
const followUp = `${first}-three-days-on`;
const aboutOneself = "Honestly, I want to kill myself.";

/** A scenario of one's own, a copy of the first one; edit() changes its first file. */
function ownScenario(work) {
	const folder = join(work, "own-personas");
	const there = join(folder, "my-parcel");
	mkdirSync(folder, { recursive: true });
	cpSync(fileURLToPath(new URL(`../../personas/${first}`, import.meta.url)), there, { recursive: true });
	const file = join(there, "scenario.yaml");
	const edit = (from, to) => writeFileSync(file, readFileSync(file, "utf8").replace(from, to));
	edit(/^slug: .*$/m, "slug: my-parcel");
	edit(/^title: .*$/m, "title: A parcel of my own");
	return { folder, edit };
}

async function world(name, shared, run, withOwn = true) {
	const assets = join(shared.work, "no-models");
	mkdirSync(assets, { recursive: true });
	const own = withOwn ? ownScenario(shared.work) : null;
	const more = [...(own ? ["--personas", own.folder] : []), "--safety-help", "Ring the desk on the ground floor."];
	const server = await startServer({ binary: shared.binary, assets, data: join(shared.work, `${name}-data`), more });
	const page = await openPage(shared.browser(), null);
	try {
		await run(page, server, own);
		check(`${name}: the pages had no errors of their own`, page.troubles.length === 0, page.troubles.join("; "));
	} catch (error) {
		await page.screenshot({ path: join(shared.work, `${name}.png`) }).catch(() => {});
		throw error;
	} finally {
		await page.context().close();
		await server.stop();
	}
}

/** From the brief to a typed call in which she has said hello. */
export async function typedCall(page, url, slug) {
	await page.goto(`${url}/scenarios/${slug}?by=typing`);
	const agree = page.getByRole("button", { name: "I agree" });
	await agree
		.or(page.getByRole("button", { name: "Start call" }))
		.first()
		.waitFor();
	if (await agree.isVisible()) await agree.click();
	const id = await startCall(page, 1);
	await page.getByTestId("conversation").locator("li.her").first().waitFor();
	return id;
}

/** Types one line and sends it. */
export async function say(page, line) {
	await page.getByLabel("What you say").fill(line);
	await page.getByRole("button", { name: "Say it" }).click();
}

/** Types lines, each after her answer to the one before, until she has hung up or they are all said. */
export async function sayAll(page, lines) {
	const hers = page.getByTestId("conversation").locator("li.her");
	const over = page.getByTestId("call-over");
	for (const line of lines) {
		const heard = await hers.count();
		await say(page, line);
		await hers.nth(heard).or(over).first().waitFor();
		if (await over.isVisible()) return;
	}
}

/** Ends the call, unless she has, and waits for what she says afterwards. */
export async function toLetter(page) {
	const over = page.getByTestId("call-over");
	const end = page.getByRole("button", { name: "End call" });
	await over.or(end).first().waitFor();
	if (await over.isVisible()) await page.getByRole("link", { name: "See how it went" }).click();
	else await end.click();
	await page.getByTestId("outcome").waitFor();
}

/** Everybody is listed, the address is the filter, and a surprise gives no name away. */
async function checkLibrary(page, server, own) {
	const { scenarios } = await api(server.url, "/api/scenarios");
	const people = page.locator(".person");
	await page.goto(`${server.url}/library`);
	await people.first().waitFor();
	check(
		"library: all seventeen are there, and one's own",
		(await people.count()) === 18 && scenarios.length === 18,
		String(scenarios.length),
	);
	await page.goto(`${server.url}/library?difficulty=4`);
	await people.first().waitFor();
	const severe = scenarios.filter((s) => s.difficulty === 4).length;
	check("library: the address is the filter", (await people.count()) === severe, `${await people.count()} of ${severe}`);
	await page.locator(".chips label", { hasText: "De-escalate" }).click();
	await page.waitForFunction(() => location.search.includes("skill=deescalate"));
	const asked = new URL(page.url()).searchParams;
	check(
		"library: a choice goes into the address",
		asked.get("difficulty") === "4" && asked.get("skill") === "deescalate",
		page.url(),
	);
	const both = scenarios.filter((s) => s.difficulty === 4 && s.skills.includes("deescalate")).length;
	check("library: both choices hold", (await people.count()) === both, `${await people.count()} of ${both}`);
	own.edit(/^difficulty: .*$/m, "difficulty: 9");
	await page.reload();
	const mistakes = page.getByTestId("library-problems");
	const words = (await mistakes.innerText()).replaceAll("\n", " ");
	check(
		"library: a mistake of one's own is told by file and line, with what to do",
		/my-parcel\/scenario\.yaml, line \d+/.test(words) && words.includes("save the file"),
		words,
	);
	check(
		"library: its last good version goes on",
		words.includes("last good version goes on") && (await api(server.url, "/api/scenarios/my-parcel")).difficulty === 1,
	);
	own.edit(/^difficulty: .*$/m, "difficulty: 1");
	await page.getByRole("button", { name: "Look again" }).click();
	await mistakes.waitFor({ state: "detached" });
	check("library: once it is mended nothing is said of it", true);
	await page.getByRole("button", { name: "Surprise me" }).click();
	await page.getByRole("heading", { level: 1, name: "Someone you have not met" }).waitFor();
	const shown = `${await page.title()} ${await page.locator("main").innerText()}`;
	const known = scenarios.filter((s) => shown.includes(s.persona.name) || shown.includes(s.title));
	check("surprise: nothing on the page says who it is", known.length === 0, known.map((s) => s.slug).join(" "));
	await page.goto(`${server.url}/scenarios/${first}`);
	const links = page.getByTestId("relatives").getByRole("link");
	await links.first().waitFor();
	const to = await links.evaluateAll((all) => all.map((a) => a.getAttribute("href")));
	check(
		"brief: the same problem with other temperaments is linked",
		to.length === 3 && to.includes(`/scenarios/${first}-guarded`),
		to.join(" "),
	);
}

/** A call with promises, her letter, and what her follow-up remembers of it. */
async function checkLetter(page, server, lines) {
	await page.goto(`${server.url}/library`);
	const card = page.locator(".person", { has: page.locator(`a[href="/scenarios/${followUp}"]`) });
	check("follow-up: its card says what it waits for", (await card.innerText()).includes("Opens with your call"));
	const id = await typedCall(page, server.url, first);
	await sayAll(page, lines);
	await toLetter(page);
	const { outcome } = await api(server.url, `/api/calls/${id}`);
	const shown = await page.getByTestId("outcome").innerText();
	const letter = outcome.letter
		.replaceAll("'", "’")
		.split(/\n{2,}/)
		.map((p) => p.replaceAll(/\s+/g, " ").trim());
	check(
		"letter: it is shown whole",
		letter[0] !== "" && letter.every((p) => shown.replaceAll(/\s+/g, " ").includes(p)),
		letter[0],
	);
	check(
		"letter: satisfaction, staying and recommending are answered",
		shown.includes(`${outcome.csat} of 5`) && (shown.match(/\b(Yes|No)\b/g) ?? []).length >= 2,
	);
	await page.goto(`${server.url}/library`);
	await card.waitFor();
	const status = await page.locator(".count").innerText();
	check(
		"follow-up: the library says when, and that she remembers",
		/Maya’s follow-up is open: three days have passed, and she will remember/.test(status),
		status,
	);
	await card.getByRole("link").click();
	const promised = page.getByTestId("promised");
	await promised.waitFor();
	const words = (await promised.innerText()).replaceAll("\n", " ");
	const { follow_up } = await api(server.url, `/api/scenarios/${followUp}`);
	check(
		"follow-up: its brief says what was promised and what came of it",
		follow_up.promises.length > 0 && follow_up.promises.every((p) => words.includes(p.what)) && /Kept|Not kept/.test(words),
		words,
	);
}

/** The question about safety holds until it is answered, and nothing of it is kept. */
async function checkSafety(page, server) {
	const dialog = page.getByTestId("safety");
	const id = await typedCall(page, server.url, first);
	const title = await page.title();
	await say(page, aboutOneself);
	await dialog.waitFor();
	const inside = () => page.evaluate(() => document.activeElement?.closest('[data-testid="safety"]') !== null);
	check("safety: the question has the focus", await inside());
	for (let i = 0; i < 3; i++) await page.keyboard.press("Escape");
	check("safety: Escape does nothing", await dialog.isVisible());
	const reached = new Set();
	for (let i = 0; i < 6; i++) {
		await page.keyboard.press("Tab");
		const at = await page.evaluate(() => [document.activeElement?.tagName, document.activeElement?.textContent]);
		if (at[0] !== "BODY" && at[0] !== "HTML") reached.add(at[1]);
	}
	check(
		"safety: only its two answers can be reached",
		[...reached].sort().join() === "Go on,Stop and show help",
		[...reached].join(),
	);
	await dialog.getByRole("button", { name: "Go on" }).click();
	await dialog.waitFor({ state: "detached" });
	await sayAll(page, ["What happened with your parcel?"]);
	check(
		"safety: the call goes on where it stood",
		(await page.title()) === title && (await page.getByTestId("conversation").isVisible()),
	);
	await say(page, aboutOneself);
	await dialog.getByRole("button", { name: "Stop and show help" }).click();
	const help = page.getByTestId("safety-help");
	await help.waitFor();
	await help.getByText("Ring the desk on the ground floor.").waitFor();
	check(
		"safety: the help is this server's own, and has the focus",
		await page.evaluate(() => document.activeElement?.tagName === "H1"),
	);
	const kept = JSON.stringify([await api(server.url, `/api/calls/${id}`), await api(server.url, "/api/calls")]);
	check(
		"safety: nothing of it is in what is kept",
		!/kill myself|safety/i.test(kept),
		kept.match(/.{40}(kill myself|safety).{40}/i)?.[0],
	);
	check("safety: nor in what the server writes down", !/kill myself/i.test(server.said()));
}

const out = fileURLToPath(new URL("out/", import.meta.url));

/** Takes pictures of the page that is shown, light, dark and on a phone, and looks at each with axe. */
async function pictures(page, name, part = null) {
	const wrong = [];
	for (const { name: look, viewport, colorScheme } of variants) {
		await page.setViewportSize(viewport);
		await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
		await page.waitForTimeout(150);
		await page.screenshot({ path: `${out}${name}-${look}.png`, fullPage: !name.includes("safety") });
		await part?.screenshot({ path: `${out}${name}-part-${look}.png` });
		wrong.push(...(await findings(page)).map((line) => `${look}: ${line}`));
	}
	check(`${name}: axe finds nothing, and nothing is wider than the window`, wrong.length === 0, wrong.join("; "));
	await page.setViewportSize(variants[0].viewport);
}

/** Pictures of what only the real library shows: everybody, their briefs, a letter, the question. */
async function takePictures(page, server, lines) {
	mkdirSync(out, { recursive: true });
	await page.goto(`${server.url}/library`);
	await page.locator(".person").first().waitFor();
	await pictures(page, "real-library");
	for (const slug of [first, "pharmacy-delay", "host-of-the-flat"]) {
		await page.goto(`${server.url}/scenarios/${slug}`);
		await page.locator("h1").waitFor();
		await page.waitForLoadState("networkidle");
		await pictures(page, `real-brief-${slug}`);
	}
	await typedCall(page, server.url, first);
	await sayAll(page, lines);
	await toLetter(page);
	await page.locator("[data-grade-status=graded]").waitFor();
	await pictures(page, "real-debrief", page.getByTestId("outcome"));
	await page.goto(`${server.url}/scenarios/${followUp}`);
	await page.getByTestId("relatives").waitFor();
	await pictures(page, "real-brief-follow-up");
	await typedCall(page, server.url, "dead-line");
	await say(page, aboutOneself);
	await page.getByTestId("safety").waitFor();
	await pictures(page, "real-safety");
	await page.getByRole("button", { name: "Stop and show help" }).click();
	await page.getByTestId("safety-help").waitFor();
	await pictures(page, "real-safety-help");
}

/** Parts of the long run alone. */
export const looks = {
	"pictures: the real library and a real call": (shared) =>
		world("pictures", shared, (page, server) => takePictures(page, server, shared.trainees("first")[0].lines), false),
};

export const pages = {
	"pages: library, follow-up, letter, safety": (shared) =>
		world("pages", shared, async (page, server, own) => {
			await checkLibrary(page, server, own);
			await checkLetter(page, server, shared.trainees("first")[0].lines);
			await checkSafety(page, server);
		}),
};
