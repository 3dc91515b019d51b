// The inspector's application against the real program: from enrolling to the report on the health officers' desk,
// and a device that is withdrawn.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, PHONE, watchedPage } from "./browser.mjs";
import { asWritten, built, canvasCamera, hold, isShell, measure } from "./inspect-site.mjs";
import { begin, button, desks, enrolmentCode } from "./inspector.mjs";
import { phone } from "./phones.mjs";
import { send, start } from "./service.mjs";

/** @typedef {import("playwright-core").Page} Page */


/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof start>>} */
let site;
const desk = desks(() => browser, () => site);

before(async () => {
	browser = await launch(["--autoplay-policy=no-user-gesture-required"]);
	site = await start();
});
after(async () => {
	await browser?.close();
	await site?.stop();
});

/** A phone of an inspector: its camera is a canvas, and with `DIST=1` its scripts are those that were built last. */
async function device() {
	const context = await browser.newContext({ ...PHONE, ...(process.env.DIST && { serviceWorkers: "block" }) });
	context.setDefaultTimeout(20_000);
	await canvasCamera(context);
	if (process.env.DIST) await context.route(`${site.origin}/**`, async (route) => {
		const { pathname } = new URL(route.request().url());
		const file = built(pathname);
		if (file) return route.fulfill({ contentType: file.type, body: file.body });
		if (!isShell(pathname)) return route.continue();
		const response = await route.fetch();
		return route.fulfill({ response, body: asWritten(await response.text()) });
	});
	return { ...(await watchedPage(context)), context };
}

/** A device made by an administrator, enrolled, in a shift, aiming. @param {Page} page @param {string} name */
async function begun(page, name) {
	const code = await enrolmentCode(await desk("administrator"), site.origin, name);
	await page.goto(`${site.origin}/inspect`);
	await page.getByRole("link", { name: "Sign in" }).waitFor();
	const inspector = await desk("inspector");
	await page.context().addCookies(await inspector.context().cookies());
	await page.reload();
	return { checkpoint: await begin(page, code) };
}

/** @param {Page} page @param {string} text */
async function scan(page, text) {
	await hold(page, text);
	await page.locator(".verdict-screen").waitFor();
	await hold(page, "");
}

test("enrol, begin, scan, measure twice: the report is on the health officers' desk; a withdrawn device says so", async (t) => {
	const { text } = await phone(browser, site, "issued");
	const { page, problems, context } = await device();
	const { checkpoint } = await begun(page, "Gate 7, phone 1");

	await t.test("verdict, two high readings, report", async () => {
		await scan(page, await text(Date.now()));
		await page.locator(".verdict-screen.is-pass").waitFor();
		assert.match(await page.locator(".items").innerText(), /Initials\s+\w\w[^]*Number ends with\s+\w{4}[^]*Birthday\s+\d+ \w+[^]*Passport/);
		await button(page, "Temperature");
		await measure(page, "38.1");
		await measure(page, "38.1");
		await button(page, "Sent to the fever clinic");
		await page.locator(".result.is-sent").waitFor();
		const officer = await desk("health_officer");
		await officer.goto(`${site.origin}/reports`);
		const row = officer.locator("#queue tbody tr").filter({ hasText: checkpoint }).filter({ hasText: "38.1" });
		const links = await row.locator("a[id^=report-]").evaluateAll((all) => all.map((one) => one.getAttribute("href") ?? ""));
		const found = [];
		for (const link of links) {
			await officer.goto(site.origin + link);
			const text = await officer.locator("main").innerText();
			// The readings of the demonstration's own reports are of other people.
			if (text.match(/38\.1/g)?.length === 2) found.push(text);
		}
		assert.equal(found.length, 1, "once");
		await button(page, "Next person");
		await page.locator(".aim").waitFor();
	});

	await t.test("a device that is withdrawn says so", async () => {
		const admin = await desk("administrator");
		await admin.goto(`${site.origin}/staff/devices`);
		await send(admin, 'tr:has-text("Gate 7, phone 1") form[action="/staff/devices/withdraw"] button');
		await send(admin, "button[name=sure]");
		await page.reload();
		await page.locator("#inspect[data-screen=gate] h1").getByText("withdrawn").waitFor();
		assert.equal(await page.locator(".aim").count(), 0);
	});
	assert.deepEqual(problems, []);
	await context.close();
});
