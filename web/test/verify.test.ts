import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readTrust, StatusLists, verify } from "../src/verify/index";
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

test("no text makes the verifier fail, however it is damaged", async () => {
	let state = 11;
	const random = (below: number): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) % below;
	const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:abc{}[]\",é\ud800\n";
	for (const name of FILES) {
		const vectors = JSON.parse(readFileSync(`../vectors/${name}.json`, "utf8")) as Vectors;
		const trust = await readTrust(JSON.stringify(vectors.trust.ours));
		const texts = [...vectors.codes, ...vectors.cases.flatMap(({ text }) => text ?? [])];
		for (let round = 0; round < 1_000; round++) {
			const text = texts[random(texts.length)] ?? "";
			const at = random(text.length + 1);
			const changed = text.slice(0, at) + letters.charAt(random(letters.length)) + text.slice(at + random(3));
			const { verdict, reasons } = await verify(changed, trust, new StatusLists(), vectors.at);
			assert.ok((verdict === "PASS") === (reasons.length === 0), changed);
		}
	}
});
