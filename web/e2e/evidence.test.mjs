// Evidence on the real program: an officer states a fact about somebody whom a task names or a document leads to, an officer
// of another unit confirms it, the holder's colour follows, and their own page says why; the pages in every language.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, DESKTOP, fits, launch, PHONE, shot, watchedPage } from "./browser.mjs";
import { phoneOf, signedIn } from "./checkpoint.mjs";
import { fill, LANGUAGES, send, start } from "./service.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("./checkpoint.mjs").State} State */

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof start>>} */
let site;
/** Officers of two units, and an administrator. @type {{one: State, two: State, administrator: State}} */
let staff;
/** @type {Awaited<ReturnType<typeof phoneOf>>} */
let holder;

before(async () => {
	browser = await launch();
	site = await start();
	const of = (/** @type {string} */ login) => {
		const sign_ins = site.demonstration.sign_ins.filter((one) => one.login === login);
		return signedIn(browser, { ...site, demonstration: { ...site.demonstration, sign_ins } }, sign_ins[0]?.role ?? "");
	};
	staff = { one: await of("health"), two: await of("health2"), administrator: await of("administrator") };
	holder = await phoneOf(browser, site, "issued");
});
after(async () => {
	await browser?.close();
	await site?.stop();
});

/** @param {State} storageState @param {import("playwright-core").BrowserContextOptions} [options] */
async function desk(storageState, options = {}) {
	const context = await browser.newContext({ ...DESKTOP, locale: "en-GB", storageState, javaScriptEnabled: false, ...options });
	context.setDefaultTimeout(20_000);
	const { page, problems } = await watchedPage(context);
	return { context, page, problems };
}

const main = (/** @type {Page} */ page) => page.locator("main").innerText();
/** An hour ago in Shanghai, as the field takes it. */
const earlier = (/** @type {number} */ hours) => new Date(Date.now() + (8 - hours) * 3_600_000).toISOString().slice(0, 16);

/** Finds the demonstration's person by their document. @param {Page} page */
async function find(page) {
	await page.goto(`${site.origin}/evidence`);
	await fill(page, { kind: "passport", number: "U83014542", issuing_state: "UTO" });
	await send(page, "#main button");
}

/** What the phone's own page says. */
async function why() {
	await holder.page.goto(`${site.origin}/my-code/why`);
	return main(holder.page);
}

test("what one unit states counts once the other has confirmed it, and the holder reads why", async () => {
	const [one, two] = [await desk(staff.one), await desk(staff.two)];
	assert.match(await why(), /Green[^]*It stays green/);
	await find(one.page);
	assert.match(await main(one.page), /Green[^]*Nothing but the declaration/);
	await fill(one.page, { kind: "case_contact", at: earlier(20), reference: "CC-2026-117", note: "Shared a room." });
	await send(one.page, "#main .actions button");
	assert.match(await main(one.page), /Waits for another unit[^]*Close contact[^]*Yellow[^]*Nothing of it counts until/);
	assert.equal(await one.page.locator('button[value="confirm"]').count(), 0);
	assert.match(await why(), /Green/);

	await two.page.goto(`${site.origin}/evidence`);
	await two.page.locator("main tbody th a", { hasText: "Close contact" }).first().click();
	await two.page.waitForLoadState();
	assert.match(await main(two.page), /CC-2026-117[^]*Shared a room[^]*Yellow/);
	await send(two.page, 'button[value="confirm"]');
	assert.match(await main(two.page), /Confirmed: it counts/);
	const said = await why();
	assert.match(said, /Yellow[^]*then it becomes by itself: Green[^]*after Health Commission, Wuhan \(demonstration\) stated/);
	assert.match(said, /close contact[^]*CC-2026-117[^]*How it ends[^]*hubei-colours-3/);
	assert.doesNotMatch(said, /Shared a room|Demonstration Health Officer/);
	await holder.page.goto(`${site.origin}/my-code`);
	await holder.page.locator("svg.qr path").waitFor();
	assert.match(await main(holder.page), /Yellow/);
	const rules = await holder.page.request.get(`${site.origin}/rules/hubei-colours-3.json`);
	assert.equal((await rules.json()).id, "hubei-colours");

	await find(one.page);
	await one.page.locator("main a", { hasText: "Take back" }).first().click();
	await one.page.waitForURL("**/back/**");
	await send(one.page, "#main .actions button");
	assert.match(await one.page.locator(".errors").innerText(), /Say why/);
	await fill(one.page, { note: "The room was another." });
	await send(one.page, "#main .actions button");
	assert.match(await main(one.page), /Done\.[^]*Green[^]*Taken back/);
	assert.match(await why(), /Green/);
	for (const { context, problems } of [one, two]) {
		assert.deepEqual(problems, []);
		await context.close();
	}
});

test("from a task an officer comes to the one person whom it is about", async () => {
	const { context, page, problems } = await desk(staff.one);
	await page.goto(`${site.origin}/cases/tasks`);
	const task = await page.locator("main tbody th a").first().getAttribute("href");
	await page.goto(site.origin + task);
	assert.equal(await page.locator('a[href^="/evidence/people/"]').count(), 0, "not before it is taken");
	await send(page, `form[action="${task}/take"] button`);
	await page.locator('main a[href^="/evidence/people/"]').click();
	await page.waitForURL("**/evidence/people/*");
	await fill(page, { kind: "test_result", result: "negative", method: "nucleic_acid", at: earlier(1), reference: "LAB-7" });
	await send(page, "#main .actions button");
	assert.match(await main(page), /Done\.[^]*Test result: Nucleic acid, No infection found[^]*LAB-7/);
	assert.deepEqual(problems, []);
	await context.close();
});

for (const [language, locale] of LANGUAGES) {
	test(`the pages at 360 px and on a desk, in ${language}`, async () => {
		const faults = /** @type {string[]} */ ([]);
		const options = { ...PHONE, locale, javaScriptEnabled: true };
		const [one, two, three] = [await desk(staff.one, options), await desk(staff.two, options), await desk(staff.administrator, options)];
		const look = async (/** @type {Page} */ page, /** @type {string} */ what) => {
			const note = (/** @type {Error} */ error) => faults.push(error.message);
			assert.equal(await page.locator("html").getAttribute("lang"), language, what);
			await fits(page, `${what} in ${language}`).catch(note);
			await axe(page, `${what} in ${language}`).catch(note);
			await shot(page, `evidence/${what}-${language}`);
			if (language === "zh-Hant") return;
			await page.setViewportSize(DESKTOP.viewport);
			await shot(page, `evidence/${what}-${language}-desk`);
			await page.setViewportSize(PHONE.viewport);
		};
		await find(one.page);
		await look(one.page, "person");
		await send(one.page, "#main .actions button");
		await look(one.page, "person-errors");
		await fill(one.page, { kind: "case_suspected", at: earlier(30), reference: `S-${language}` });
		await send(one.page, "#main .actions button");
		await look(one.page, "own");
		const path = new URL(one.page.url()).pathname;
		await two.page.goto(`${site.origin}/evidence`);
		await look(two.page, "list");
		await two.page.goto(site.origin + path);
		await look(two.page, "theirs");
		await send(two.page, 'button[value="refuse"]');
		await look(two.page, "refused");
		await one.page.goto(`${site.origin}/evidence`);
		await look(one.page, "list-own");
		await three.page.goto(`${site.origin}/staff/evidence-stops`);
		await look(three.page, "stops");
		const phone = await browser.newContext({ ...PHONE, locale, storageState: await holder.context.storageState() });
		const own = await phone.newPage();
		await own.goto(`${site.origin}/my-code/why`);
		await look(own, "why");
		await phone.close();
		assert.deepEqual(faults, []);
		for (const { context, problems } of [one, two, three]) {
			assert.deepEqual(problems, []);
			await context.close();
		}
	});
}
