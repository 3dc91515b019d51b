// Fails when something in dist is larger, gzipped, than its budget.
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

const BUDGETS = { "app.css": 8_000, "my-code.js": 15_000, "sw.js": 2_000, "check.js": 2_500, "reports.js": 1_500, "verify.js": 25_000 };

let over = false;
for (const [name, budget] of Object.entries(BUDGETS)) {
	const bytes = gzipSync(await readFile(new URL(`../dist/${name}`, import.meta.url)), { level: 9 }).length;
	over ||= bytes > budget;
	console.log(`${bytes > budget ? "OVER" : "ok  "} ${name.padEnd(12)} ${String(bytes).padStart(6)} of ${budget} bytes gzipped`);
}
process.exitCode = over ? 1 : 0;
