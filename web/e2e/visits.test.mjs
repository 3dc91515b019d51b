// Sealed visits in a real browser: what an officer's page will do with a key of the day, on WebCrypto alone.
import assert from "node:assert/strict";
import { build } from "esbuild";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { launch } from "./browser.mjs";

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {import("node:http").Server} */
let server;

before(async () => {
	// WebCrypto is there in secure contexts only; http://localhost is one.
	server = createServer((_request, response) => void response.setHeader("content-type", "text/html").end("<!doctype html><title>visits</title>"));
	await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
	browser = await launch();
});

after(async () => {
	await browser?.close();
	server?.close();
});

test("Chromium opens both shares and every record of the vectors", async (t) => {
	const { outputFiles } = await build({
		stdin: { contents: 'export * from "./casework/sealed"; export * from "./bytes";', resolveDir: new URL("../src", import.meta.url).pathname },
		bundle: true, format: "iife", globalName: "visits", target: ["es2020"], write: false,
	});
	const vectors = JSON.parse(await readFile(new URL("../../vectors/visits.json", import.meta.url), "utf8"));
	const page = await browser.newPage();
	const address = server.address();
	assert.ok(address && typeof address === "object");
	await page.goto(`http://localhost:${address.port}/`);
	await page.addScriptTag({ content: outputFiles[0]?.text ?? "" });
	const found = await page.evaluate(async ({ units, shares, records }) => {
		const { dayKey, openShare, join, openRecord, fromBase64url, toBase64url } = /** @type {any} */ (globalThis).visits;
		const open = async (/** @type {number} */ at) => openShare(fromBase64url(shares[at].wrapped), await dayKey(units[at].private, units[at].public));
		const [one, other] = [await open(0), await open(1)];
		const key = await join(one, other);
		const visits = [];
		for (const record of records) {
			const { kind, holder } = await openRecord(key, record);
			visits.push([kind, toBase64url(holder)]);
		}
		const day = await dayKey(units[0].private, units[0].public);
		const begun = performance.now();
		for (let minute = 0; minute < 200; minute += 1) await openShare(fromBase64url(shares[0].wrapped), day);
		return { opened: [toBase64url(one), toBase64url(other)], visits, each: (performance.now() - begun) / 200 };
	}, vectors);
	assert.deepEqual(found.opened, vectors.shares.map((/** @type {{ opened: string }} */ share) => share.opened));
	assert.deepEqual(found.visits, vectors.records.map((/** @type {{ kind: string, holder: string }} */ { kind, holder }) => [kind, holder]));
	t.diagnostic(`a share is opened in ${found.each.toFixed(2)} ms; the 1,440 of a day and location in ${((found.each * 1440) / 1000).toFixed(1)} s`);
	await page.close();
});
