// Says how much script and style the first load brings, and fails above the budget of 80 kB gzip of script.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const budget = 80 * 1000;
const folder = new URL("../dist/assets/", import.meta.url);
const total = { js: 0, css: 0 };
for (const name of readdirSync(folder)) {
	const kind = name.split(".").at(-1);
	if (kind in total) total[kind] += gzipSync(readFileSync(new URL(name, folder)), { level: 9 }).length;
}
const kb = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
console.log(`first load: ${kb(total.js)} of script and ${kb(total.css)} of style, gzip (budget ${kb(budget)} of script)`);
if (total.js > budget) {
	console.error("too much script: leave something out, or load it where it is needed");
	process.exit(1);
}
