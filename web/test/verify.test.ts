import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readTrust } from "../src/verify/index";
import { attempt } from "../src/verify/refused";
import { run, type Vectors } from "./vectors";

const FILES = ["pass", "hcert", "shc", "nzcp", "vds-nc"];

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

test("every trust list of vectors/ is read or refused as by the reference", async () => {
	const lists = JSON.parse(readFileSync("../vectors/trust.json", "utf8")) as { name: string; text: string; read: boolean }[];
	for (const { name, text, read } of lists) assert.equal((await attempt(() => readTrust(text))) !== undefined, read, `${name}: ${text}`);
	assert.ok(lists.length > 60);
});
