// Every screen of the inspector's application, in every language: nothing for axe to find at 360 px (in one language at
// 320 px, at 200 % and in chosen colours, too), and no sideways scrolling at any size. SHOTS keeps pictures to look at.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, fits, launch, PHONE, shot, watchedPage } from "./browser.mjs";
import { canvasCamera, hold, measure, serve } from "./inspect-site.mjs";
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

const SIZES = /** @type {const} */ ([["320", { width: 320, height: 640 }], ["200%", { width: 640, height: 450 }]]);

for (const [language, locale] of LANGUAGES) {
	test(`every screen in ${language}`, async () => {
		const faults = /** @type {string[]} */ ([]);
		const note = (/** @type {Error} */ error) => faults.push(error.message);
		// What axe finds in other sizes and colours is no matter of the words: in one language.
		const thorough = language === "en";
		const context = await browser.newContext({ ...PHONE, locale });
		context.setDefaultTimeout(15_000);
		await canvasCamera(context);
		const { page, problems } = await watchedPage(context);
		const look = async (/** @type {string} */ name) => {
			const words = await page.locator("body").innerText();
			if (words.includes("⟦")) faults.push(`${name}: ${words.match(/⟦[^⟧]*⟧/g)}`);
			await fits(page, name).catch(note);
			await axe(page, name).catch(note);
			await shot(page, `inspect/${language}/${name}`, false);
			for (const [size, viewport] of SIZES) {
				await page.setViewportSize(viewport);
				await fits(page, `${name} at ${size}`).catch(note);
				if (thorough) await axe(page, `${name} at ${size}`).catch(note);
			}
			if (process.env.SHOTS) {
				await page.setViewportSize({ width: 1280, height: 800 });
				await shot(page, `inspect/${language}/${name}-wide`, false);
			}
			await page.setViewportSize(PHONE.viewport);
			if (!thorough) return;
			await page.emulateMedia({ forcedColors: "active" });
			await axe(page, `${name} in chosen colours`).catch(note);
			await page.emulateMedia({ forcedColors: "none" });
		};
		/** @param {string} selector */
		const press = (selector) => page.locator(selector).first().click();
		const submit = () => press("form button[type=submit]");
		const verdict = async (/** @type {string} */ code, /** @type {string} */ name) => {
			await hold(page, code);
			await page.locator(".verdict-screen").waitFor();
			await hold(page, "");
			await page.waitForTimeout(200);
			await look(name);
		};
		const next = () => press(".bar .secondary");
		const live = (/** @type {object} */ wanted = {}) => site.codes.pass(site.now(), { live: { age: 0 }, ...wanted });

		site.fake.deviceKey = undefined;
		const { session } = site.fake;
		site.fake.session = undefined;
		await page.goto(`${site.origin}/inspect`);
		await page.locator("a[href='/staff/sign-in']").waitFor();
		await look("signed-out");
		site.fake.session = session;
		await page.reload();
		await page.locator("#enrol-code").waitFor();
		await look("enrol");
		await page.locator("#enrol-code").fill("22222222");
		await submit();
		await page.locator("#enrol-error:visible").waitFor();
		await look("enrol-wrong");
		await page.locator("#enrol-code").fill("7k3m 92qd");
		await submit();
		await page.locator("input[name=checkpoint]").waitFor({ state: "attached" });
		await look("begin");
		await submit();
		await page.locator("#pin").waitFor();
		await look("pin");
		for (let times = 0; times < 2; times++) {
			await page.locator("#pin").fill("314159");
			await submit();
		}
		await page.locator(".aim[data-camera=on]").waitFor();
		await look("aim");
		await press(".aim .bar button");
		await look("typed");
		await verdict(await live(), "pass");
		await press(".bar button:not(.secondary)");
		await look("temperature");
		await submit();
		await look("temperature-empty");
		await measure(page, "38");
		await look("measure-again");
		await measure(page, "381");
		await page.locator(".action").waitFor();
		await look("action");
		await press(".action .bar button");
		await page.locator(".result.is-sent").waitFor();
		await look("reported");
		await press(".bar button");
		await verdict(await live({ colour: "red" }), "stop");
		await next();
		await verdict(await live({ colour: "yellow" }), "check");
		await next();
		await verdict(await site.codes.pass(site.now()), "printed");
		await next();
		await press(".aim .bar button:last-child");
		await look("nobody");
		await press(".bar .secondary");
		await press(".head .menu");
		await look("menu");
		await press(".head .waits");
		await look("outbox");
		await press(".bar .secondary");
		await press(".head .menu");
		await page.getByRole("button", { name: /training|培训|培訓/i }).click();
		await page.locator(".specimens button").first().waitFor();
		await look("training");
		await press(".specimens button:nth-child(8)");
		await page.locator(".apply svg path").waitFor();
		await look("foreign");
		await press(".training-word button");
		await page.reload();
		await page.locator("#pin").waitFor();
		await look("locked");
		await press(".head .menu");
		await look("locked-menu");
		await press(".bar button");
		await page.locator("#pin").waitFor();
		for (let times = 0; times < 5; times++) {
			await page.locator("#pin").fill("000000");
			await submit();
			await page.waitForTimeout(400);
		}
		await page.locator(".gate .notice.bad").waitFor();
		await look("shut");
		assert.deepEqual(faults, []);
		assert.deepEqual(problems, []);
		await context.close();
	});
}
