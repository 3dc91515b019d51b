// The health officers' desk on the real program: a report arrives on the open page, is taken by one of two officers,
// acknowledged, confirmed and finished, with and without script, and the holder sees what is kept of it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, DESKTOP, fits, launch, PHONE, watchedPage } from "./browser.mjs";
import { beginShift, check, measure, phoneOf, signedIn } from "./checkpoint.mjs";
import { fill, LANGUAGES, send, start } from "./service.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("./checkpoint.mjs").State} State */

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof start>>} */
let site;
/** @type {{inspector: State, first: State, second: State}} */
let staff;
/** @type {Awaited<ReturnType<typeof phoneOf>>} */
let holder;
/** The inspector's page, without script. @type {Page} */
let gate;

before(async () => {
	browser = await launch();
	site = await start();
	const [inspector, first] = [await signedIn(browser, site, "inspector"), await signedIn(browser, site, "health_officer")];
	staff = { inspector, first, second: await colleague() };
	holder = await phoneOf(browser, site, "issued");
	gate = await (await browser.newContext({ ...PHONE, locale: "en-GB", storageState: inspector, javaScriptEnabled: false })).newPage();
	await beginShift(gate, site.origin);
});
after(async () => {
	await browser?.close();
	await site?.stop();
});

/** Letters and digits of RFC 4648, section 6. @param {string} text */
function base32(text) {
	const bits = [...text].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
	return (bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
}

/** A second health officer, whom the administrator adds. */
async function colleague() {
	const page = await (await browser.newContext({ ...DESKTOP, locale: "en-GB", storageState: await signedIn(browser, site, "administrator") })).newPage();
	await page.goto(`${site.origin}/staff/new`);
	await fill(page, { name: "Second Health Officer", login: "health.second", unit: "Health Commission, Wuhan (demonstration)", roles: "health_officer" });
	await send(page, "#main .actions button");
	const uri = new URL((await page.locator("details .doc").textContent()) ?? "");
	const added = { role: "second", login: "health.second", password: await page.locator(".ref").innerText(), totp_secret: base32(uri.searchParams.get("secret") ?? "") };
	await page.context().close();
	return signedIn(browser, { ...site, demonstration: { ...site.demonstration, sign_ins: [added] } }, "second");
}

/** An officer's browser. @param {State} storageState @param {import("playwright-core").BrowserContextOptions} [options] */
async function desk(storageState, options = {}) {
	const context = await browser.newContext({ ...DESKTOP, locale: "en-GB", storageState, ...options });
	context.setDefaultTimeout(10_000);
	const { page, problems } = await watchedPage(context);
	await page.goto(`${site.origin}/reports`);
	return { context, page, problems };
}

/** The reports on the page. @param {Page} page @returns {Promise<string[]>} */
const rows = (page) => page.locator("#queue tbody th a").evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));

/** Makes a report at the gate, of the holder or of somebody without a code, and returns where it is on the desk. @param {boolean} withCode */
async function reported(withCode) {
	const { context, page } = await desk(staff.first, { javaScriptEnabled: false });
	const before = await rows(page);
	if (withCode) await check(gate, site.origin, await holder.text());
	else await gate.goto(`${site.origin}/check/no-code`);
	await measure(gate, ["37.9", "38.1"], "fever_clinic");
	await page.reload();
	const [path = "", ...more] = (await rows(page)).filter((one) => !before.includes(one));
	assert.ok(path && more.length === 0, "one report came in");
	await context.close();
	return path;
}

const take = (/** @type {Page} */ page, /** @type {string} */ path) => send(page, `form[action="${path}/take"] button`);
const main = (/** @type {Page} */ page) => page.locator("main").innerText();
/** Everything that the phone's owner is shown of what is kept. */
async function myData() {
	await holder.page.goto(`${site.origin}/my-data`);
	return main(holder.page);
}

test("a report appears on the open page within two seconds, and is worked on to its end", async () => {
	const { context, page, problems } = await desk(staff.first);
	await page.locator("#live", { hasText: "New reports appear here by themselves." }).waitFor();
	await page.evaluate(() => Object.assign(window, { sameDocument: true }));
	const before = await rows(page);
	assert.doesNotMatch(await myData(), /Reports of your temperature/);
	await check(gate, site.origin, await holder.text());
	await fill(gate, { temperature: "37.9" });
	await send(gate, "#main .actions button");
	await fill(gate, { second: "38.1", action: "fever_clinic" });
	const pressed = Date.now();
	await Promise.all([page.locator("#queue tbody tr").nth(before.length).waitFor({ timeout: 2_000 }), send(gate, "#main .actions button")]);
	console.log(`on the desk ${Date.now() - pressed} ms after the inspector pressed`);
	assert.equal(await page.locator("#live").innerText(), "A new report has come in.");
	assert.ok(await page.evaluate(() => "sameDocument" in window), "without a reload");
	const [path = ""] = (await rows(page)).filter((one) => !before.includes(one));

	const shown = site.demonstration.applications.find(({ code }) => code === "issued")?.name ?? "";
	const family = shown.split(" ").at(-1) ?? "";
	assert.ok(family.length > 2, shown);
	assert.ok(!(await main(page)).includes(family), "the list names nobody");
	await page.locator(`#queue a[href="${path}"]`).first().click();
	await page.waitForURL(`**${path}`);
	assert.ok(!(await main(page)).includes(family), "nobody is named before the report is taken");
	await take(page, path);
	assert.ok((await main(page)).includes(family), "whoever has taken it sees whom to call");
	assert.match(await main(page), /This report is yours until/);
	await send(page, `form[action="${path}/acknowledge"] button`);
	assert.equal(await page.locator(`form[action="${path}/acknowledge"]`).count(), 0);
	assert.match(await main(page), /Acknowledged · Demonstration Health Officer/);
	assert.match(await main(page), /There is none\.[^]*Confirm as evidence/);
	assert.match(await myData(), /Reports of your temperature/);
	assert.doesNotMatch(await myData(), /Confirmed temperature/);

	await page.locator(`a[href="${path}/confirm"]`).click();
	await page.waitForURL("**/confirm");
	assert.match(await main(page), /38\.1 °C[^]*the published rules decide/);
	await send(page, `form[action="${path}/confirm"] button`);
	assert.match(await main(page), /Confirmed temperature: 38\.1 °C/);
	assert.match(await myData(), /Confirmed temperature[^]*38\.1/);
	await send(page, "#main .actions button");
	assert.match(await page.locator(".errors").innerText(), /Choose what became of it/);
	await fill(page, { outcome: "followed_up", note: "Reached by telephone; tested." });
	await send(page, "#main .actions button");
	await page.goto(`${site.origin}/reports`);
	assert.deepEqual(await rows(page), before);
	await page.goto(`${site.origin}/reports/done`);
	assert.match(await page.locator("tr", { has: page.locator(`a[href="${path}"]`) }).innerText(), /38\.1 °C[^]*Followed up[^]*Confirmed as evidence/);
	await page.goto(site.origin + path);
	assert.ok(!(await main(page)).includes(family), "what is done names nobody any more");
	assert.deepEqual(problems, []);
	await context.close();
});

test("two officers: one report is one officer's, is given back, and what was typed is not lost", async () => {
	const path = await reported(false);
	const [one, two] = [await desk(staff.first), await desk(staff.second)];
	await two.page.goto(site.origin + path);
	await one.page.goto(site.origin + path);
	await take(one.page, path);
	// The second one's page is older than the claim.
	await take(two.page, path);
	assert.match(await main(two.page), /Somebody else is working on this[^]*Demonstration Health Officer/);
	await two.page.goto(site.origin + path);
	assert.match(await main(two.page), /Somebody else works on it: Demonstration Health Officer/);
	assert.equal(await two.page.locator("#main").count(), 0, "no outcome but of what is one's own");
	await two.page.goto(`${site.origin}/reports`);
	assert.match(await two.page.locator("tr", { has: two.page.locator(`a[href="${path}"]`) }).innerText(), /Demonstration Health Officer/);

	const stale = await one.context.newPage();
	await stale.goto(site.origin + path);
	await fill(stale, { outcome: "closed", note: "A note that took a while to write." });
	await send(one.page, `form[action="${path}/release"] button`);
	// The list of the second one says so by itself.
	await two.page.locator(`form[action="${path}/take"] button`).waitFor({ timeout: 3_000 });
	await take(two.page, path);
	await send(stale, "#main .actions button");
	assert.match(await main(stale), /Somebody else is working on this[^]*Second Health Officer[^]*A note that took a while to write\./);
	await send(two.page, `form[action="${path}/acknowledge"] button`);
	await fill(two.page, { outcome: "closed" });
	await send(two.page, "#main .actions button");
	await one.page.goto(site.origin + path);
	assert.match(await main(one.page), /This report is done/);
	await one.page.goto(`${site.origin}/reports`);
	assert.ok(!(await rows(one.page)).includes(path));
	for (const { context, problems } of [one, two]) {
		assert.deepEqual(problems, []);
		await context.close();
	}
});

test("without script: the list reads itself again, and a report is taken, confirmed and finished", async () => {
	const path = await reported(true);
	const { context, page } = await desk(staff.first, { ...PHONE, javaScriptEnabled: false });
	assert.equal(await page.locator('noscript meta[http-equiv="refresh"]').getAttribute("content"), "30");
	assert.equal(await page.locator("#live").innerText(), "Without script the list is read again every 30 seconds.");
	assert.equal(await page.locator("#sound").isVisible(), false);
	await take(page, path);
	await send(page, `form[action="${path}/acknowledge"] button`);
	await page.locator(`a[href="${path}/confirm"]`).click();
	await send(page, `form[action="${path}/confirm"] button`);
	await fill(page, { outcome: "case", note: "Fever clinic 3." });
	await send(page, "#main .actions button");
	await page.goto(`${site.origin}/reports/done`);
	assert.match(await page.locator("tr", { has: page.locator(`a[href="${path}"]`) }).innerText(), /Became a case/);
	await context.close();
});

for (const [language, locale] of LANGUAGES) {
	test(`every page of the desk at 320 px and in chosen colours, in ${language}`, async () => {
		const path = await reported(true);
		const { context, page, problems } = await desk(staff.first, { ...PHONE, locale, viewport: { width: 320, height: 640 } });
		const faults = /** @type {string[]} */ ([]);
		const look = async (/** @type {string} */ what) => {
			const note = (/** @type {Error} */ error) => faults.push(error.message);
			assert.equal(await page.locator("html").getAttribute("lang"), language, what);
			await fits(page, `${what} in ${language}`).catch(note);
			await axe(page, `${what} in ${language}`).catch(note);
			await page.emulateMedia({ forcedColors: "active" });
			await axe(page, `${what} in chosen colours in ${language}`).catch(note);
			await page.emulateMedia({ forcedColors: "none" });
		};
		await look("the queue");
		await page.goto(site.origin + path);
		await look("a report");
		await take(page, path);
		await look("a report of one's own");
		await send(page, "#main .actions button");
		await look("an outcome that is missing");
		await page.goto(`${site.origin}${path}/confirm`);
		await look("confirming");
		await send(page, `form[action="${path}/confirm"] button`);
		await look("confirmed");
		const stale = await context.newPage();
		await stale.goto(site.origin + path);
		await fill(page, { outcome: "closed" });
		await send(page, "#main .actions button");
		await page.goto(site.origin + path);
		await look("a report that is done");
		await send(stale, `form[action="${path}/release"] button`);
		await fits(stale, "too late");
		await axe(stale, "too late").catch((error) => faults.push(error.message));
		await page.goto(`${site.origin}/reports/done`);
		await look("what is done");
		assert.deepEqual(faults, []);
		assert.deepEqual(problems, []);
		await context.close();
	});
}
