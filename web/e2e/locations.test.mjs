// Locations on the real program: a manager who needs nobody, a reviewer, a poster that is rendered and read as a camera
// reads it, another one in its place, and a tablet at a door; in three languages on a phone.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { axe, DESKTOP, fits, launch, PHONE, readQr, shot, watchedPage } from "./browser.mjs";
import { fill, LANGUAGES, send, signIn, start, totp } from "./service.mjs";

import { giveKeys } from "./visit-site.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof start>>} */
let site;
/** @type {Page} */
let reviewer;
let folder = "";
/** The cookies of a phone that has a code. @type {Awaited<ReturnType<import("playwright-core").BrowserContext["cookies"]>>} */
let held = [];

before(async () => {
	folder = await mkdtemp(`${tmpdir()}/tongxing-locations-`);
	browser = await launch();
	site = await start();
	await giveKeys(site);
	reviewer = (await watchedPage(await browser.newContext({ ...DESKTOP, locale: "zh-CN" }))).page;
	await signIn(reviewer, site.origin, site.demonstration, "reviewer");
	const holder = await browser.newContext(PHONE);
	const phone = await holder.newPage();
	await phone.goto(`${site.origin}/recover`);
	await fill(phone, { code: site.demonstration.applications.find((one) => one.code === "issued")?.recovery_code ?? "" });
	await send(phone);
	held = (await holder.cookies()).filter(({ name }) => !/lang/i.test(name));
	await holder.close();
});
after(async () => {
	await browser?.close();
	await site?.stop();
	await rm(folder, { recursive: true, force: true });
});

const PASSWORD = "correct horse battery staple";

/** The letters of Base32 as bytes. @param {string} text */
function base32(text) {
	const bits = [...text.replace(/ /g, "")].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
	return bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? [];
}

/** @param {string} language @param {string} locale */
async function phone(language, locale) {
	const context = await browser.newContext({ ...PHONE, locale });
	const { page, problems } = await watchedPage(context);
	const look = async (/** @type {string} */ what) => {
		assert.equal(await page.locator("html").getAttribute("lang"), language, what);
		await fits(page, `${what} in ${language}`);
		await axe(page, `${what} in ${language}`);
		await shot(page, `locations/${what}-${language}`);
	};
	return { context, page, problems, look };
}

/** Makes an account and signs in with it, as somebody does who runs a place. @param {Page} page @param {string} login @param {(what: string) => Promise<void>} look */
async function join(page, login, look) {
	await page.goto(`${site.origin}/staff/sign-in`);
	await page.locator('main a[href="/locations/join"]').click();
	await send(page);
	await look("join-errors");
	await fill(page, { name: "Li Si 李四", login, password: PASSWORD });
	await send(page);
	await look("joined");
	const own = (await page.locator("bdi.ref").innerText()).trim();
	const secret = base32((await page.locator("bdi.doc").first().innerText()).trim());
	await page.goto(`${site.origin}/staff/sign-in`);
	await fill(page, { login: own, password: PASSWORD, code: totp(secret) });
	await send(page);
	assert.equal(new URL(page.url()).pathname, "/locations");
	return own;
}

/** Approves a location by its name, as it stands in the queue. @param {string} name */
async function approve(name) {
	await reviewer.goto(`${site.origin}/review/locations`);
	await reviewer.locator("main tbody th a", { hasText: name }).first().click();
	await fill(reviewer, { decision: "approve" });
	await send(reviewer);
}

/** What a camera reads off a file of a poster. @param {Page} page @param {string} path */
async function scanned(page, path) {
	const answer = await page.request.get(site.origin + path);
	assert.equal(answer.status(), 200, path);
	const file = `${folder}/poster.pdf`;
	await writeFile(file, await answer.body());
	await promisify(execFile)("pdftoppm", ["-r", "110", "-png", "-singlefile", file, `${folder}/poster`]);
	return readQr(await readFile(`${folder}/poster.png`));
}

for (const [at, [language, locale]] of LANGUAGES.entries()) {
	test(`a place is registered, approved, printed and its poster replaced, in ${language}`, async () => {
		const { context, page, problems, look } = await phone(language, locale);
		await join(page, `shop-${at}`, look);
		await look("list-empty");
		await page.locator('main a[href="/locations/new"]').click();
		await send(page, "#main .actions button");
		await look("new-errors");
		const name = `街角小店${at}`;
		await fill(page, { name, name_other: "متحف", kind: "shop", division: "420100", address: "武昌区沿江路9号" });
		await send(page, "#main .actions button");
		await look("new-lacking");
		assert.match(await page.locator("#name_other-error").innerText(), /U\+0645/);
		await fill(page, { name_other: "Corner Shop", capacity: "20" });
		await send(page, "#main .actions button");
		await look("waiting");
		const own = new URL(page.url()).pathname;
		await page.goto(`${site.origin}${own}/posters`);
		assert.equal(await page.locator('main a[href$=".pdf"]').count(), 0, "nothing to print before it is approved");
		await approve(name);
		await page.goto(site.origin + own);
		await look("approved");
		await fill(page, { entrance: "东门 East gate" });
		await send(page, 'form[action$="/entrances"] button');
		await page.goto(`${site.origin}${own}/posters`);
		await look("posters");
		const links = await page.locator("section bdi.doc").allInnerTexts();
		assert.equal(links.length, 2, "one for the whole, one for the entrance");
		for (const size of ["a4", "a6"]) {
			assert.deepEqual(await scanned(page, `${own}/posters/whole-${size}.pdf`), [links[0]?.trim()], size);
		}
		assert.match(links[0] ?? "", new RegExp(`^${site.origin}/v/[2-9A-HJ-KM-NP-Z]{18}$`));

		// Somebody with a code scans what hangs on the wall, and the counter shows that somebody is inside.
		const holder = await browser.newContext({ ...PHONE, locale });
		await holder.addCookies(held);
		const visitor = (await watchedPage(holder)).page;
		const [read = ""] = await scanned(page, `${own}/posters/whole-a4.pdf`);
		await visitor.goto(read);
		await send(visitor, 'button[name="kind"][value="entry"]');
		assert.equal(await visitor.locator("#visit").getAttribute("data-kind"), "entry");
		assert.match(await visitor.locator(".visit-place").innerText(), new RegExp(name));
		await holder.close();
		await page.goto(`${site.origin}${own}/inside`);
		assert.equal((await page.locator(".big-number").innerText()).trim(), "1");
		await page.goto(`${site.origin}${own}/posters`);

		await page.locator("details summary").first().click();
		await fill(page, { grace: "3" });
		await send(page, 'section button[value="later"]');
		await look("posters-old");
		const [fresh] = await page.locator("section bdi.doc").allInnerTexts();
		assert.notEqual(fresh, links[0]);
		assert.deepEqual(await scanned(page, `${own}/posters/whole-a4.pdf`), [fresh?.trim()]);

		await page.goto(`${site.origin}${own}/inside`);
		await look("inside");
		await page.goto(`${site.origin}/locations/posters`);
		await look("all-posters");
		await page.goto(`${site.origin}${own}/tablet`);
		await look("tablet-set-up");
		await send(page, 'form[action$="/tablet"] button');
		assert.equal(new URL(page.url()).pathname, "/tablet");
		await look("tablet");
		const [shown] = await readQr(await page.locator(".tablet-code").screenshot());
		assert.match(shown ?? "", new RegExp(`^${site.origin}/v/[2-9A-Z]{18}-[2-9A-Z]{14}$`));
		await page.goto(site.origin + own);
		assert.equal(new URL(page.url()).pathname, "/staff/sign-in", "nobody is signed in on the tablet");
		assert.deepEqual(problems, []);
		await context.close();
	});
}

test("a tablet without a network shows no code that is over, and comes back by itself", async () => {
	const { context, page } = await phone("en", "en-GB");
	await signIn(page, site.origin, site.demonstration, "location_manager");
	await page.goto(`${site.origin}/locations`);
	await page.locator("main tbody tr", { hasText: "Demonstration Museum" }).locator("a").first().click();
	await page.goto(`${page.url()}/tablet`);
	await send(page, 'form[action$="/tablet"] button');
	await page.locator(".tablet-code svg").waitFor();
	await context.setOffline(true);
	await page.evaluate(() => document.getElementById("fresh")?.setAttribute("data-ends", "0"));
	await page.locator(".over").first().waitFor({ state: "visible" });
	assert.equal(await page.locator(".tablet-code").isVisible(), false);
	await context.setOffline(false);
	await page.locator(".tablet-code svg").waitFor({ state: "visible" });
	await context.close();
});

test("without script a tablet and the counter renew themselves, and everything else works", async () => {
	const context = await browser.newContext({ ...DESKTOP, locale: "en-GB", javaScriptEnabled: false });
	const page = await context.newPage();
	await join(page, "no-script", async () => {});
	await page.goto(`${site.origin}/locations/new`);
	await fill(page, { name: "无脚本书店", kind: "shop", division: "420100", address: "1" });
	await send(page, "#main .actions button");
	const own = new URL(page.url()).pathname;
	await approve("无脚本书店");
	await page.goto(`${site.origin}${own}/inside`);
	assert.equal(await page.locator('meta[http-equiv="refresh"]').getAttribute("content"), "30");
	await page.goto(`${site.origin}${own}/tablet`);
	await page.locator('form[action$="/tablet"] button').first().click();
	const again = Number(await page.locator('meta[http-equiv="refresh"]').getAttribute("content"));
	assert.ok(again > 0 && again <= 300, String(again));
	await context.close();
});
