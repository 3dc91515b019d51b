// An inspector's device in a browser, against the real program: enrolling, shifts, the PIN, and scanning.
import assert from "node:assert/strict";
import { DESKTOP, watchedPage } from "./browser.mjs";
import { fill, send, signIn } from "./service.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {{origin: string, demonstration: import("./service.mjs").Demonstration}} Site */

export const PIN = "314159";
/** A code as administrators read it out. */
const CODE = /\b[2-9A-HJKMNP-Z]{4}[ -]?[2-9A-HJKMNP-Z]{4}\b/;

export const button = (/** @type {Page} */ page, /** @type {string} */ name) => page.getByRole("button", { name, exact: true }).click();
export const submit = (/** @type {Page} */ page) => page.locator("form button[type=submit]").click();

/**
 * Pages of people who are signed in, each once for all tests: a one-time code works once.
 * @param {() => import("playwright-core").Browser} browser @param {() => Site} site
 */
export function desks(browser, site) {
	/** @type {Record<string, Page>} */
	const known = {};
	return async (/** @type {string} */ role) => {
		const before = known[role];
		if (before) return before;
		const { page } = await watchedPage(await browser().newContext(DESKTOP));
		await signIn(page, site().origin, site().demonstration, role);
		return (known[role] = page);
	};
}

/** The enrolment code of a device that the administrator adds. @param {Page} admin @param {string} origin @param {string} name */
export async function enrolmentCode(admin, origin, name) {
	await admin.goto(`${origin}/staff/devices`);
	await fill(admin, { name });
	await send(admin, "#main button[type=submit]");
	const code = CODE.exec(await admin.locator("main .ref").innerText())?.[0];
	assert.ok(code, "the page shows an enrolment code");
	return code;
}

/** From the page that asks for the code to aiming, at the first checkpoint; returns the checkpoint's name. @param {Page} page @param {string} code */
export async function begin(page, code) {
	await page.locator("#enrol-code").fill(code.toLowerCase());
	await submit(page);
	await page.locator("label[for^=checkpoint-]").first().click();
	const checkpoint = await page.locator("label[for^=checkpoint-] bdi").first().innerText();
	await submit(page);
	for (let times = 0; times < 2; times++) {
		await page.locator("#pin").fill(PIN);
		await submit(page);
	}
	await page.locator(".aim").waitFor();
	return checkpoint;
}

/** @param {Page} page */
export async function unlock(page) {
	await page.locator("#pin").fill(PIN);
	await submit(page);
}

/**
 * A hardware scanner: keys as fast as they come, and Enter; all of one code at once, where a test has hundreds. Returns
 * the verdict on the screen.
 * @param {Page} page @param {string} text
 */
export const wedge = (page, text) =>
	page.evaluate(async (text) => {
		for (const key of [...text, "Enter"]) document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
		for (;;) {
			// The mark is of the person, whose screen is painted anew with each step.
			const screen = /** @type {HTMLElement | null} */ (document.querySelector(".verdict-screen:not([data-seen])"));
			if (screen) {
				screen.dataset.seen = "yes";
				return /is-(pass|check|stop)/.exec(screen.className)?.[1];
			}
			await new Promise((done) => setTimeout(done, 4));
		}
	}, text);
