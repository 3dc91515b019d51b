// An appeal on the real program: two units made somebody red; that person says why it is wrong, with a photo; an officer of a
// third unit answers, a city's office looks again, and what was wrong is taken back. The pages in every language.
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
/** Officers of four units, the last a city's, and an administrator. @type {State[]} */
let officers;
/** @type {State} */
let administrator;
/** @type {Awaited<ReturnType<typeof phoneOf>>} */
let holder;

before(async () => {
	browser = await launch();
	site = await start();
	const of = (/** @type {string} */ login) => {
		const sign_ins = site.demonstration.sign_ins.filter((one) => one.login === login);
		return signedIn(browser, { ...site, demonstration: { ...site.demonstration, sign_ins } }, sign_ins[0]?.role ?? "");
	};
	officers = [await of("health"), await of("health2"), await of("health3"), await of("health4")];
	administrator = await of("administrator");
	holder = await phoneOf(browser, site, "issued");
});
after(async () => {
	await browser?.close();
	await site?.stop();
});

/** @param {State | undefined} storageState @param {import("playwright-core").BrowserContextOptions} [options] */
async function opened(storageState, options = {}) {
	const context = await browser.newContext({ ...DESKTOP, locale: "en-GB", ...(storageState && { storageState }), javaScriptEnabled: false, ...options });
	context.setDefaultTimeout(20_000);
	const { page, problems } = await watchedPage(context);
	return { context, page, problems };
}

const main = (/** @type {Page} */ page) => page.locator("main").innerText();
/** Hours ago in Shanghai, as the field takes it. */
const earlier = (/** @type {number} */ hours) => new Date(Date.now() + (8 - hours) * 3_600_000).toISOString().slice(0, 16);

/** The first unit states that the person is a case, and the second confirms it. @param {string} reference */
async function red(reference) {
	const [one, two] = [await opened(officers[0]), await opened(officers[1])];
	await one.page.goto(`${site.origin}/evidence`);
	await fill(one.page, { kind: "passport", number: "U83014542", issuing_state: "UTO" });
	await send(one.page, "#main button");
	await fill(one.page, { kind: "case_confirmed", at: earlier(2), reference });
	await send(one.page, "#main .actions button");
	await two.page.goto(one.page.url());
	await send(two.page, 'button[value="confirm"]');
	for (const { context } of [one, two]) await context.close();
}

/** @param {Page} page the person's */
async function appeal(page) {
	await page.goto(`${site.origin}/my-code/why`);
	await page.locator('main a.button[href="/my-code/appeal"]').click();
	await page.waitForURL("**/my-code/appeal");
	await fill(page, { statement: "I was never in that hospital.\nMy passport says so." });
	await send(page);
	await page.waitForURL("**/my-code/appeals/*");
	const photo = await page.screenshot();
	await page.locator("#photo").setInputFiles({ name: "stamp.png", mimeType: "image/png", buffer: photo });
	await send(page, 'form[action$="/photo"] button');
	assert.match(await main(page), /sent at/);
	return new URL(page.url()).pathname;
}

/** @param {Page} page an officer's @param {string} path the person's */
const toOfficer = (page, path) => page.goto(site.origin + path.replace("/my-code", ""));

test("the county says that it stands, the city that it was wrong: it is taken back, and revoked", async () => {
	await red("A-1");
	const phone = await opened(await holder.context.storageState(), { ...PHONE });
	const path = await appeal(phone.page);
	assert.match(await main(phone.page), /You will have an answer by/);
	for (const state of officers.slice(0, 2)) {
		const own = await opened(state);
		await toOfficer(own.page, path);
		assert.match(await main(own.page), /Somebody who had no part in it answers/);
		assert.equal(await own.page.locator("[name=outcome]").count(), 0);
		await own.context.close();
	}
	const [county, city] = [await opened(officers[2]), await opened(officers[3])];
	await county.page.goto(`${site.origin}/appeals`);
	assert.doesNotMatch(await main(county.page), /U83014542/);
	await county.page.locator("main tbody th a").first().click();
	await county.page.waitForLoadState();
	assert.match(await main(county.page), /never in that hospital[^]*Confirmed case[^]*A-1/);
	assert.ok(await county.page.locator("main figure img").evaluate((/** @type {HTMLImageElement} */ image) => image.naturalWidth > 300));
	await fill(county.page, { outcome: "stands", why: "The laboratory says so." });
	await send(county.page, "#main .actions button");
	assert.match(await main(county.page), /The colour was right[^]*The laboratory says so/);

	await phone.page.goto(site.origin + path);
	assert.match(await main(phone.page), /found nothing wrong[^]*The laboratory says so[^]*Hongshan/);
	assert.doesNotMatch(await main(phone.page), /Demonstration Third/);
	await fill(phone.page, { statement: "It was another person of my name." });
	await send(phone.page);
	assert.match(await main(phone.page), /A city’s office[^]*another person of my name[^]*sent at/);
	const asked = new URL(phone.page.url()).pathname;
	await toOfficer(county.page, asked);
	assert.equal(await county.page.locator("[name=outcome]").count(), 0, "who answered first does not answer again");
	await toOfficer(city.page, asked);
	assert.match(await main(city.page), /What the county’s office answered[^]*The laboratory says so/);
	await fill(city.page, { outcome: "corrected", why: "The sample was another person’s." });
	await send(city.page, "#main .actions button");
	assert.match(await city.page.locator(".errors").innerText(), /Tick what was wrong/);
	await city.page.locator("label[for^=wrong-]").click();
	await send(city.page, "#main .actions button");
	assert.match(await main(city.page), /The colour was wrong[^]*taken back/i);

	await phone.page.goto(`${site.origin}/my-code/why`);
	assert.match(await main(phone.page), /Green[^]*Appeals[^]*The colour was wrong/);
	await phone.page.goto(`${site.origin}/my-data`);
	assert.match(await main(phone.page), /Revoked, because what it rested on was wrong/);
	assert.match(await main(phone.page), /The sample was another person’s/);
	for (const { context, problems } of [phone, county, city]) {
		assert.deepEqual(problems, []);
		await context.close();
	}
});

for (const [language, locale] of LANGUAGES) {
	test(`the pages at 360 px and on a desk, in ${language}`, async () => {
		await red(`A-${language}`);
		const faults = /** @type {string[]} */ ([]);
		const options = { ...PHONE, locale, javaScriptEnabled: true };
		const look = async (/** @type {Page} */ page, /** @type {string} */ what) => {
			const note = (/** @type {Error} */ error) => faults.push(error.message);
			assert.equal(await page.locator("html").getAttribute("lang"), language, what);
			await fits(page, `${what} in ${language}`).catch(note);
			await axe(page, `${what} in ${language}`).catch(note);
			await shot(page, `appeal/${what}-${language}`);
			if (language === "zh-Hant") return;
			await page.setViewportSize(DESKTOP.viewport);
			await shot(page, `appeal/${what}-${language}-desk`);
			await page.setViewportSize(PHONE.viewport);
		};
		const state = await holder.context.storageState();
		const phone = await opened({ ...state, cookies: state.cookies.filter(({ name }) => !/lang/i.test(name)) }, options);
		const [county, root] = [await opened(officers[2], options), await opened(administrator, options)];
		const { page } = phone;
		await page.goto(`${site.origin}/my-code/why`);
		await look(page, "why");
		await page.goto(`${site.origin}/my-code/appeal`);
		await send(page);
		await look(page, "new-errors");
		await fill(page, { statement: "I was never there. 我没有去过。" });
		await send(page);
		await look(page, "own");
		const path = new URL(page.url()).pathname;
		await county.page.goto(`${site.origin}/appeals`);
		await look(county.page, "list");
		await toOfficer(county.page, path);
		await send(county.page, "#main .actions button");
		await look(county.page, "case-errors");
		await fill(county.page, { outcome: "corrected", why: "另一个人。Another person." });
		await county.page.locator("label[for^=wrong-]").click();
		await send(county.page, "#main .actions button");
		await look(county.page, "case-answered");
		await page.goto(site.origin + path);
		await look(page, "own-answered");
		await root.page.goto(`${site.origin}/staff/units`);
		await look(root.page, "units");
		assert.deepEqual(faults, []);
		for (const { context, problems } of [phone, county, root]) {
			assert.deepEqual(problems, []);
			await context.close();
		}
	});
}
