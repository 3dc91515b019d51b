// What a holder may ask of the service, on the real program, in each language: see everything that is held and take it
// away, link a renewed passport, close the code and have everything deleted.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { axe, DESKTOP, fits, launch, PHONE, watchedPage } from "./browser.mjs";
import { apply, file, fill, LANGUAGES, passport, send, signIn, start, verify } from "./service.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof start>>} */
let site;
/** @type {Page} */
let clerk;
let folder = "";

before(async () => {
	folder = await mkdtemp(`${tmpdir()}/tongxing-data-`);
	browser = await launch();
	site = await start();
	clerk = (await watchedPage(await browser.newContext({ ...DESKTOP, locale: "zh-CN" }))).page;
	await signIn(clerk, site.origin, site.demonstration, "filing_officer");
});
after(async () => {
	await browser?.close();
	await site?.stop();
	await rm(folder, { recursive: true, force: true });
});

/** Opens the application until it leads to the code. @param {Page} page */
async function issued(page) {
	for (let tries = 0; tries < 40; tries++) {
		await page.goto(`${site.origin}/application`);
		if (await page.locator('main a.button[href="/my-code"]').count()) return;
		await page.waitForTimeout(500);
	}
	assert.fail(await page.locator("h1").innerText());
}

/** Shows the code; gives its picture. @param {Page} page */
async function shot(page) {
	await page.goto(`${site.origin}/my-code`);
	await page.locator("svg.qr path").waitFor();
	return page.screenshot();
}

/** What a checkpoint says to a picture, with the lists of now. @param {Buffer} picture */
async function check(picture) {
	await writeFile(`${folder}/shot.png`, picture);
	for (const name of ["trust.jws", "root.json"]) {
		await writeFile(`${folder}/${name}`, await (await fetch(`${site.origin}/.well-known/tongxing-${name}`)).text());
	}
	const options = ["--image", `${folder}/shot.png`, "--trust", `${folder}/trust.jws`, "--root", `${folder}/root.json`];
	const { payload } = await verify(options);
	await writeFile(`${folder}/list.cwt`, Buffer.from(await (await fetch(payload.status.status_list.uri)).arrayBuffer()));
	return verify([...options, "--status", `${folder}/list.cwt`]);
}

for (const [at, [language, locale]] of LANGUAGES.entries()) {
	test(`my data seen, taken away, corrected and deleted, in ${language}`, { timeout: 240_000 }, async () => {
		const context = await browser.newContext({ ...PHONE, locale });
		const { page, problems } = await watchedPage(context);
		const look = async (/** @type {string} */ what) => {
			assert.equal(await page.locator("html").getAttribute("lang"), language, what);
			await fits(page, `${what} in ${language}`);
			await axe(page, `${what} in ${language}`);
		};
		const [former, renewed] = [`XD0M${at}0001`, `XD0M${at}0002`];
		const lines = { former: passport(former, "DATENSSON", "MARIA"), renewed: passport(renewed, "DATENSSON", "MARIA") };
		for (const one of Object.values(lines)) await file(clerk, site.origin, one);
		await apply(page, site.origin, lines.former);
		await issued(page);
		const before = await shot(page);
		assert.equal((await check(before)).identity.last_four, former.slice(-4));

		await page.goto(`${site.origin}/my-data`);
		await look("my data");
		const [saved] = await Promise.all([page.waitForEvent("download"), page.locator('main a[href="/my-data/export"]').click()]);
		const held = JSON.parse(await readFile(/** @type {string} */ (await saved.path()), "utf8"));
		assert.equal(held.documents[0].number.printed, former);
		assert.ok(held.declarations.length && held.decisions.length && held.passes.length, "everything is in the file");

		await page.locator('main a[href="/my-data/correct"]').click();
		await send(page);
		assert.equal(await page.locator(".errors a").count(), 1, "a choice is asked for");
		await look("correct, nothing chosen");
		await fill(page, { why: "renewed" });
		await send(page);
		assert.equal(new URL(page.url()).pathname, "/apply/document");
		await look("the new document");
		await fill(page, { number: renewed });
		const year = String(new Date().getUTCFullYear() + 5);
		await fill(page, { expiry_day: "30", expiry_month: "6", expiry_year: year });
		await send(page);
		assert.equal(new URL(page.url()).pathname, "/apply/check");
		await look("check the change");
		await send(page);
		await issued(page);
		await look("the change is made");
		const now = await check(await shot(page));
		assert.deepEqual([now.verdict, now.identity.last_four], ["PASS", renewed.slice(-4)]);
		assert.ok((await check(before)).reasons.includes("withdrawn"), "the former pass counts no more");
		await page.goto(`${site.origin}/my-data`);
		const text = (await page.locator("main").innerText()).replace(/\s/g, "");
		assert.ok(text.includes(former) && text.includes(renewed), "both documents stand there");

		const last = await shot(page);
		await page.goto(`${site.origin}/my-data/delete`);
		await look("delete");
		await send(page, 'main form[action="/my-data/delete"] button');
		assert.equal(new URL(page.url()).pathname, "/my-data/deleted");
		await look("deleted");
		assert.ok((await check(last)).reasons.includes("withdrawn"), "nothing counts any more");
		await page.goto(`${site.origin}/my-code`);
		assert.equal(await page.locator("svg.qr").count(), 0, "the phone shows nothing");
		const kept = await page.evaluate(async () => {
			const pages = [];
			for (const name of await caches.keys()) for (const { url } of await (await caches.open(name)).keys()) pages.push(new URL(url).pathname);
			return pages.filter((path) => path.startsWith("/my-code"));
		});
		assert.deepEqual(kept, [], "nor does it keep a page of theirs");
		const failures = problems.filter((problem) => !/40[13]/.test(String(problem)));
		assert.deepEqual(failures, []);
		await context.close();
	});
}
