// What must be in sight at once on a small phone, in every language: at 360 × 640 nothing of it lies under the bar.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fits, launch, PHONE, shot } from "./browser.mjs";
import { canvasCamera, hold, measure, serve, toAim } from "./inspect-site.mjs";
import { LANGUAGES } from "./service.mjs";

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {import("./inspect-site.mjs").Site} */
let site;

before(async () => {
	browser = await launch();
	site = await serve();
});
after(async () => {
	await browser?.close();
	await site?.stop();
});

const SMALL = { width: 360, height: 640 };

for (const [language, locale] of LANGUAGES) {
	test(`a small phone shows what matters in ${language}`, async () => {
		site.fake.deviceKey = undefined;
		const context = await browser.newContext({ ...PHONE, viewport: SMALL, locale });
		context.setDefaultTimeout(15_000);
		await canvasCamera(context);
		const page = await context.newPage();
		const faults = /** @type {string[]} */ ([]);
		/** Every element of the selector lies between head and bar, unscrolled. @param {string} name @param {string} selector */
		const seen = async (name, selector) => {
			await page.locator(selector).first().waitFor();
			await page.waitForTimeout(150);
			await shot(page, `inspect-fit/${language}/${name}`, false);
			const hidden = await page.evaluate((chosen) => {
				const bar = document.querySelector(".bar")?.getBoundingClientRect().top ?? innerHeight;
				const head = document.querySelector(".head")?.getBoundingClientRect().bottom ?? 0;
				return [...document.querySelectorAll(chosen)].map((one) => one.getBoundingClientRect()).map(({ top, bottom }) => Math.max(bottom - bar, head - top)).filter((over) => over > 1);
			}, selector);
			// Twice as large, as who sees badly sets it: everything can be scrolled to, and nothing sideways.
			await page.setViewportSize({ width: 180, height: 320 });
			await fits(page, `${name} at 180`).catch((/** @type {Error} */ error) => faults.push(error.message));
			await shot(page, `inspect-fit/${language}/${name}-180`, false);
			const stays = await page.evaluate(() => getComputedStyle(document.querySelector(".bar") ?? document.body).position);
			if (stays === "sticky") faults.push(`${name}: the bar stays at 320 px`);
			await page.setViewportSize(SMALL);
			if (hidden.length > 0) faults.push(`${name}: ${selector} by ${hidden.map(Math.round)} px`);
		};
		const verdict = async (/** @type {string} */ code) => {
			await hold(page, code);
			await page.locator(".verdict-screen").waitFor();
			await hold(page, "");
		};
		const live = (/** @type {object} */ wanted = {}) => site.codes.pass(site.now(), { live: { age: 0 }, ...wanted });
		const next = () => page.locator(".bar .secondary").first().click();
		await toAim(page, site);
		await verdict(await live());
		await seen("pass", ".items dd");
		await page.locator(".bar button:not(.secondary)").click();
		await seen("temperature", ".figure input, .figure button, .keypad button, .segments label");
		await page.locator(".temperature button[type=submit]").click();
		await seen("temperature-fault", ".figure input, .keypad button");
		await measure(page, "385");
		await seen("again", ".figure input, .keypad button");
		await measure(page, "386");
		await seen("action", ".hot, .twice");
		await page.locator(".action-released:enabled").click();
		await page.locator(".result").waitFor();
		await page.locator(".bar button").click();
		await verdict(await site.codes.pass(site.now()));
		await seen("printed", ".items dd");
		await next();
		await verdict(await live({ colour: "yellow" }));
		await seen("check", ".sign, .verdict-screen h1, .reasons");
		await next();
		await verdict("TX1:NOTHING");
		await page.locator(".bar button:not(.secondary)").click();
		await measure(page, "385");
		await measure(page, "386");
		await page.locator(".action summary").waitFor();
		const summary = await page.locator(".action summary").boundingBox();
		assert.ok(summary && summary.height >= 44, `${summary?.height}`);
		assert.deepEqual(faults, []);
		await context.close();
	});
}
