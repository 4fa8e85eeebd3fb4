// Writes src/api/generated.ts from the server's OpenAPI description.
//   npm run gen:api                     reads src/api/openapi.json, which `make generate` writes
//   npm run gen:api -- FILE|URL         reads that
import { existsSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import openapi, { astToString } from "openapi-typescript";

const source = process.argv[2] ?? "src/api/openapi.json";
const remote = /^https?:/.test(source);
if (!remote && !existsSync(source)) {
	console.error(`there is no ${source}: write it with the server's openapi command, or name another file`);
	process.exit(1);
}
const tree = await openapi(remote ? new URL(source) : pathToFileURL(source));
writeFileSync(
	new URL("src/api/generated.ts", import.meta.url),
	`// Written by npm run gen:api. Do not edit.\n${astToString(tree)}`,
);
console.log(`src/api/generated.ts is written from ${source}`);
