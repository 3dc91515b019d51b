// The real program from the outside: an applicant's phone, a clerk's desk, a checkpoint's `tongxing verify`.
// TONGXING_BINARY names the program; it is started on an empty folder.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { axe, DESKTOP, fits, launch, PHONE, readQr, watchedPage } from "./browser.mjs";
import { ANSWERS, apply, file, fill, LANGUAGES, passport, send, signIn, SPECIMEN, start, verify } from "./service.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof start>>} */
let site;
/** @type {Page} */
let clerk;
let folder = "";

before(async () => {
	folder = await mkdtemp(`${tmpdir()}/tongxing-shots-`);
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

/**
 * A phone whose every page is looked at, and that must not have complained in the end.
 * @param {string} locale @param {string} language @param {import("playwright-core").BrowserContextOptions} [options]
 */
async function phone(locale, language, options = {}) {
	const context = await browser.newContext({ ...PHONE, locale, ...options });
	const { page, problems } = await watchedPage(context);
	page.on("console", (message) => {
		// The network that a test switches off, and pages that are refused on purpose, are no faults of the page.
		if (message.type() === "error" && !/Failed to load resource/.test(message.text())) problems.push(`console: ${message.text()}`);
	});
	const look = async (/** @type {string} */ what) => {
		assert.equal(await page.locator("html").getAttribute("lang"), language, what);
		await fits(page, `${what} in ${language}`);
		await axe(page, `${what} in ${language}`);
	};
	return { context, page, problems, look };
}

const state = async (/** @type {Page} */ page) => {
	await page.goto(`${site.origin}/application`);
	return page.locator("h1").innerText();
};

/** Opens the application again and again until its heading is another one. @param {Page} page @param {string[]} before @param {number} seconds */
async function changes(page, before, seconds) {
	const until = Date.now() + seconds * 1000;
	for (;;) {
		const heading = await state(page);
		if (!before.includes(heading) || Date.now() > until) return heading;
		await page.waitForTimeout(1000);
	}
}

/** What is seen: the text of the code in a screenshot, and the verdict of a checkpoint that has fetched the lists. */
async function checkpoint() {
	const [trust, root] = [`${folder}/trust.jws`, `${folder}/root.json`];
	for (const file of [trust, root]) {
		const name = file.slice(file.lastIndexOf("/") + 1);
		await writeFile(file, await (await fetch(`${site.origin}/.well-known/tongxing-${name}`)).text());
	}
	const trusted = ["--trust", trust, "--root", root];
	/** @param {Buffer} picture @param {string[]} [options] */
	return async (picture, options = []) => {
		const image = `${folder}/shot.png`;
		await writeFile(image, picture);
		const blind = await verify(["--image", image, ...trusted]);
		assert.equal(blind.verdict, "CHECK");
		assert.ok(blind.reasons.includes("status_unknown"), "without the list nothing is known not to be withdrawn");
		const list = `${folder}/list.cwt`;
		const answer = await fetch(blind.payload.status.status_list.uri);
		assert.equal(answer.headers.get("content-type"), "application/statuslist+cwt");
		await writeFile(list, Buffer.from(await answer.arrayBuffer()));
		const { verdict, reasons, exit } = await verify(["--image", image, ...trusted, "--status", list, ...options]);
		return { verdict, reasons, exit };
	};
}

const PASS = { verdict: "PASS", reasons: [], exit: 0 };
const WORDS = {
	en: { expired: /15 April 2012.*has expired/s },
	"zh-Hans": { expired: /2012年4月15日.*过期/s },
	"zh-Hant": { expired: /2012年4月15日.*過期/s },
};

for (const [at, [language, locale]] of LANGUAGES.entries()) {
	test(`from applying to a code that passes, in ${language}`, async () => {
		const { context, page, problems, look } = await phone(locale, language);
		const lines = passport(`XE2E0${at}001`, "NIEMAND", `ANNA<${"ABC"[at]}`);
		await page.goto(`${site.origin}/`);
		await look("start");
		await apply(page, site.origin, lines, look);

		const received = await state(page);
		await page.waitForTimeout(5000);
		const waiting = await changes(page, [received], 15);
		if (language === "en") assert.equal(waiting, "We could not confirm these details yet");
		await look("not confirmed");

		await file(clerk, site.origin, lines);
		const ready = await changes(page, [waiting], 30);
		assert.notEqual(ready, waiting, "issued by itself once the passport is filed");
		assert.equal(await page.locator('main a.button[href="/my-code"]').count(), 1);
		await look("issued");

		await page.locator('main a.button[href="/my-code"]').click();
		await page.locator("svg.qr path").waitFor();
		await look("my code");
		assert.ok(await page.locator("[data-part=panel].is-green").isVisible());
		const check = await checkpoint();
		const picture = await page.screenshot();
		const [text] = await readQr(picture);
		assert.deepEqual(await check(picture), PASS);
		const later = String(Math.floor(Date.now() / 1000) + 61);
		assert.deepEqual(await check(picture, ["--at", later]), { verdict: "CHECK", reasons: ["picture"], exit: 1 });

		// The worker keeps the page a moment after it was drawn.
		await page.waitForFunction(async () => {
			for (const name of await caches.keys()) if (await (await caches.open(name)).match("/my-code", { ignoreVary: true })) return true;
			return false;
		});
		await context.setOffline(true);
		await page.reload();
		await page.locator("svg.qr path").waitFor();
		const offline = await page.screenshot();
		const [fresh] = await readQr(offline);
		assert.ok(fresh && fresh !== text, "a new code without the network");
		assert.deepEqual(await check(offline), PASS);
		await axe(page, `my code offline in ${language}`);
		await context.setOffline(false);
		assert.deepEqual(problems, []);
		await context.close();
	});

	test(`an expired passport is read and refused in words that help, in ${language}`, async () => {
		const { context, page, problems, look } = await phone(locale, language);
		await page.goto(`${site.origin}/apply`);
		await send(page);
		await fill(page, { kind: "passport" });
		await send(page);
		await fill(page, { mrz: SPECIMEN });
		await send(page);
		assert.match(await page.locator(".errors").innerText(), WORDS[language].expired);
		assert.match(await page.locator("[name=mrz]").inputValue(), /L898902C36UTO/, "what was typed is kept");
		await look("expired");
		assert.deepEqual(problems, []);
		await context.close();
	});
}

test("without script: applying, a printed pass, and a check with the document", async () => {
	const { context, page, problems } = await phone("en-GB", "en", { javaScriptEnabled: false });
	const lines = passport("XE2E09001", "NIEMAND", "PAPER");
	await apply(page, site.origin, lines);
	const received = await state(page);
	const waiting = await changes(page, [received], 15);
	await file(clerk, site.origin, lines);
	assert.equal(await changes(page, [received, waiting], 30), "Your code is ready");
	await page.goto(`${site.origin}/my-code`);
	await page.locator('noscript a[href="/my-code/print"], main a[href="/my-code/print"]').first().click();
	await send(page);
	await page.locator(".pass-card svg").waitFor();
	const check = await checkpoint();
	const picture = await page.screenshot({ fullPage: true });
	assert.deepEqual(await check(picture), { verdict: "CHECK", reasons: ["match_document"], exit: 1 });
	assert.deepEqual(await check(picture, ["--document-matches"]), PASS);
	await fits(page, "printed pass");
	assert.deepEqual(problems, []);
	// axe is a script: it looks at the same pages in a browser that runs scripts.
	const scripted = await phone("en-GB", "en", { storageState: await context.storageState() });
	await context.close();
	await scripted.page.goto(`${site.origin}/my-code/print`);
	await scripted.look("printed pass, before it is made");
	await send(scripted.page);
	await scripted.look("printed pass");
	assert.deepEqual(scripted.problems, []);
	await scripted.context.close();
});

test("with keys only: Enter in a field continues, and changes no language; a language keeps what was typed", async () => {
	const { context, page, problems } = await phone("en-GB", "en");
	await page.goto(`${site.origin}/apply`);
	await page.locator("main form button").focus();
	await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
	await page.locator("#kind-passport").focus();
	await page.keyboard.press("Space");
	await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
	assert.equal(new URL(page.url()).pathname, "/apply/document");
	await fill(page, { number: "XE2E08001", issuing_state: "UTO", expiry_day: "30", expiry_month: "6", expiry_year: "2031" });
	await Promise.all([page.waitForNavigation(), page.locator("#number").press("Enter")]);
	assert.equal(new URL(page.url()).pathname, "/apply/person");
	assert.equal(await page.locator("html").getAttribute("lang"), "en");
	await page.locator("#family").fill("O'NIEMAND");
	await send(page, ".langs button[value=zh-Hant]");
	assert.equal(await page.locator("html").getAttribute("lang"), "zh-Hant");
	assert.equal(await page.locator("#family").inputValue(), "O'NIEMAND");
	await send(page, ".langs button[value=en]");
	await fill(page, { given: "KEYS", birth_day: "14", birth_month: "2", birth_year: "1990", sex: "F", nationality: "UTO" });
	await Promise.all([page.waitForNavigation(), page.locator("#given").press("Enter")]);
	await fill(page, ANSWERS.residence);
	await Promise.all([page.waitForNavigation(), page.locator("#address").press("Enter")]);
	assert.equal(new URL(page.url()).pathname, "/apply/health");
	assert.equal(await page.locator("html").getAttribute("lang"), "en");
	assert.deepEqual(problems, []);
	await context.close();
});
