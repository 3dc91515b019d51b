// What holders do themselves, on the real program: days without the internet with the clock moved, a phone whose storage
// was emptied, health declared anew.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { axe, DESKTOP, fits, launch, PHONE, readQr, watchedPage } from "./browser.mjs";
import { ANSWERS, apply, file, fill, LANGUAGES, passport, send, signIn, start, verify } from "./service.mjs";

/** @typedef {import("playwright-core").Page} Page */

const DAY = 86_400_000;
/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof start>>} */
let site;
/** @type {Page} */
let clerk;
let folder = "";

before(async () => {
	folder = await mkdtemp(`${tmpdir()}/tongxing-holder-`);
	browser = await launch();
	site = await start();
	clerk = (await watchedPage(await browser.newContext({ ...DESKTOP, locale: "zh-CN" }))).page;
	await signIn(clerk, site.origin, site.demonstration, "filing_officer");
});
after(async () => {
	await browser?.close();
	await site?.stop();
	await rm(folder, { recursive: true, force: true });
});

/**
 * A phone with a green code.
 * @param {string} number @param {string} locale
 */
async function holder(number, locale) {
	const context = await browser.newContext({ ...PHONE, locale });
	const { page, problems } = await watchedPage(context);
	const lines = passport(number, "NIEMAND", "HOLDER");
	await file(clerk, site.origin, lines);
	await apply(page, site.origin, lines);
	for (let tries = 0; tries < 30 && !(await page.locator('main a.button[href="/my-code"]').count()); tries++) {
		await page.waitForTimeout(500);
		await page.goto(`${site.origin}/application`);
	}
	const look = async (/** @type {string} */ what) => {
		await fits(page, `${what} in ${locale}`);
		await axe(page, `${what} in ${locale}`);
	};
	return { context, page, problems, look };
}

/** @param {Page} page */
async function openCode(page) {
	await page.goto(`${site.origin}/my-code`);
	await page.locator("svg.qr path").waitFor();
}

/** @param {Page} page the worker has kept the page */
const kept = (page) =>
	page.waitForFunction(async () => {
		for (const name of await caches.keys()) if (await (await caches.open(name)).match("/my-code", { ignoreVary: true })) return true;
		return false;
	});

/** The verdict of a checkpoint on a picture, at a time. @param {Buffer} picture @param {boolean} listed with the status list of now @param {number} [at] */
async function check(picture, listed, at) {
	const [trust, root] = [`${folder}/trust.jws`, `${folder}/root.json`];
	for (const file of [trust, root]) {
		await writeFile(file, await (await fetch(`${site.origin}/.well-known/tongxing-${file.slice(file.lastIndexOf("/") + 1)}`)).text());
	}
	const image = `${folder}/shot.png`;
	await writeFile(image, picture);
	const options = ["--image", image, "--trust", trust, "--root", root, ...(at ? ["--at", String(Math.floor(at / 1000))] : [])];
	if (listed) {
		const { payload } = await verify(options);
		await writeFile(`${folder}/list.cwt`, Buffer.from(await (await fetch(payload.status.status_list.uri)).arrayBuffer()));
		options.push("--status", `${folder}/list.cwt`);
	}
	const { verdict, reasons } = await verify(options);
	return { verdict, reasons };
}

/** Days are those of Shanghai, whatever the machine's zone. @param {number} at */
const midnightAfter = (at) => Math.floor((at + 8 * 3_600_000) / DAY + 1) * DAY - 8 * 3_600_000;

for (const [at, [language, locale]] of LANGUAGES.entries()) {
	test(`seven days without the internet, in ${language}`, async () => {
		const { context, page, problems, look } = await holder(`XH0L${at}0001`, locale);
		await page.clock.install({ time: Date.now() });
		await page.goto(`${site.origin}/my-code/offline`);
		await look("days without the internet");
		await send(page);
		assert.equal(await page.locator(".errors a").count(), 1, "a choice is asked for");
		await fill(page, { days: "7" });
		await send(page);
		assert.equal(new URL(page.url()).pathname, "/my-code");
		await page.locator("svg.qr path").waitFor();
		await page.clock.runFor(1_000);
		const midnight = midnightAfter(Date.now());
		const until = new Intl.DateTimeFormat(locale, { timeZone: "Asia/Shanghai", weekday: "long", day: "numeric", month: "long" }).format(midnight + 6 * DAY - 1);
		const life = await page.locator("[data-part=life]").innerText();
		assert.ok(life.includes(until) && life.includes("24:00"), life);
		await look("a code for seven days");
		await page.goto(`${site.origin}/my-code/offline`);
		await look("days chosen");
		await openCode(page);
		await kept(page);
		await context.setOffline(true);
		for (const days of [1, 2, 3]) {
			const then = midnight + days * DAY - DAY / 2;
			await page.clock.setSystemTime(then);
			await page.reload();
			await page.locator("svg.qr path").waitFor();
			// The list of that day cannot be fetched on this day: everything else about the code is found good.
			assert.deepEqual(await check(await page.screenshot(), false, then), { verdict: "CHECK", reasons: ["status_unknown"] }, `${days} days later`);
		}
		await page.clock.setSystemTime(midnight + 6 * DAY + 3_600_000);
		await page.reload();
		await page.locator("[data-part=notice] .notice.bad").waitFor();
		assert.equal(await page.locator("svg.qr").count(), 0);
		if (language === "en") assert.match(await page.locator("[data-part=notice]").innerText(), /days without the internet are over/);
		await look("the eighth day");
		assert.deepEqual(problems, []);
		await context.close();
	});
}

test("a phone whose storage was emptied gets a new key and pass from its session; the former pass counts no more", async () => {
	const { context, page, problems } = await holder("XH0L50001", "en-GB");
	await openCode(page);
	const before = await page.screenshot();
	assert.equal((await check(before, true)).verdict, "PASS");
	await page.evaluate(() => new Promise((done) => (indexedDB.deleteDatabase("tongxing").onsuccess = () => done(undefined))));
	await openCode(page);
	const now = await page.screenshot();
	assert.notDeepEqual(await readQr(now), await readQr(before));
	assert.deepEqual(await check(now, true), { verdict: "PASS", reasons: [] });
	const former = await check(before, true);
	assert.equal(former.verdict, "STOP");
	assert.ok(former.reasons.includes("withdrawn"));
	assert.deepEqual(problems, []);
	await context.close();
});

test("health declared anew: the code becomes yellow at once, the green one counts no more, and a second time is for tomorrow", async () => {
	const { context, page, problems, look } = await holder("XH0L60001", "en-GB");
	await openCode(page);
	const green = await page.screenshot();
	await page.locator('main a[href="/my-code/health"]').click();
	await look("health");
	await fill(page, { ...ANSWERS.health, symptoms: "cough" });
	await send(page);
	await page.locator("[data-part=panel].is-yellow svg.qr path").waitFor();
	assert.deepEqual(await check(await page.screenshot(), true), { verdict: "CHECK", reasons: ["yellow"] });
	assert.equal((await check(green, true)).verdict, "STOP");
	await page.goto(`${site.origin}/my-code/health`);
	assert.match(await page.locator("main").innerText(), /You can declare again from 00:00 on/);
	await look("health, declared today");
	assert.deepEqual(problems, []);
	await context.close();
});
