// Fails when something in dist is larger, gzipped, than its budget.
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

const BUDGETS = { "app.css": 8_000, "my-code.js": 15_000, "sw.js": 2_000, "check.js": 2_500, "reports.js": 1_500, "visit.js": 15_000, "diary-sw.js": 1_500, "fresh.js": 1_500, "door.js": 6_000, "donate.js": 1_500, "casework.js": 18_000, "verify.js": 25_000 };

/** The inspector's application as its first screen needs it, with its page, which the server renders: no shift needs more but the scanner. */
const INSPECT = ["inspect.css", "inspect.js", "inspect-sw.js"];
const INSPECT_BUDGET = 60_000;
/** What it loads behind that screen, each by itself: what runs the scanner's wasm, and what comes up more seldom. */
const PARTS = { "inspect-reader.js": 14_000, "inspect-foreign.js": 11_000, "inspect-training.js": 13_500, "inspect-apply.js": 5_000 };
/** The largest of the languages, packed. */
const INSPECT_PAGE = 7_000;

let over = false;
/** @param {string} name */
const weigh = async (name) => gzipSync(await readFile(new URL(`../dist/${name}`, import.meta.url)), { level: 9 }).length;
/** @param {string} name @param {number} bytes @param {number} budget */
function report(name, bytes, budget) {
	over ||= bytes > budget;
	console.log(`${bytes > budget ? "OVER" : "ok  "} ${name.padEnd(19)} ${String(bytes).padStart(6)} of ${budget} bytes gzipped`);
}
for (const [name, budget] of Object.entries({ ...BUDGETS, ...PARTS })) report(name, await weigh(name), budget);
const parts = await Promise.all(INSPECT.map(weigh));
report("inspect", parts.reduce((sum, bytes) => sum + bytes, INSPECT_PAGE), INSPECT_BUDGET);
process.exitCode = over ? 1 : 0;
