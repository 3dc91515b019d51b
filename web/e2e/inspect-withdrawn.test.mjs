// A pass that is withdrawn while inspectors work: STOP on a device that is online within the `ttl` of the list and a
// minute, by the age rule on one that is not. The clocks of inspector and service are moved together.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { launch, PHONE, watchedPage } from "./browser.mjs";
import { begin, button, desks, enrolmentCode, submit, unlock, wedge } from "./inspector.mjs";
import { blank, phone, phoneOn } from "./phones.mjs";
import { apply, file, fill, later, passport, send, start } from "./service.mjs";

/** What a list says of itself, and what a device may be late beyond that, in seconds. */
const [TTL, LATE] = [300, 60];
/** So many seconds go by between two people. */
const STEP = 10;
const HOUR = 3_600_000;
const NUMBER = "XE2EW0001";

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof start>>} */
let site;
let folder = "";
/** How far all clocks are ahead by now, in seconds. */
let moved = 0;
const desk = desks(() => browser, () => site);

before(async () => {
	folder = await mkdtemp(`${tmpdir()}/tongxing-clock-`);
	await writeFile(`${folder}/clock`, later(moved));
	browser = await launch();
	site = await start({ clock: `${folder}/clock` });
});
after(async () => {
	await browser?.close();
	await site?.stop();
	await rm(folder, { recursive: true, force: true });
});

/** Somebody with a code, and the reference that they tell at a desk. */
async function traveller() {
	const page = await blank(browser);
	const lines = passport(NUMBER, "NIEMAND", "WILMA");
	await apply(page, site.origin, lines);
	const reference = await page.locator(".panel .ref").innerText();
	await file(await desk("filing_officer"), site.origin, lines);
	for (let tries = 0; ; tries++) {
		await page.goto(`${site.origin}/application`);
		if (await page.locator('main a.button[href="/my-code"]').count()) break;
		assert.ok(tries < 100, "the code is issued");
		await page.waitForTimeout(200);
	}
	return { reference, ...(await phoneOn(page)) };
}

/** A service desk closes the code of somebody who stands there. @param {string} reference */
async function closeAtDesk(reference) {
	const page = await desk("desk_officer");
	await page.goto(`${site.origin}/desk/find`);
	await fill(page, { reference, number: NUMBER, birth_day: "14", birth_month: "2", birth_year: "1990" });
	await send(page, "#main .actions button");
	await page.goto(`${site.origin}/desk/my-data/delete`);
	await send(page, "form[action$='/my-data/delete'] button");
}

/** A device in a shift, whose clock the test moves. @param {string} name */
async function device(name) {
	const code = await enrolmentCode(await desk("administrator"), site.origin, name);
	const context = await browser.newContext({ ...PHONE, locale: "en-GB" });
	await context.addCookies(await (await desk("inspector")).context().cookies());
	context.setDefaultTimeout(15_000);
	await context.clock.install({ time: Date.now() + moved * 1000 });
	const { page, problems } = await watchedPage(context);
	await page.goto(`${site.origin}/inspect`);
	await begin(page, code);
	const now = () => page.evaluate(() => Date.now());
	return { context, page, problems, now };
}

/** Scans as a keyboard, and reads what is said. @param {import("playwright-core").Page} page @param {string} text */
async function said(page, text) {
	const verdict = await wedge(page, text);
	const words = await page.locator(".reasons").innerText();
	await button(page, "Next person");
	return { verdict, words };
}

test("a pass that a service desk withdraws is STOP on an inspector's device that is online within the list's ttl and a minute", async (t) => {
	const { reference, text } = await traveller();
	const { context, page, now } = await device("Gate 5, phone 1");
	const list = page.waitForResponse(/\/s\/\d+$/);
	await button(page, "Menu");
	await button(page, "Update the data");
	assert.ok((await list).status() < 400);
	await page.waitForLoadState("networkidle");
	await button(page, "Close");
	assert.equal((await said(page, await text(await now()))).verdict, "pass");
	await closeAtDesk(reference);
	const withdrawn = await now();
	let after = 0;
	for (;;) {
		moved += STEP;
		await writeFile(`${folder}/clock`, later(moved));
		await page.clock.fastForward(STEP * 1000);
		after = (await now() - withdrawn) / 1000;
		const { verdict, words } = await said(page, await text(await now()));
		if (/withdrawn/.test(words)) {
			assert.equal(verdict, "stop");
			break;
		}
		assert.equal(verdict, "pass", words);
		assert.ok(after <= TTL + LATE, `still ${verdict} after ${after} s`);
	}
	t.diagnostic(`withdrawn is STOP after ${after.toFixed(0)} s; ttl ${TTL} s and ${LATE} s are allowed`);
	assert.ok(after <= TTL + LATE);
	await context.close();
});

test("offline it goes by the age of the data: amber after four hours, never PASS after 24", async () => {
	const holder = await phone(browser, site, "issued", "7");
	const { context, page, problems, now } = await device("Gate 5, phone 2");
	await page.locator("html[data-kept=yes]").waitFor();
	const begun = await now();
	assert.equal((await said(page, await holder.text(begun))).verdict, "pass");
	await context.setOffline(true);
	// On another phone: the former one's passes are withdrawn.
	await holder.bind();
	for (const { hours, data, verdict, shift } of [
		{ hours: 0.1, data: "fresh", verdict: "pass" }, { hours: 3.9, data: "fresh", verdict: "pass" }, { hours: 4.1, data: "amber", verdict: "pass" },
		{ hours: 11.9, data: "amber", verdict: "pass" }, { hours: 23.9, data: "amber", verdict: "pass", shift: true }, { hours: 24.1, data: "stale", verdict: "check" },
		{ hours: 30, data: "stale", verdict: "check" }, { hours: 47, data: "stale", verdict: "check", shift: true }, { hours: 71, data: "stale", verdict: "check", shift: true },
	]) {
		await page.clock.fastForward(begun + hours * HOUR - await now());
		if (shift) {
			await page.locator("label[for^=checkpoint-]").first().click();
			await submit(page);
		}
		await unlock(page);
		await page.locator(".aim").waitFor();
		await page.locator(`.head .data.is-${data}`).waitFor();
		const answer = await said(page, await holder.text(await now()));
		assert.equal(answer.verdict, verdict, `after ${hours} h: ${answer.words}`);
		if (verdict === "check") assert.match(answer.words, /^This phone has been offline for [^]*Connect, or check by hand\.$/);
	}
	assert.deepEqual(problems, []);
	await context.close();
});
