// The inspector's page on the real program, without script: a shift, a code, two temperatures, one report; a person
// without a code; and the same pages in every language at 320 px.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, DESKTOP, fits, launch, PHONE, watchedPage } from "./browser.mjs";
import { beginShift, check, choose, counters, measure, phoneOf, signedIn } from "./checkpoint.mjs";
import { fill, LANGUAGES, send, start } from "./service.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof start>>} */
let site;
/** @type {import("./checkpoint.mjs").State} */
let inspector;
/** @type {import("./checkpoint.mjs").State} */
let officer;
/** @type {Awaited<ReturnType<typeof phoneOf>>} */
let holder;

before(async () => {
	browser = await launch();
	site = await start();
	inspector = await signedIn(browser, site, "inspector");
	officer = await signedIn(browser, site, "health_officer");
	holder = await phoneOf(browser, site, "issued");
});
after(async () => {
	await browser?.close();
	await site?.stop();
});

/** The inspector's phone. @param {string} locale @param {import("playwright-core").BrowserContextOptions} [options] */
async function gate(locale, options = {}) {
	const context = await browser.newContext({ ...PHONE, locale, storageState: inspector, ...options });
	context.setDefaultTimeout(10_000);
	return { context, ...(await watchedPage(context)) };
}

/** The reports on the health officers' desk, newest first: where each leads, and what its row says. */
async function reports() {
	const context = await browser.newContext({ ...DESKTOP, locale: "en-GB", storageState: officer });
	const page = await context.newPage();
	await page.goto(`${site.origin}/reports`);
	const rows = await page.locator("#queue tbody tr").evaluateAll((all) =>
		all.map((row) => ({ path: row.querySelector("th a")?.getAttribute("href") ?? "", text: (/** @type {HTMLElement} */ (row)).innerText })),
	);
	await context.close();
	return rows.sort((a, b) => (a.path < b.path ? 1 : -1));
}

/** What a report says, to a health officer who has not taken it. @param {string} path */
async function told(path) {
	const context = await browser.newContext({ ...DESKTOP, locale: "en-GB", storageState: officer });
	const page = await context.newPage();
	await page.goto(site.origin + path);
	const text = await page.locator("main").innerText();
	await context.close();
	return text;
}

const at = (/** @type {Page} */ page, /** @type {string} */ path) => assert.equal(new URL(page.url()).pathname, path);
const errors = (/** @type {Page} */ page) => page.locator(".errors a").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
/** Presses the button of the form in hand. @param {Page} page */
const press = (page) => send(page, "#main .actions button");

test("without script: a shift, a code, 37.9 °C, a second reading, and one report", async () => {
	const { context, page, problems } = await gate("en-GB", { javaScriptEnabled: false });
	const waiting = (await reports()).length;
	await page.goto(`${site.origin}/check`);
	await send(page, 'form[action="/check/shift"] button');
	assert.deepEqual(await errors(page), ["#checkpoint"], "a checkpoint has to be chosen");
	await beginShift(page, site.origin);
	at(page, "/check");
	assert.match(await page.locator(".gate").innerText(), /Hankou Station, exit 3/);
	assert.deepEqual(await counters(page), [0, 0, 0, 0, 0]);

	await check(page, site.origin, await holder.text());
	assert.equal(await page.locator(".verdict.is-pass").count(), 1);
	assert.deepEqual(await counters(page), [1, 0, 0, 0, 0]);
	await fill(page, { temperature: "73.9" });
	await press(page);
	assert.deepEqual(await errors(page), ["#temperature"]);
	assert.equal(await page.locator("#temperature").inputValue(), "73.9", "what was typed is kept");
	await fill(page, { temperature: "37.9", site: "ear" });
	await press(page);
	assert.equal(await page.locator(".verdict.is-stop").count(), 1);
	assert.match(await page.locator("#main").innerText(), /Measure again[^]*37\.9 °C/);
	assert.equal((await reports()).length, waiting, "one reading is no report");

	await press(page);
	assert.deepEqual(await errors(page), ["#second"]);
	assert.equal(await page.locator(".verdict.is-stop").count(), 1, "the verdict stays above the form");
	await fill(page, { second: "38.1" });
	await press(page);
	assert.deepEqual(await errors(page), ["#action"]);
	assert.equal(await page.locator("#second").inputValue(), "38.1", "what was typed is kept");
	await send(page, '.langs button[lang="zh-Hans"]');
	assert.equal(await page.locator("html").getAttribute("lang"), "zh-Hans");
	assert.equal(await page.locator("#second").inputValue(), "38.1", "a language changes nothing else");
	await send(page, '.langs button[lang="en"]');
	await fill(page, { action: "fever_clinic" });

	// Pressed twice, and what the browser sends again when somebody goes back: the same form, and one report.
	const form = await page.locator("#main").evaluate((form) => Object.fromEntries([...new FormData(/** @type {HTMLFormElement} */ (form))].map(([name, value]) => [name, String(value)])));
	await page.locator("#main .actions button").dblclick({ noWaitAfter: true });
	await page.locator("main .panel").waitFor();
	at(page, "/check/reported/fever_clinic");
	assert.match(await page.locator("main").innerText(), /Report made[^]*What you do now\s*Keep the person apart/);
	const again = await page.request.post(`${site.origin}/check/report`, { form, headers: { origin: site.origin } });
	assert.equal(again.url(), page.url(), "the same report");
	await page.reload();
	assert.equal((await reports()).length, waiting + 1);
	const [newest] = await reports();
	assert.match(newest?.text ?? "", /Hankou Station, exit 3[^]*38\.1 °C[^]*Sent to a fever clinic/);
	assert.match(await told(newest?.path ?? ""), /37\.9 °C, ear[^]*38\.1 °C, forehead[^]*Code on the phone[^]*PASS/);
	await page.locator("main a.button").click();
	at(page, "/check");
	assert.deepEqual((await counters(page)).slice(3), [1, 1], "one temperature, reported");
	assert.deepEqual(problems, []);
	await context.close();
});

test("without script: a second reading that is normal makes no report", async () => {
	const { context, page } = await gate("en-GB", { javaScriptEnabled: false });
	const waiting = (await reports()).length;
	await beginShift(page, site.origin);
	const [, , , temperatures = 0, abnormal = 0] = await counters(page);
	await check(page, site.origin, await holder.text());
	await fill(page, { temperature: "37.3" });
	await press(page);
	await fill(page, { second: "36.8" });
	await press(page);
	assert.match(await page.locator("main").innerText(), /PASS[^]*Temperature 36\.8 °C: below 37\.3 °C/);
	assert.deepEqual((await counters(page)).slice(3), [temperatures + 1, abnormal]);
	assert.equal((await reports()).length, waiting);
	await context.close();
});

test("without script: a person without a code, by kind of document and its last four", async () => {
	const { context, page } = await gate("en-GB", { javaScriptEnabled: false });
	const waiting = (await reports()).length;
	await beginShift(page, site.origin);
	const [pass = 0, looked = 0, stop = 0, temperatures = 0, abnormal = 0] = await counters(page);
	await page.locator('main a[href="/check/no-code"]').click();
	at(page, "/check/no-code");
	await fill(page, { document: "passport", last_four: "E12345" });
	await press(page);
	assert.deepEqual((await errors(page)).sort(), ["#last_four", "#temperature"]);
	assert.equal(await page.locator("#document").inputValue(), "passport");
	// Thermometers in Fahrenheit: 101 °F is 38.3 °C.
	await fill(page, { last_four: "0 2c3", temperature: "101 F" });
	await press(page);
	assert.match(await page.locator("#main").innerText(), /38\.3 °C/);
	assert.deepEqual([await page.locator("#document").inputValue(), (await page.locator("#last_four").inputValue()).replace(" ", "").toUpperCase()], ["passport", "02C3"]);
	await fill(page, { second: "38.0", second_site: "armpit", action: "refused" });
	await press(page);
	at(page, "/check/reported/refused");
	assert.match(await page.locator("main").innerText(), /Do not let the person pass/);
	assert.deepEqual(await counters(page), [pass, looked, stop, temperatures + 1, abnormal + 1], "no verdict counts");
	const [newest, ...others] = await reports();
	assert.equal(others.length, waiting);
	const text = await told(newest?.path ?? "");
	assert.match(text, /38\.3 °C, forehead[^]*38\.0 °C, armpit[^]*Not let through[^]*Document, no code[^]*Passport[^]*02C3/);
	assert.doesNotMatch(text, /E12345/);
	await context.close();
});

test("without script: the report of somebody who forgot the shift begins it, and a shift ends", async () => {
	const { context, page } = await gate("en-GB", { javaScriptEnabled: false });
	await beginShift(page, site.origin);
	await send(page, 'form[action="/check/shift/end"] button');
	assert.equal(await page.locator(".gate").count(), 0);
	await page.goto(`${site.origin}/check/no-code`);
	await fill(page, { temperature: "38" });
	await press(page);
	await fill(page, { second: "38", action: "released" });
	await press(page);
	assert.deepEqual(await errors(page), ["#checkpoint"]);
	await choose(page, "Tianhe Airport");
	await press(page);
	at(page, "/check/reported/released");
	assert.match(await page.locator(".gate").innerText(), /Tianhe Airport, hall 2/);
	assert.deepEqual((await counters(page)).slice(3), [1, 1]);
	assert.match((await reports())[0]?.text ?? "", /Tianhe Airport/);
	await context.close();
});

for (const [language, locale] of LANGUAGES) {
	test(`every step at 320 px, in ${language}`, async () => {
		const { context, page, problems } = await gate(locale, { viewport: { width: 320, height: 640 } });
		const faults = /** @type {string[]} */ ([]);
		const look = async (/** @type {string} */ what) => {
			const note = (/** @type {Error} */ error) => faults.push(error.message);
			assert.equal(await page.locator("html").getAttribute("lang"), language, what);
			await fits(page, `${what} in ${language}`).catch(note);
			await axe(page, `${what} in ${language}`).catch(note);
		};
		await page.goto(`${site.origin}/check`);
		if (await page.locator('form[action="/check/shift/end"]').count()) await send(page, 'form[action="/check/shift/end"] button');
		await look("before a shift");
		await send(page, 'form[action="/check/shift"] button');
		await look("no checkpoint chosen");
		await beginShift(page, site.origin);
		await look("in a shift");
		await check(page, site.origin, await holder.text());
		await look("a verdict");
		await fill(page, { temperature: "37.9" });
		await press(page);
		await look("a second reading");
		await press(page);
		await look("a second reading, missing");
		await fill(page, { second: "38.1", action: "fever_clinic" });
		await press(page);
		at(page, "/check/reported/fever_clinic");
		await look("reported");
		await page.goto(`${site.origin}/check/no-code`);
		await look("no code");
		await press(page);
		await look("no code, nothing typed");
		await measure(page, ["38", "38.5"], "refused");
		await look("reported, refused");
		assert.deepEqual(faults, []);
		assert.deepEqual(problems, []);
		await context.close();
	});
}
