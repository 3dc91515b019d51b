// The real way in, as it is walked with a phone of 360 px: the application that nobody is signed in to, the page of
// signing in, the device's code, the checkpoint, the PIN; and the way out with something that is not sent.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { axe, fits, launch, PHONE, shot, watchedPage } from "./browser.mjs";
import { button, desks, enrolmentCode, PIN, submit } from "./inspector.mjs";
import { measure } from "./inspect-site.mjs";
import { fill, send, start, totp } from "./service.mjs";

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof start>>} */
let site;

before(async () => {
	browser = await launch();
	site = await start();
});
after(async () => {
	await browser?.close();
	await site?.stop();
});

test("in by signing in, code, checkpoint and PIN; out only when what waits is in a file", async () => {
	const code = await enrolmentCode(await desks(() => browser, () => site)("administrator"), site.origin, "Gate 6, phone 1");
	const context = await browser.newContext({ ...PHONE, locale: "en-GB" });
	context.setDefaultTimeout(15_000);
	const { page, problems } = await watchedPage(context);
	const heading = () => page.locator("h1").innerText();
	const look = async (/** @type {string} */ name) => {
		await fits(page, name);
		await axe(page, name);
		await shot(page, `way/${name}`);
	};

	await page.goto(`${site.origin}/inspect`);
	await page.getByRole("link", { name: "Sign in" }).waitFor();
	await look("1-nobody");
	await page.getByRole("link", { name: "Sign in" }).click();
	await page.waitForURL("**/staff/sign-in*");
	await look("2-sign-in");
	const account = site.demonstration.sign_ins.find(({ role }) => role === "inspector");
	assert.ok(account);
	await fill(page, { login: account.login, password: account.password, code: totp(account.totp_secret) });
	await send(page);
	assert.equal(new URL(page.url()).pathname, "/inspect", "an inspector's way leads back to the application");
	await page.locator("#enrol-code").fill(code);
	await look("3-enrol");
	await submit(page);
	await page.locator("label[for^=checkpoint-]").first().click();
	await look("4-checkpoint");
	await submit(page);
	for (const name of ["5-pin", "6-pin-again"]) {
		await page.locator("#pin").fill(PIN);
		await look(name);
		await submit(page);
	}
	await page.locator(".aim").waitFor();
	await look("7-shift");

	await page.locator("html[data-kept=yes]").waitFor();
	await context.setOffline(true);
	await button(page, "No code");
	await button(page, "Temperature");
	await measure(page, "38.4");
	await measure(page, "38.5");
	await button(page, "Refused");
	await page.locator(".result.is-saved").waitFor();
	await button(page, "Next person");
	await button(page, "Menu");
	await button(page, "End the shift");
	await button(page, "End the shift");
	await button(page, "Sign out and clear this device");
	await page.getByText(/Not sent or exported yet: \d+/).waitFor();
	await look("8-refused");
	const waiting = Number(/yet: (\d+)/.exec(await page.locator(".notice.bad").innerText())?.[1]);
	await page.locator(".notice.bad button").click();
	const [download] = await Promise.all([page.waitForEvent("download"), button(page, "Export a file")]);
	const file = await readFile(await download.path(), "utf8");
	assert.match(download.suggestedFilename(), /^tongxing-outbox-[\da-f]{16}-\d{14}\.json$/);
	assert.equal(JSON.parse(file).items.length, waiting);
	assert.doesNotMatch(file, /tenths|reading|refused|nobody/, "nobody reads it on the way");
	await look("9-file");
	await button(page, "I have the file");
	await button(page, "Close");
	await button(page, "Menu");
	await button(page, "Sign out and clear this device");
	await button(page, "Sign out and clear this device");
	await page.locator("h1").getByText("Signed out").waitFor();
	await look("10-out");
	assert.equal(await page.locator(".head .waits").innerText(), "To send: 0");
	await button(page, "Close");
	assert.doesNotMatch(await heading(), /Scan|Aim/i);
	const kept = await page.evaluate(async () => {
		const names = [];
		for (const { name = "", version } of await indexedDB.databases()) {
			const opened = indexedDB.open(name, version);
			await new Promise((done) => (opened.onsuccess = done));
			for (const store of opened.result.objectStoreNames) {
				const keys = opened.result.transaction(store).objectStore(store).getAllKeys();
				await new Promise((done) => (keys.onsuccess = done));
				names.push(...keys.result.map(String));
			}
			opened.result.close();
		}
		return names;
	});
	assert.ok(kept.includes("device"), "the enrolment stays");
	assert.deepEqual(kept.filter((name) => /^(shift|pin|counts|scans|hand|\d)/.test(name)), [], "nothing of the shift does");
	assert.deepEqual(problems, []);
	await context.close();
});
