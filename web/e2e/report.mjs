// Collects what was checked and says it plainly: one line a check, a closing line with the count.
let passed = 0;
let failed = 0;

/** Notes one check. `seen` is printed with a failure, and with a pass when it is a figure worth reading. */
export function check(what, ok, seen = "") {
	if (ok) passed++;
	else failed++;
	console.log(`${ok ? "ok    " : "FAILED"}  ${what}${seen === "" ? "" : `: ${seen}`}`);
	return ok;
}

/** Runs one part; when it throws, that is a failed check and the next part goes on. */
export async function part(what, run) {
	const began = Date.now();
	console.log(`\n${what}`);
	try {
		return await run();
	} catch (error) {
		check(
			what,
			false,
			String(error.message ?? error)
				.split("\n")
				.slice(0, 12)
				.join("\n        "),
		);
		return undefined;
	} finally {
		console.log(`        (${((Date.now() - began) / 1000).toFixed(0)} s)`);
	}
}

/** Prints the closing line and gives the exit status. */
export function close() {
	console.log(`\n${passed} passed, ${failed} failed`);
	return failed === 0 ? 0 : 1;
}

export const failures = () => failed;
