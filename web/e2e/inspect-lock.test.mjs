// What neither a lock, nor a closed page, nor a late answer may do to the inspector's application: let somebody in without
// the PIN, lose whom it has in hand, or show one person's verdict to the next.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, PHONE, watchedPage } from "./browser.mjs";
import { canvasCamera, hold, measure, serve, toAim } from "./inspect-site.mjs";

/** @typedef {import("playwright-core").Page} Page */

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

async function working() {
	site.fake.deviceKey = undefined;
	site.fake.stored.clear();
	const context = await browser.newContext(PHONE);
	context.setDefaultTimeout(10_000);
	await canvasCamera(context);
	const { page, problems } = await watchedPage(context);
	await toAim(page, site);
	return { context, page, problems };
}

const live = (/** @type {object} */ wanted = {}) => site.codes.pass(site.now(), { live: { age: 0 }, ...wanted });
const press = (/** @type {Page} */ page, /** @type {string} */ name) => page.getByRole("button", { name, exact: true }).click();

/** @param {Page} page @param {string} pin */
async function typePin(page, pin) {
	await page.locator("#pin").fill(pin);
	await page.locator("form button[type=submit]").click();
}

/** @param {Page} page */
async function lock(page) {
	await page.locator(".head .menu").click();
	await press(page, "Lock now");
	await page.locator("#pin").waitFor();
}

/** @param {Page} page @param {string} text */
async function scan(page, text) {
	await hold(page, text);
	await page.locator(".verdict-screen").waitFor();
	await hold(page, "");
}

test("a locked device leads nowhere, and five wrong PINs end the session that was found with it", async () => {
	const { context, page } = await working();
	const { session } = site.fake;
	try {
		await lock(page);
		assert.ok(await page.locator(".head .waits").isDisabled());
		await page.locator(".head .menu").click();
		await page.locator("[aria-labelledby=language-name]").waitFor();
		assert.deepEqual(await page.locator("#stage .body button:not([lang])").count(), 0, "languages are all there is");
		await press(page, "Close");
		for (let times = 0; times < 5; times++) {
			await page.locator("#pin").waitFor();
			await typePin(page, "111111");
			await page.waitForTimeout(400);
		}
		await page.locator(".gate .notice.bad").waitFor();
		await page.getByText("Sign in", { exact: true }).first().waitFor();
		await page.locator(".gate [aria-busy=false]").first().waitFor();
		assert.equal(await page.locator("input[name=checkpoint]").count(), 0);
		await page.reload();
		await page.locator(".gate .notice.bad").waitFor();
		await page.locator(".gate [aria-busy=false]").first().waitFor();
		assert.equal(await page.locator("input[name=checkpoint]").count(), 0, "nor does opening it anew help");
		site.fake.session = { staff: "00000000000000a1", name: "Ines", csrf: "another" };
		await page.reload();
		await page.locator("input[name=checkpoint]").first().check({ force: true });
		assert.equal(await page.locator(".gate .notice.bad").count(), 0, "nobody is sent to sign in twice");
		await page.locator("form button[type=submit]").click();
		for (let times = 0; times < 2; times++) await typePin(page, "271828");
		await page.locator(".aim").waitFor();
	} finally {
		site.fake.session = session;
		await context.close();
	}
});

test("somebody with a fever stays in hand: over the head's screens, a lock, a closed page; and is never green", async () => {
	const { context, page } = await working();
	await scan(page, await live());
	await press(page, "Temperature");
	await measure(page, "385");
	await page.locator(".temperature .notice.warn").waitFor();
	await press(page, "Back");
	assert.equal(await page.locator(".verdict-screen.is-check").count(), 1);
	assert.match(await page.locator(".reasons").innerText(), /38\.5/);
	assert.doesNotMatch(await page.locator(".reasons").innerText(), /let the person pass/i);
	assert.deepEqual(await page.locator(".bar button").allInnerTexts(), ["Temperature"], "and is not let go");
	await press(page, "Temperature");
	await page.locator(".head .menu").click();
	for (const name of ["Begin training", "End the shift"]) {
		await press(page, name);
		await page.locator(".toast:visible").waitFor();
	}
	await press(page, "Close");
	await page.locator(".temperature .notice.warn").waitFor();
	await page.locator(".head .waits").click();
	await press(page, "Close");
	await page.locator(".temperature .notice.warn").waitFor();
	await lock(page);
	await typePin(page, "314159");
	await page.locator(".temperature .notice.warn").waitFor();
	await page.reload();
	await typePin(page, "314159");
	await page.locator(".temperature .notice.warn").waitFor();
	await measure(page, "384");
	await page.locator(".action").waitFor();
	await page.goto("about:blank");
	await page.goto(`${site.origin}/inspect/in/zh-Hans`);
	await typePin(page, "314159");
	await page.locator(".action").waitFor();
	await page.locator(".action .bar button").first().click();
	await page.locator(".result.is-sent").waitFor();
	await page.locator(".bar button").first().click();
	await page.locator(".aim").waitFor();
	const [report, ...more] = site.fake.of("report");
	assert.equal(more.length, 0);
	const { subject, readings } = /** @type {any} */ (report);
	assert.deepEqual([subject.kind, readings.map((/** @type {any} */ one) => one.tenths)], ["pass", [385, 384]]);
	await page.reload();
	await typePin(page, "314159");
	await page.locator(".aim").waitFor();
	await context.close();
});

test("a new version waits for whoever is in hand, and for reports that are only in memory", async () => {
	const { context, page } = await working();
	await page.locator("html[data-kept=yes]").waitFor();
	await page.reload();
	await typePin(page, "314159");
	await page.locator(".aim").waitFor();
	await page.locator("html[data-kept=yes]").waitFor();
	const asks = () => page.evaluate(() => !dispatchEvent(new Event("beforeunload", { cancelable: true })));
	const same = () => page.evaluate(() => /** @type {any} */ (window).same === true);
	await page.evaluate(() => {
		Object.assign(window, { same: true });
		navigator.serviceWorker.dispatchEvent(new Event("controllerchange"));
	});
	assert.equal(await asks(), false);
	await scan(page, await live({ colour: "yellow" }));
	assert.equal(await asks(), true);
	await lock(page);
	await page.waitForTimeout(500);
	assert.equal(await same(), true, "no reload over a person");
	await typePin(page, "314159");
	await page.locator(".verdict-screen").waitFor();
	await page.locator(".head .menu").click();
	await press(page, "Restart now");
	await page.locator(".toast:visible").waitFor();
	assert.equal(await same(), true);
	await press(page, "Close");
	await press(page, "Next person");
	await page.locator(".aim").waitFor();
	// The storage takes nothing more: the report is the page's alone.
	await page.evaluate(() => {
		IDBObjectStore.prototype.add = () => {
			throw new DOMException("", "QuotaExceededError");
		};
	});
	site.fake.down = true;
	try {
		await press(page, "No code");
		await press(page, "Temperature");
		await measure(page, "385");
		await measure(page, "384");
		await page.locator(".action .bar button").first().click();
		await page.locator(".result.is-unsaved").waitFor();
		await press(page, "Next person");
		assert.equal(await asks(), true);
		await page.locator(".head .menu").click();
		await press(page, "Restart now");
		await page.locator(".leaving").waitFor();
		assert.match(await page.locator(".leaving").innerText(), /Not saved: 1/);
		await page.locator(".leaving .bar button").last().click();
		await page.locator(".aim").waitFor();
		assert.equal(await same(), true);
	} finally {
		site.fake.down = false;
	}
	await page.locator(".head .waits").click();
	await press(page, "Send now");
	await page.getByText("Everything is sent.").waitFor();
	await press(page, "Close");
	assert.equal(await asks(), false);
	await lock(page);
	await page.waitForFunction(() => /** @type {any} */ (window).same !== true);
	await context.close();
});

test("of two tabs one works, and the other goes on when that is closed", async () => {
	const { context, page } = await working();
	const second = await context.newPage();
	await second.goto(`${site.origin}/inspect`);
	await second.locator(".elsewhere").waitFor();
	assert.equal(await second.locator("#pin").count(), 0);
	await page.reload();
	await page.locator(".elsewhere").waitFor();
	await second.locator("#pin").waitFor();
	await second.close();
	await page.locator("#pin").waitFor();
	await typePin(page, "314159");
	await page.locator(".aim").waitFor();
	await context.close();
});

test("without a code a first high reading is not left by Back", async () => {
	const { context, page } = await working();
	await press(page, "No code");
	await press(page, "Temperature");
	await measure(page, "385");
	await page.locator(".temperature .notice.warn").waitFor();
	assert.equal(await page.getByRole("button", { name: "Back", exact: true }).count(), 0);
	await measure(page, "366");
	await page.locator(".aim").waitFor();
	await context.close();
});

test("a late answer of the server is nobody's verdict", async () => {
	const { context, page } = await working();
	site.fake.check = { verdict: "CHECK", reasons: ["short_code"], scope: "full", source: "short", found: true, identity: null, pass: null };
	/** @type {(() => void)[]} */
	const late = [];
	await page.route("**/checkpoint/check", async (route) => {
		await new Promise((done) => late.push(() => done(undefined)));
		await route.continue().catch(() => undefined);
	});
	const ask = async () => {
		await press(page, "Type a code");
		await page.locator("#typed").fill("7K3M92QD");
		await page.locator("#typed").press("Enter");
		await page.locator(".asking").waitFor();
	};
	await ask();
	await page.keyboard.type(await live());
	await page.keyboard.press("Enter");
	await page.locator(".toast:visible").waitFor();
	assert.equal(await page.locator(".asking").count(), 1);
	await page.locator(".asking .bar button").click();
	await page.locator(".aim").waitFor();
	await press(page, "No code");
	await press(page, "Temperature");
	late.pop()?.();
	await page.waitForTimeout(700);
	assert.equal(await page.locator(".temperature").count(), 1, "the next person's screen stays");
	await press(page, "Back");
	await page.waitForTimeout(5000);
	await ask();
	late.pop()?.();
	await page.locator(".verdict-screen.is-check").waitFor();
	await context.close();
});
