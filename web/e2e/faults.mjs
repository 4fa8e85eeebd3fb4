// What can go wrong in a browser or under a call, and what a person must be told then.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fakeMic } from "./browser.mjs";
import { checkGrade, checkReplay, checkSound, checkWords, onCallClock } from "./checks.mjs";
import { wavOf } from "./clips.mjs";
import { check } from "./report.mjs";
import { api, startServer } from "./server.mjs";
import { endCall, openPage, speak, startCall, toMicrophone, waitForFloor } from "./trainee.mjs";

/** The browser's own answer where there is no microphone; where there is one, it is hidden. */
const noMicrophone = `(() => {
	const devices = navigator.mediaDevices;
	const real = devices.getUserMedia.bind(devices);
	devices.getUserMedia = async (wanted) => {
		const found = await devices.enumerateDevices();
		if (found.some((d) => d.kind === "audioinput")) throw new DOMException("", "NotFoundError");
		return real(wanted);
	};
})();`;

const openMicrophone = (page) => page.getByRole("button", { name: "Check the microphone" }).click();

/** What the page says where the microphone should be. */
async function said(page, kind) {
	const box = page.getByTestId(`mic-${kind}`);
	await box.waitFor();
	return (await box.innerText()).replaceAll("\n", " ");
}

/** Types lines on the call page, each after her answer to the one before. Gives back what she said. */
async function typeCall(page, lines) {
	const hers = page.getByTestId("conversation").locator("li.her");
	for (const line of lines) {
		const before = await hers.count();
		if (before === 0) await hers.first().waitFor();
		const heard = await hers.count();
		await page.getByLabel("What you say").fill(line);
		await page.getByRole("button", { name: "Say it" }).click();
		const over = page.getByTestId("call-over");
		await hers.nth(heard).or(over).first().waitFor();
		if (await over.isVisible()) break;
	}
	return hers.allInnerTexts();
}

async function withServer(world, name, options, run) {
	const server = await startServer({
		binary: world.binary,
		assets: world.assets,
		data: join(world.work, `${name}-data`),
		...options,
	});
	try {
		return await run(server);
	} finally {
		await server.stop();
	}
}

async function withPage(world, mic, run, options) {
	const page = await openPage(world.browser(), mic, options);
	try {
		return await run(page);
	} finally {
		await page.context().close();
	}
}

export const browserFaults = {
	"browser: no microphone, not allowed, not able": (world) =>
		withServer(world, "browser", {}, async (server) => {
			await withPage(
				world,
				noMicrophone,
				async (page) => {
					await toMicrophone(page, server.url, world.slug);
					await page
						.getByTestId("mic-none")
						.or(page.getByRole("button", { name: "Check the microphone" }))
						.first()
						.waitFor();
					if (await page.getByRole("button", { name: "Check the microphone" }).isVisible()) await openMicrophone(page);
					const words = await said(page, "none");
					check("no microphone is said plainly", words.includes("No microphone was found. Plug one in"), words);
				},
				{ permissions: ["microphone"] },
			);
			await withPage(world, "delete window.RTCPeerConnection;", async (page) => {
				await toMicrophone(page, server.url, world.slug);
				await openMicrophone(page);
				const words = await said(page, "unsupported");
				check("a browser that cannot call is told so", words.includes("This browser cannot make calls."), words);
			});
			await world.relaunch(["--use-fake-device-for-media-stream", "--deny-permission-prompts"]);
			try {
				await withPage(world, null, async (page) => {
					await toMicrophone(page, server.url, world.slug);
					await openMicrophone(page);
					const words = await said(page, "denied");
					check("a microphone that is not allowed is said plainly", words.includes("The microphone is not allowed"), words);
					await page.getByRole("button", { name: "Go on by typing" }).click();
					const id = await startCall(page, 1);
					const answers = await typeCall(page, ["Hello, what happened with your parcel?"]);
					check("the call then goes on by typing", answers.length >= 2);
					await endCall(page);
					const detail = await api(server.url, `/api/calls/${id}`);
					check(
						"a call of one line is not graded, with a reason",
						detail.grade_status === "not_gradable" && detail.grade.reasons.length > 0,
					);
				});
			} finally {
				await world.relaunch();
			}
		}),
	"nothing installed: a call by typing": (world) => {
		const empty = join(world.work, "no-models");
		mkdirSync(empty, { recursive: true });
		return withServer(world, "typed", { assets: empty }, (server) =>
			withPage(world, null, async (page) => {
				check("the server says what mends it", server.said().includes("rapport assets pull"));
				await page.goto(server.url);
				const missing = page.getByRole("region", { name: "Working, with something missing" });
				await missing.waitFor();
				check(
					"the first page says what is missing and what mends it",
					(await missing.innerText()).includes("rapport assets pull"),
				);
				await toMicrophone(page, server.url, world.slug);
				await page.getByText("This call goes on by typing").waitFor();
				const id = await startCall(page, 1);
				const { lines } = world.trainees("first")[0];
				const answers = await typeCall(page, lines);
				check("she answers each line", answers.length >= lines.length, `${answers.length} answers to ${lines.length} lines`);
				await endCall(page);
				const detail = await api(server.url, `/api/calls/${id}`);
				const heat = detail.curve.at(-1).heat;
				check(
					"she is the same by typing: kindness calms her",
					heat < detail.curve[0].heat / 2,
					`${detail.curve[0].heat} to ${heat}`,
				);
				const mine = detail.turns.filter((t) => t.speaker === "trainee").map((t) => t.text);
				check(
					"what was typed is kept as it was typed",
					mine.every((text, i) => text === lines[i]),
				);
				checkGrade("typed", detail);
				check("no sound is offered", !detail.sound.available);
			}),
		);
	},
};

export const callFaults = {
	"chromium's own microphone, from a file": async (world) => {
		const [trainee] = world.trainees("first");
		// How long she speaks is known from the same call held before: same words, same seed, same course.
		const known = await withServer(world, "measured", {}, (server) =>
			world.hold("measured plain-kind", server, trainee, { replay: false }),
		);
		const clips = known.said.map((s) => s.clip);
		const path = join(world.work, "microphone.wav");
		writeFileSync(path, wavOf(timed(clips, known.detail.turns)));
		await world.relaunch([
			"--use-fake-ui-for-media-stream",
			"--use-fake-device-for-media-stream",
			`--use-file-for-fake-audio-capture=${path}%noloop`,
		]);
		try {
			await withServer(world, "file", {}, (server) =>
				withPage(world, null, async (page) => {
					await toMicrophone(page, server.url, world.slug);
					const ask = page.getByRole("button", { name: "Check the microphone" });
					const level = page.getByTestId("mic-level");
					await ask.or(level).first().waitFor();
					if (await ask.isVisible()) await ask.click();
					await level.waitFor();
					const id = await startCall(page, 1);
					const said = clips.map((clip) => ({ clip }));
					let since = 0;
					for (const _ of clips) {
						if ((await waitForFloor(page, since)) === "over") break;
						// Her answer to the next line comes after the page has seen that line.
						const mine = await page.waitForFunction(
							(since) => window.__floor.find((e) => e.at > since && e.floor === "trainee")?.at ?? false,
							since === 0 ? await page.evaluate(() => performance.now()) : since,
						);
						since = await mine.jsonValue();
					}
					await waitForFloor(page, since);
					const status = await endCall(page);
					const detail = await api(server.url, `/api/calls/${id}`);
					check("file: held to its end", detail.call.status === "ended", `${status}, ending “${detail.call.ending}”`);
					await checkWords("file", world.binary, detail, said);
					checkGrade("file", detail);
					await checkSound("file", page, server.url, detail, said);
				}),
			);
		} finally {
			await world.relaunch();
		}
	},
	"practice without keeping sound": async (world) => {
		const clips = (await world.clipsOf(world.trainees("first")[0])).slice(0, 2);
		await withServer(world, "unkept", {}, (server) =>
			withPage(world, fakeMic, async (page) => {
				await toMicrophone(page, server.url, world.slug);
				await page.getByRole("switch", { name: "Practice without keeping sound" }).check();
				await page.getByTestId("mic-level").waitFor();
				const id = await startCall(page, 1);
				await page.getByText("Practice, no sound is kept").waitFor();
				await speak(page, clips);
				const captions = await page.getByTestId("captions").innerText();
				check("captions show what was heard", captions.length > 20, captions.replaceAll("\n", " / "));
				await endCall(page);
				const detail = await api(server.url, `/api/calls/${id}`);
				check("the words are kept", detail.turns.filter((t) => t.speaker === "trainee").length >= 2);
				const sound = await fetch(`${server.url}/api/calls/${id}/sound.ogg`);
				check("the sound is not", !detail.sound.available && sound.status === 404, String(sound.status));
				const files = readdirSync(join(world.work, "unkept-data"), { recursive: true }).filter((f) => f.endsWith(".ogg"));
				check("there is no recording in the data folder", files.length === 0, files.join(" "));
				await page.goto(`${server.url}/calls/${id}`);
				await page.locator('[data-testid="replay"][data-sound="no"]').waitFor();
				check("the replay says so", (await page.getByTestId("replay").innerText()).includes("No sound was kept"));
			}),
		);
	},
	"the server is killed in the middle of a call": async (world) => {
		const [trainee] = world.trainees("first");
		const clips = await world.clipsOf(trainee);
		const data = join(world.work, "killed-data");
		const server = await startServer({ binary: world.binary, assets: world.assets, data });
		await withPage(world, fakeMic, async (page) => {
			await toMicrophone(page, server.url, world.slug);
			await page.getByTestId("mic-level").waitFor();
			const id = await startCall(page, 1);
			const said = await speak(page, clips.slice(0, 3));
			// While a line is being said, as soon as the page shows that it is heard.
			const talking = page.evaluate((base64) => window.__say(base64), clips[3].base64);
			await page.waitForFunction(() => window.__floor.at(-1).floor === "trainee");
			const killedMS = await page.evaluate(() => performance.now());
			await server.kill();
			await talking;
			const over = page.getByTestId("call-over");
			// The page waits for the line as long as a call does.
			await over.waitFor({ timeout: 60_000 });
			const words = (await over.innerText()).replaceAll("\n", " ");
			check(
				"the page says that the line is gone and what is kept",
				words.includes("The line is gone") && words.includes("is kept"),
				words,
			);
			const again = await startServer({ binary: world.binary, assets: world.assets, data });
			check(
				"the server says that a call was cut",
				again.said().includes("cut when the server last stopped"),
				again.said().match(/.*cut.*/)?.[0],
			);
			await page.goto(`${again.url}/calls/${id}/debrief`);
			await page.waitForSelector('[data-grade-status="graded"], [data-grade-status="not_gradable"]', { timeout: 45_000 });
			check("the debrief says that it was cut off", (await page.getByTestId("debrief").innerText()).includes("cut off"));
			const detail = await api(again.url, `/api/calls/${id}`);
			check("the call is listed as cut", detail.cut && detail.call.status === "cut", detail.call.status);
			check("it is graded or marked", ["graded", "not_gradable"].includes(detail.grade_status), detail.grade_status);
			const killed = await onCallClock(page, again.url, id, said, killedMS);
			const lost = killed - detail.sound.duration_ms;
			check("at most a second of sound is lost", lost <= 1000, `${Math.round(lost)} ms`);
			const turns = detail.turns.filter((t) => t.speaker === "trainee" && t.text !== "").length;
			check("every turn until then is kept", turns >= said.length, `${turns} of ${said.length}`);
			await checkReplay("cut call", page, again.url, detail);
			await again.stop();
		});
	},
};

/** One sound with all clips in it, each as long after the one before as she needs to answer, and a little longer. */
function timed(clips, turns) {
	const spare = 2500;
	const hers = turns.filter((t) => t.speaker === "customer");
	const mine = turns.filter((t) => t.speaker === "trainee");
	const parts = [new Int16Array(48 * (hers[0].end_ms + spare + 1000))];
	clips.forEach((clip, i) => {
		parts.push(clip.samples);
		const answer = hers.find((t) => t.start_ms >= (mine[i]?.end_ms ?? 0));
		const gap = answer ? answer.end_ms - mine[i].end_ms : 4000;
		parts.push(new Int16Array(48 * Math.round(gap + spare)));
	});
	const out = new Int16Array(parts.reduce((n, p) => n + p.length, 0));
	let at = 0;
	for (const p of parts) {
		out.set(p, at);
		at += p.length;
	}
	return out;
}
