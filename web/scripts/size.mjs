// Fails when something in dist is larger, gzipped, than its budget.
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

const BUDGETS = { "app.css": 8_000, "my-code.js": 15_000, "sw.js": 2_000, "check.js": 2_500, "reports.js": 1_500, "verify.js": 25_000 };

/** The inspector's application without the scanner (its wasm, and `inspect-reader.js` that runs it), with its page, which the server renders. */
const INSPECT = ["app.css", "inspect.css", "inspect.js", "inspect-sw.js"];
/** The aim is 60,000. Sealing (8 kB) and the readers of foreign formats could come after the first screen. */
const INSPECT_BUDGET = 76_000;
/** The largest of the languages, packed. */
const INSPECT_PAGE = 7_000;

let over = false;
/** @param {string} name */
const weigh = async (name) => gzipSync(await readFile(new URL(`../dist/${name}`, import.meta.url)), { level: 9 }).length;
/** @param {string} name @param {number} bytes @param {number} budget */
function report(name, bytes, budget) {
	over ||= bytes > budget;
	console.log(`${bytes > budget ? "OVER" : "ok  "} ${name.padEnd(12)} ${String(bytes).padStart(6)} of ${budget} bytes gzipped`);
}
for (const [name, budget] of Object.entries(BUDGETS)) report(name, await weigh(name), budget);
const parts = await Promise.all(INSPECT.map(weigh));
report("inspect", parts.reduce((sum, bytes) => sum + bytes, INSPECT_PAGE), INSPECT_BUDGET);
process.exitCode = over ? 1 : 0;
