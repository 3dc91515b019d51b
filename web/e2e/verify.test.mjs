// The verifier in a real browser: every case of vectors/, and how fast it checks passes.
import assert from "node:assert/strict";
import { build } from "esbuild";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { launch } from "./browser.mjs";

const FILES = ["pass", "hcert", "shc", "nzcp", "vds-nc"];
/** A browser is given so long for all of them. */
const LIMIT = 30_000;

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {import("node:http").Server} */
let server;

/** The module as it is served, with what runs the vectors around it. @type {string} */
let script;

before(async () => {
	const { outputFiles } = await build({
		stdin: { contents: 'export * from "./vectors"; export * from "./speed";', resolveDir: new URL("../test", import.meta.url).pathname },
		bundle: true, minify: true, format: "iife", globalName: "verifier", target: ["es2020", "chrome87", "firefox78", "safari14.1"], write: false,
	});
	script = outputFiles[0]?.text ?? "";
	// WebCrypto is there in secure contexts only; http://localhost is one.
	server = createServer((request, response) => {
		const name = /^\/([\w-]+)\.json$/.exec(request.url ?? "")?.[1];
		if (name === undefined) return void response.setHeader("content-type", "text/html").end("<!doctype html><title>verifier</title>");
		readFile(new URL(`../../vectors/${name}.json`, import.meta.url)).then((bytes) => response.end(bytes), () => response.writeHead(404).end());
	});
	await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
	browser = await launch();
});

after(async () => {
	await browser?.close();
	server?.close();
});

async function open() {
	const page = await browser.newPage();
	const address = server.address();
	assert.ok(address && typeof address === "object");
	await page.goto(`http://localhost:${address.port}/`);
	await page.addScriptTag({ content: script });
	return page;
}

test("every case of vectors/ comes out in Chromium as in the reference", async (t) => {
	const page = await open();
	let [sum, time] = [0, 0];
	for (const name of FILES) {
		const { cases, wrong, took } = await page.evaluate(async (name) => {
			const vectors = await (await fetch(`/${name}.json`)).json();
			const begun = performance.now();
			const found = await /** @type {any} */ (globalThis).verifier.run(vectors);
			return { ...found, took: performance.now() - begun };
		}, name);
		assert.deepEqual(wrong.slice(0, 5), [], `${wrong.length} of ${cases} cases of ${name} differ`);
		t.diagnostic(`${name}: ${cases} cases in ${Math.round(took)} ms`);
		[sum, time] = [sum + cases, time + took];
	}
	assert.ok(sum >= 5_000, `${sum} cases`);
	assert.ok(time < LIMIT, `${time} ms`);
	await page.close();
});

test("a pass is checked about as fast as its signature", async (t) => {
	const page = await open();
	const { verifier, bare, live } = await page.evaluate(async () => {
		const vectors = await (await fetch("/pass.json")).json();
		return /** @type {any} */ (globalThis).verifier.speed(vectors);
	});
	t.diagnostic(`printed passes ${verifier}/s, bare WebCrypto ${bare}/s; live codes (two signatures) ${live}/s`);
	assert.ok(verifier > bare * 0.3, "far from the signature's own cost");
	await page.close();
});
