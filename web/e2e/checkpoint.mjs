// What inspectors and health officers do on their pages, for the tests that need it.
import assert from "node:assert/strict";
import { PHONE, readQr } from "./browser.mjs";
import { fill, send, signIn } from "./service.mjs";

/** @typedef {import("playwright-core").Browser} Browser */
/** @typedef {import("playwright-core").Page} Page */
/** @typedef {Awaited<ReturnType<import("playwright-core").BrowserContext["storageState"]>>} State */
/** @typedef {{origin: string, demonstration: import("./service.mjs").Demonstration}} Site */

/** The sign-in of a role of the demonstration, without its language. @param {Browser} browser @param {Site} site @param {string} role @returns {Promise<State>} */
export async function signedIn(browser, { origin, demonstration }, role) {
	const context = await browser.newContext();
	await signIn(await context.newPage(), origin, demonstration, role);
	const state = await context.storageState();
	await context.close();
	return { ...state, cookies: state.cookies.filter(({ name }) => !/lang/i.test(name)) };
}

/** A phone that shows the code of an application of the demonstration. @param {Browser} browser @param {Site} site @param {string} code */
export async function phoneOf(browser, { origin, demonstration }, code) {
	const context = await browser.newContext({ ...PHONE, locale: "en-GB" });
	const page = await context.newPage();
	await page.goto(`${origin}/recover`);
	await fill(page, { code: demonstration.applications.find((one) => one.code === code)?.recovery_code ?? "" });
	await send(page);
	/** The text of the code on the screen, as a checkpoint's camera reads it. */
	const text = async () => {
		await page.goto(`${origin}/my-code`);
		await page.locator("svg.qr path").waitFor();
		const [text] = await readQr(await page.screenshot());
		assert.ok(text, "a code is on the screen");
		return text;
	};
	return { context, page, text };
}

/** Chooses a checkpoint by a part of its name. @param {Page} page @param {string} name */
export async function choose(page, name) {
	const value = await page.locator("#checkpoint option", { hasText: name }).getAttribute("value");
	await page.locator("#checkpoint").selectOption(value);
}

/** Begins the inspector's shift where none goes on. @param {Page} page @param {string} origin */
export async function beginShift(page, origin) {
	await page.goto(`${origin}/check`);
	if (!(await page.locator("#checkpoint").count())) return;
	await choose(page, "Hankou Station");
	await send(page, 'form[action="/check/shift"] button');
}

/** Types the text of a code. @param {Page} page @param {string} origin @param {string} text */
export async function check(page, origin, text) {
	await page.goto(`${origin}/check`);
	await fill(page, { text });
	await send(page, "#main .actions button");
	await page.locator(".verdict").waitFor();
}

/** The two readings after a code or none, as far as the report. @param {Page} page @param {[string, string]} readings @param {string} action */
export async function measure(page, [first, second], action) {
	await fill(page, { temperature: first });
	await send(page, "#main .actions button");
	await fill(page, { second, action });
	await send(page, "#main .actions button");
	assert.equal(new URL(page.url()).pathname, `/check/reported/${action}`);
}

/** What the shift counts: PASS, CHECK, STOP, temperatures, reported as abnormal; not who registered by themselves. @param {Page} page */
export const counters = async (page) => (await page.locator(".gate dd").allInnerTexts()).map(Number).slice(0, 5);
