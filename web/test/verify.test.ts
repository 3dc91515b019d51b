import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { run, type Vectors } from "./vectors";

const FILES = ["pass"];

test("every case of vectors/ comes out as in the reference", async (t) => {
	let sum = 0;
	for (const name of FILES) {
		const vectors = JSON.parse(readFileSync(`../vectors/${name}.json`, "utf8")) as Vectors;
		const begun = performance.now();
		const { cases, wrong } = await run(vectors);
		assert.deepEqual(wrong.slice(0, 5), [], `${wrong.length} of ${cases} cases of ${name} differ`);
		t.diagnostic(`${name}: ${cases} cases in ${Math.round(performance.now() - begun)} ms`);
		sum += cases;
	}
	assert.ok(sum >= 5_000, `${sum} cases`);
});
