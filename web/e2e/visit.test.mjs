// Check-in on the real program, as its user meets it: a poster's link on a phone in three languages, entering, leaving, the
// diary with and without a network, an entry rule, and a phone without script.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, DESKTOP, fits, launch, PHONE, readQr, shot, watchedPage } from "./browser.mjs";
import { canvasCamera, hold } from "./inspect-site.mjs";
import { fill, LANGUAGES, send, signIn, start } from "./service.mjs";
import { counted, giveKeys, location, sql } from "./visit-site.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {Awaited<ReturnType<import("playwright-core").BrowserContext["cookies"]>>} Cookies */

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof start>>} */
let site;
/** The cookies of phones with a code. @type {Record<string, Cookies>} */
const phones = {};

before(async () => {
	browser = await launch();
	site = await start();
	await giveKeys(site);
	for (const code of ["issued", "issued-yellow"]) {
		const context = await browser.newContext(PHONE);
		const page = await context.newPage();
		await page.goto(`${site.origin}/recover`);
		await fill(page, { code: site.demonstration.applications.find((one) => one.code === code)?.recovery_code ?? "" });
		await send(page);
		phones[code] = (await context.cookies()).filter(({ name }) => !/lang/i.test(name));
		await context.close();
	}
});
after(async () => {
	await browser?.close();
	await site?.stop();
});

/** @param {string} language @param {string} locale @param {Cookies} [cookies] @param {import("playwright-core").BrowserContextOptions} [options] */
async function phone(language, locale, cookies = [], options = {}) {
	const context = await browser.newContext({ ...PHONE, locale, ...options });
	await context.addCookies(cookies);
	const { page, problems } = await watchedPage(context);
	const look = async (/** @type {string} */ what) => {
		assert.equal(await page.locator("html").getAttribute("lang"), language, what);
		await fits(page, `${what} in ${language}`);
		if (options.javaScriptEnabled !== false) await axe(page, `${what} in ${language}`);
		await shot(page, `visit/${what}-${language}`);
	};
	return { context, page, problems, look };
}

/** @param {Page} page @param {"entry" | "exit"} kind */
const press = (page, kind) => send(page, `button[name="kind"][value="${kind}"]`);
/** @param {Page} page */
const kind = (page) => page.locator("#visit").getAttribute("data-kind");
const eventually = async (/** @type {() => Promise<unknown>} */ look, /** @type {unknown} */ wanted) => {
	for (let tries = 0; tries < 50; tries++) {
		if (JSON.stringify(await look()) === JSON.stringify(wanted)) return;
		await new Promise((done) => setTimeout(done, 100));
	}
	assert.deepEqual(await look(), wanted);
};

for (const [language, locale] of LANGUAGES) {
	test(`scan, enter, show it at the door, leave, and remember it: ${language}`, async () => {
		const market = await location(site, { name: "江城市场", other: "River Market" });
		const museum = await location(site, { name: "演示博物馆", other: "Demonstration Museum" });
		const { context, page, problems, look } = await phone(language, locale, phones.issued);
		await page.goto(market.link);
		await look("place");
		assert.deepEqual(await counted(site, market.id), [0, 0], "looking registers nothing");
		await press(page, "entry");
		assert.equal(await kind(page), "entry");
		assert.deepEqual(await counted(site, market.id), [1, 0]);
		const shown = () => page.locator('[data-part="now"]').innerText();
		await page.waitForFunction((before) => document.querySelector('[data-part="now"]')?.textContent !== before, await shown());
		const at = () => page.locator(".mark i").evaluate((mark) => mark.getBoundingClientRect().left);
		const [first, second] = [await at(), (await page.waitForTimeout(300), await at())];
		assert.notEqual(first, second, "the mark moves");
		await look("entered");
		await page.reload();
		assert.equal(await kind(page), "place", "loading it again does not send the form again");
		await page.locator('[data-part="inside"]').waitFor({ state: "visible" });
		await look("inside");
		assert.equal(await page.locator("button[name=kind]").first().getAttribute("value"), "exit");

		await page.goto(museum.link);
		await press(page, "entry");
		await eventually(() => counted(site, market.id), [1, 1]);
		assert.deepEqual(await counted(site, museum.id), [1, 0], "who enters elsewhere has left");
		await page.goto(museum.link);
		await press(page, "exit");
		assert.equal(await kind(page), "exit");
		await look("left");
		assert.deepEqual(await counted(site, museum.id), [1, 1]);

		await page.locator('main a[href="/diary"]').click();
		await page.locator(".diary-visit").nth(1).waitFor();
		await page.locator("details summary").first().click();
		await look("diary");
		await page.locator('form[data-do="note"] textarea').first().fill("Kim");
		await page.locator('form[data-do="note"] button').first().click();
		assert.equal(await page.locator(".diary-note").innerText(), "Kim");
		await page.locator('input[name="left"]').first().fill(await page.evaluate(() => new Date(Date.now() + 8 * 3_600_000 + 120_000).toISOString().slice(11, 16)));
		await page.locator('form[data-do="left"] button').first().click();
		assert.ok(await page.locator('[data-part="wrong"]').first().isVisible(), "a time to come is none");
		await look("diary-wrong");
		await page.waitForFunction(async () => (await navigator.serviceWorker.ready) && (await caches.keys()).some((name) => name.startsWith("diary-")));
		await page.waitForFunction(async () => {
			for (const name of await caches.keys()) if (await (await caches.open(name)).match("/diary", { ignoreVary: true })) return true;
			return false;
		});
		await context.setOffline(true);
		await page.goto(`${site.origin}/diary`);
		await page.locator(".diary-visit").nth(1).waitFor();
		await page.locator("details summary").first().click();
		await page.locator('form[data-do="delete"] button').first().click();
		await page.locator(".diary-visit").nth(1).waitFor({ state: "detached" });
		await context.setOffline(false);
		page.once("dialog", (dialog) => void dialog.accept());
		await page.locator('form[data-part="all"] button').click();
		await page.locator('[data-part="empty"]').waitFor({ state: "visible" });
		await look("diary-empty");
		assert.equal(await page.evaluate(() => localStorage.getItem("tongxing-diary")), null);
		assert.deepEqual(problems, []);
		await context.close();
	});

	test(`nobody's phone, an old poster, and places where nobody registers: ${language}`, async () => {
		const old = await location(site, { name: "光明影院", other: "Bright Cinema", ends: 86_400 });
		const ended = await location(site, { name: "街角小店", other: "Corner Shop", ends: -1 });
		const suspended = await location(site, { name: "湖边茶馆", other: "Lakeside Teahouse", state: "suspended" });
		const { context, page, look } = await phone(language, locale);
		await page.goto(old.link);
		assert.equal(await page.locator("main form").count(), 0, "nothing to press");
		assert.equal(await page.locator('main a[href="/recover"]').count(), 1);
		await look("nobody");
		for (const [what, link] of [["ended", ended.link], ["suspended", suspended.link], ["unknown", `${site.origin}/v/nothing`]]) {
			await page.goto(link ?? "");
			assert.equal(await page.locator('main a[href="/my-code"]').count(), 1, what);
			await look(what ?? "");
		}
		await context.close();
	});

	test(`an entry rule says what to do, and why only to the holder: ${language}`, async () => {
		const rule = await location(site, { name: "演示博物馆", other: "Demonstration Museum", entryRule: true });
		const { context, page, look } = await phone(language, locale, phones["issued-yellow"]);
		await page.goto(rule.link);
		await look("rule");
		await press(page, "entry");
		assert.deepEqual(await counted(site, rule.id), [0, 0]);
		assert.equal(await page.locator("details a").isVisible(), false);
		await look("refused");
		await page.locator("summary").click();
		await look("refused-why");
		await context.close();
	});
}

test("without script one tap enters and another leaves, and the page without a diary says so", async () => {
	const market = await location(site, { name: "江城市场", other: "River Market" });
	const { context, page, look } = await phone("en", "en-GB", phones.issued, { javaScriptEnabled: false });
	await page.goto(market.link);
	await press(page, "entry");
	assert.equal(await kind(page), "entry");
	await look("entered-no-script");
	await send(page, "#visit form button");
	assert.equal(await kind(page), "exit");
	assert.deepEqual(await counted(site, market.id), [1, 1]);
	await page.goto(`${site.origin}/diary`);
	assert.ok(await page.locator('[data-part="late"]').isVisible());
	await look("diary-no-script");
	await context.close();
});

test("a visit ends by itself after the usual stay, and its exit is sent when there is a network again", async () => {
	const market = await location(site, { name: "江城市场", other: "River Market" });
	const { context, page } = await phone("en", "en-GB", phones.issued);
	await page.goto(market.link);
	await press(page, "entry");
	await page.evaluate(() => {
		const [visit] = JSON.parse(localStorage.getItem("tongxing-diary") ?? "[]");
		localStorage.setItem("tongxing-diary", JSON.stringify([{ ...visit, until: visit.entered }]));
	});
	await page.route("**/api/v1/visits", (route) => route.abort());
	await page.goto(`${site.origin}/diary`);
	await page.locator('[data-part="waiting"]').waitFor({ state: "visible" });
	assert.deepEqual(await counted(site, market.id), [1, 0]);
	await page.unroute("**/api/v1/visits");
	await page.reload();
	await eventually(() => counted(site, market.id), [1, 1]);
	await page.locator('[data-part="waiting"]').waitFor({ state: "hidden" });
	await context.close();
});

test("staff at the door register a printed pass after comparing the document, and no picture of a live code", async () => {
	const market = await location(site, { name: "江城市场", other: "River Market" });
	const context = await browser.newContext({ ...PHONE, locale: "zh-CN" });
	const { page, problems } = await watchedPage(context);
	const look = async (/** @type {string} */ what) => {
		await fits(page, what);
		await axe(page, what);
		await shot(page, `visit/${what}-zh-Hans`);
	};
	const inspector = site.demonstration.sign_ins.find(({ role }) => role === "inspector");
	assert.ok(inspector);
	await sql(site, `UPDATE staff SET roles = roles || ',location_manager' WHERE login = '${inspector.login}';
		INSERT INTO location_manager (staff_id, location_id, added_at, added_by) SELECT id, ${market.id}, 1, 1 FROM staff WHERE login = '${inspector.login}';`);
	await signIn(page, site.origin, site.demonstration, "inspector");
	const holder = await browser.newContext({ ...DESKTOP, locale: "en-GB" });
	await holder.addCookies(phones.issued ?? []);
	const code = await holder.newPage();
	await code.goto(`${site.origin}/my-code/print`);
	if ((await code.locator(".pass-card").count()) === 0) await send(code, 'form[action="/my-code/print"] button');
	const picture = await code.locator(".pass-card svg.qr, .pass-card .qr").first().screenshot();

	await page.goto(`${site.origin}${market.path}/door`);
	await look("door");
	const scan = async (/** @type {Buffer} */ buffer) =>
		Promise.all([page.waitForNavigation(), page.locator("#photo").setInputFiles({ name: "code.png", mimeType: "image/png", buffer })]);
	await scan(picture);
	assert.equal(await page.locator("dl.identity dd").count(), 4, "four items, and no more");
	await look("door-compare");
	assert.deepEqual(await counted(site, market.id), [0, 0]);
	await send(page, "section form button");
	await look("door-entered");
	assert.equal(await page.locator("dl.identity").count(), 0);
	assert.deepEqual(await counted(site, market.id), [1, 0]);
	await fill(page, { kind: "exit" });
	await scan(picture);
	await look("door-left");
	assert.deepEqual(await counted(site, market.id), [1, 1]);

	await code.goto(`${site.origin}/my-code`);
	await code.locator("svg.qr path").waitFor();
	const live = await code.locator("svg.qr").screenshot();
	await fill(page, { kind: "entry" });
	await scan(live);
	await look("door-live");
	assert.deepEqual(await counted(site, market.id), [2, 1]);
	await fill(page, { text: "nothing" });
	await send(page, "#main .actions button");
	await look("door-unreadable");
	assert.deepEqual(problems, []);
	await holder.close();
	const signedIn = (await context.cookies()).filter(({ name }) => !/lang/i.test(name));
	await context.close();

	// The same with the inspector's camera, which stays on from one person to the next.
	const hall = await location(site, { name: "江城会堂", other: "River Hall" });
	await sql(site, `INSERT INTO location_manager (staff_id, location_id, added_at, added_by) SELECT id, ${hall.id}, 1, 1 FROM staff WHERE login = '${inspector.login}';`);
	const gate = await browser.newContext({ ...PHONE, locale: "en-GB" });
	await canvasCamera(gate);
	const { page: door, problems: wrong } = await watchedPage(gate);
	await gate.addCookies(signedIn);
	await door.goto(`${site.origin}${hall.path}/door`);
	const [printed = ""] = await readQr(picture);
	await door.locator('[data-part="open"]').click();
	await door.locator("#camera video").waitFor();
	await hold(door, printed);
	await door.locator('#outcome[data-signal="CHECK"]').waitFor();
	assert.equal(await door.locator("dl.identity dd").count(), 4);
	await fits(door, "door-camera");
	await axe(door, "door-camera");
	await shot(door, "visit/door-camera-en");
	await door.locator("#outcome form button").click();
	await door.locator('#outcome[data-signal="PASS"] .door-done').waitFor();
	assert.ok(await door.locator("#camera video").isVisible(), "the camera stays on");
	assert.deepEqual(await counted(site, hall.id), [1, 0], "once, although the code lay before the camera all the time");
	await door.route("**/door", (route) => route.abort());
	await door.locator('label[for="kind-exit"]').click();
	await hold(door, "");
	await door.waitForTimeout(5200);
	await hold(door, printed);
	await door.locator('[data-part="network"]').waitFor();
	assert.deepEqual(await counted(site, hall.id), [1, 0]);
	await door.unroute("**/door");
	await eventually(() => counted(site, hall.id), [1, 1]);
	await door.locator('#outcome[data-signal="PASS"] .door-done.wait').waitFor();
	assert.ok(await door.locator('[data-part="network"]').isHidden());
	await hold(door, "nothing of ours");
	await door.locator('#outcome[data-signal="STOP"]').waitFor();
	await door.locator('[data-part="close"]').click();
	await door.locator("#camera video").waitFor({ state: "hidden" });
	assert.deepEqual(wrong.filter((problem) => !problem.includes("ERR_FAILED")), []);
	await gate.close();
});
