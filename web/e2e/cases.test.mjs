// Cases on the real program: two officers of two units with real key files open the visits of a window in their own browsers,
// with and without script, and nobody alone; what goes wrong is said; the pages in every language on a phone.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { axe, DESKTOP, fits, launch, PHONE, shot, watchedPage } from "./browser.mjs";
import { phoneOf, signedIn } from "./checkpoint.mjs";
import { BINARY, fill, LANGUAGES, send, start } from "./service.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("./checkpoint.mjs").State} State */

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof start>>} */
let site;
/** The officers of the two units that hold keys. @type {State[]} */
let officers = [];
/** @type {State} */
let administrator;
/** The cookies of a phone that has a code. @type {Awaited<ReturnType<import("playwright-core").BrowserContext["cookies"]>> | undefined} */
let held;
/** Their key files, and the passphrase of both. @type {string[]} */
let files = [];
let passphrase = "";

before(async () => {
	browser = await launch();
	site = await start();
	const of = (/** @type {string} */ login) => {
		const sign_ins = site.demonstration.sign_ins.filter((one) => one.login === login);
		return signedIn(browser, { ...site, demonstration: { ...site.demonstration, sign_ins } }, sign_ins[0]?.role ?? "");
	};
	officers = [await of("health"), await of("health2")];
	administrator = await of("administrator");
	files = (await readdir(site.folder)).filter((name) => /^visit-keys-\d-/.test(name)).sort().map((name) => `${site.folder}/${name}`);
	passphrase = (await readFile(`${site.folder}/visit-keys-passphrase`, "utf8")).trim();
	assert.equal(files.length, 2);
});
after(async () => {
	await browser?.close();
	await site?.stop();
});

/** @param {State | undefined} storageState @param {import("playwright-core").BrowserContextOptions} [options] */
async function desk(storageState, options = {}) {
	const context = await browser.newContext({ ...DESKTOP, locale: "en-GB", ...(storageState && { storageState }), ...options });
	context.setDefaultTimeout(20_000);
	const { page, problems } = await watchedPage(context);
	await page.goto(`${site.origin}/cases`);
	return { context, page, problems };
}

const main = (/** @type {Page} */ page) => page.locator("main").innerText();

/** The first opening with this to do. @param {Page} page @param {string} todo */
async function openingTo(page, todo) {
	await page.goto(`${site.origin}/cases`);
	const path = await page.locator("tr", { hasText: todo }).first().locator("a").first().getAttribute("href");
	assert.ok(path, todo);
	return path;
}

/** Opens with a key file in the browser, and waits for what is said. @param {Page} page @param {string} file @param {string} secret */
async function press(page, file, secret) {
	await page.locator("#key-file").setInputFiles(file);
	await page.locator("#passphrase").fill(secret);
	await page.locator("#open-here button").click();
}

const trouble = (/** @type {Page} */ page) => page.locator("#open-here .error:visible").first();

test("two officers of two units open a window in their own browsers, and neither key file nor passphrase leaves them", async () => {
	const [one, two] = [await desk(officers[0]), await desk(officers[1])];
	const path = await openingTo(one.page, "Open our share");
	const sent = /** @type {string[]} */ ([]);
	for (const { page } of [one, two]) page.on("request", (request) => void sent.push(`${request.url()} ${request.postDataBuffer()?.toString("latin1") ?? ""}`));

	// The second unit may begin as well; here it waits, and gets nothing of the records.
	assert.equal((await two.page.request.get(`${site.origin}${path}/records`)).status(), 409);
	await one.page.goto(site.origin + path);
	await press(one.page, files[0] ?? "", "not the passphrase");
	await trouble(one.page).waitFor();
	assert.match(await trouble(one.page).innerText(), /passphrase is wrong/);
	await press(one.page, files[1] ?? "", passphrase);
	await one.page.locator("#key-file-error", { hasText: "of another unit" }).waitFor();
	await writeFile(`${site.folder}/none.json`, "{}");
	await press(one.page, `${site.folder}/none.json`, passphrase);
	await one.page.locator("#key-file-error", { hasText: "not a key file" }).waitFor();
	await axe(one.page, "a wrong key file");
	const begun = Date.now();
	await press(one.page, files[0] ?? "", passphrase);
	await one.page.locator(".tag", { hasText: "One share opened" }).waitFor();
	console.log(`the first half opened ${Date.now() - begun} ms after the officer pressed`);
	assert.equal((await one.page.request.get(`${site.origin}${path}/opened`)).status(), 409, "never both halves");
	assert.equal((await one.page.request.get(`${site.origin}${path}/records`)).status(), 409);

	await two.page.goto(site.origin + path);
	await press(two.page, files[1] ?? "", passphrase);
	await two.page.locator(".tag", { hasText: /^Opened$/ }).waitFor();
	assert.match(await main(two.page), /(\d+) of \1 visits/);
	await one.page.reload();
	assert.match(await main(one.page), /(\d+) of \1 visits/);

	const [secret] = JSON.parse(await readFile(files[0] ?? "", "utf8")).keys.map((/** @type {{sealed: string}} */ key) => key.sealed);
	assert.ok(secret && sent.length > 4);
	for (const request of sent) assert.ok(!request.includes(passphrase) && !request.includes(secret) && !request.includes("tongxing-visit-day-keys"), request.slice(0, 80));
	for (const { context, problems } of [one, two]) {
		assert.deepEqual(problems, []);
		await context.close();
	}
});

test("a person is contacted by one officer, is told, and sees that a visit was opened, but not where", async () => {
	const { context, page, problems } = await desk(officers[0]);
	await page.goto(`${site.origin}/cases/tasks`);
	assert.doesNotMatch(await main(page), /@|\+\d/);
	await send(page, 'form[action$="/take"] button');
	assert.match(await main(page), /This is yours until/);
	assert.match(await main(page), /Came:/);
	await send(page, "#main .actions button");
	assert.match(await page.locator(".errors").innerText(), /Choose what became of it/);
	await fill(page, { outcome: "reached", note: "Feels well." });
	await send(page, "#main .actions button");
	assert.equal(new URL(page.url()).pathname, "/cases/tasks");
	assert.deepEqual(problems, []);
	await context.close();
	const phones = [await phoneOf(browser, site, "issued"), await phoneOf(browser, site, "issued-yellow")];
	for (const phone of phones) {
		held ??= await phone.context.cookies();
		await phone.page.goto(`${site.origin}/my-data`);
		const data = await main(phone.page);
		assert.match(data, /Opened visits for a case/);
		assert.doesNotMatch(data, /Jianghan Market|江汉市场/);
		await phone.context.close();
	}
});

test("without script: a case is registered, asked for, approved, and opened with the command line on both sides", async () => {
	const [one, two] = [await desk(officers[0], { javaScriptEnabled: false }), await desk(officers[1], { javaScriptEnabled: false })];
	await fill(one.page, { reference: "Report 2026-130" });
	await send(one.page, "#main .actions button");
	await one.page.locator('a[href$="/ask"]').click();
	await fill(one.page, { q: "jianghan" });
	await send(one.page, 'form[role="search"] button');
	assert.ok(await one.page.locator('input[name="location"]').isChecked(), "the only one found is chosen");
	await fill(one.page, { from: "2020-01-01T10:00", until: "2020-01-01T11:00", reason: "Was there." });
	await send(one.page, "#main .actions button");
	assert.match(await page_errors(one.page), /deleted already/);
	const time = (/** @type {number} */ hours) => new Date(Date.now() - hours * 3_600_000 + 8 * 3_600_000).toISOString().slice(0, 16);
	await fill(one.page, { from: time(26.5), until: time(25) });
	await send(one.page, "#main .actions button");
	const path = new URL(one.page.url()).pathname;
	assert.match(path, /^\/cases\/openings\//);
	assert.equal(await one.page.locator('button[value="approve"]').count(), 0, "not by who asked");
	await two.page.goto(site.origin + path);
	assert.match(await main(two.page), /Report 2026-130/);
	await send(two.page, 'button[value="approve"]');

	const secret = `${site.folder}/visit-keys-passphrase`;
	const run = (/** @type {string[]} */ ...options) => execFileSync(BINARY, ["authority", "open", "--passphrase-file", secret, ...options], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
	const fetched = async (/** @type {Page} */ page, /** @type {string} */ what) => {
		const answer = await page.request.get(`${site.origin}${path}/${what}`);
		assert.equal(answer.status(), 200, what);
		const name = `${site.folder}/${what}-${officers.length}.jsonl`;
		await writeFile(name, await answer.text());
		return name;
	};
	const handIn = async (/** @type {Page} */ page, /** @type {string} */ name, /** @type {string} */ text) => {
		await page.goto(site.origin + path);
		await page.locator("#open-apart summary").click();
		await page.locator("#file").setInputFiles({ name, mimeType: "application/x-ndjson", buffer: Buffer.from(text) });
		await send(page, "#open-apart form button");
	};
	assert.ok(!(await one.page.locator("#open-here").isVisible()));
	await handIn(one.page, "opened.jsonl", run("--key-file", files[0] ?? "", "--shares", await fetched(one.page, "shares")));
	assert.match(await main(one.page), /One share opened/);
	await handIn(two.page, "nothing.jsonl", "nothing of it\n");
	assert.match(await main(two.page), /no line that could be used/);
	const visits = run("--key-file", files[1] ?? "", "--shares", await fetched(two.page, "shares"), "--opened", await fetched(two.page, "opened"), "--records", await fetched(two.page, "records"));
	await handIn(two.page, "visits.jsonl", visits);
	assert.match(await main(two.page), /(\d+) of \1 visits/);
	await one.context.close();
	await two.context.close();
});

const page_errors = (/** @type {Page} */ page) => page.locator(".errors").innerText();

test("a person gives their diary with the code that the officer reads out", async () => {
	const { context, page, problems } = await desk(officers[0]);
	await page.locator("main table").last().locator("a").first().click();
	await page.waitForURL(/\/cases\/[0-9a-f]{16}$/);
	const here = page.url();
	await send(page, 'form[action$="/code"] button');
	const code = await page.locator(".ref").innerText();
	assert.match(code, /^[2-9A-Z]{5}-[2-9A-Z]{5}$/);
	// A recovery code counts once: the phone is the one of before.
	const phone = held ? { context: await browser.newContext(PHONE), page: /** @type {Page} */ ({}) } : await phoneOf(browser, site, "issued");
	if (held) {
		await phone.context.addCookies(held);
		phone.page = (await watchedPage(phone.context)).page;
	}
	await phone.page.goto(`${site.origin}/my-code`);
	const entered = Date.now() - 6 * 3_600_000;
	await phone.page.evaluate((entered) => localStorage.setItem("tongxing-diary", JSON.stringify([{ place: "江汉市场", other: "Market", left: entered + 3_600_000, note: "鱼" }, { place: "图书馆", other: "Library", left: null, note: "" }].map((visit, id) => ({ id: `${id}`, location: "000000000000001f", entered, until: entered + 3_600_000, people: [], ...visit })))), entered);
	await phone.page.goto(`${site.origin}/donate`);
	await phone.page.locator("#diary").waitFor();
	await axe(phone.page, "giving");
	await phone.page.locator('label[for="entry-1"]').click();
	await fill(phone.page, { code, remembered: "A noodle shop" });
	await send(phone.page, "#main .actions button");
	assert.match(await main(phone.page), /It was given/);
	await page.goto(here);
	assert.match(await main(page), /江汉市场 Market[^]*鱼[^]*A noodle shop/);
	assert.doesNotMatch(await main(page), /Library/, "what was unticked stays on the phone");
	assert.deepEqual(problems, []);
	await context.close();
	await phone.context.close();
});

for (const [language, locale] of LANGUAGES) {
	test(`the pages at 360 px and on a desk, in ${language}`, async () => {
		const faults = /** @type {string[]} */ ([]);
		const [one, two, three] = [await desk(officers[0], { ...PHONE, locale }), await desk(officers[1], { ...PHONE, locale }), await desk(administrator, { ...PHONE, locale })];
		const look = async (/** @type {Page} */ page, /** @type {string} */ what) => {
			const note = (/** @type {Error} */ error) => faults.push(error.message);
			assert.equal(await page.locator("html").getAttribute("lang"), language, what);
			await fits(page, `${what} in ${language}`).catch(note);
			await axe(page, `${what} in ${language}`).catch(note);
			await shot(page, `cases/${what}-${language}`);
			if (language === "zh-Hant") return;
			await page.setViewportSize(DESKTOP.viewport);
			await shot(page, `cases/${what}-${language}-desk`);
			await page.setViewportSize(PHONE.viewport);
		};
		await one.page.goto(`${site.origin}/cases`);
		await look(one.page, "list");
		await send(one.page, "#main .actions button");
		await look(one.page, "list-errors");
		await one.page.goto(`${site.origin}/cases/keys`);
		await look(one.page, "own-keys");
		await one.page.goto(`${site.origin}/cases/tasks`);
		await look(one.page, "tasks");
		const task = await one.page.locator("main tbody th a").first().getAttribute("href");
		assert.ok(task, "somebody is to be contacted");
		await one.page.goto(site.origin + task);
		await look(one.page, "task");
		await send(one.page, `form[action="${task}/take"] button`);
		await look(one.page, "task-own");
		await send(one.page, `form[action="${task}/release"] button`);
		await one.page.goto(`${site.origin}/cases`);
		const paths = await one.page.locator("main tbody th a").evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));
		const own = paths.filter((path) => !path.includes("openings"));
		assert.ok(own.length > 0, "the unit has cases");
		for (const [number, path] of own.entries()) {
			await one.page.goto(site.origin + path);
			await look(one.page, `case-${number}`);
		}
		await one.page.goto(`${site.origin}${own[0]}/ask?q=market`);
		await look(one.page, "ask");
		await send(one.page, "#main .actions button");
		await look(one.page, "ask-errors");
		for (const { page, name } of [{ page: one.page, name: "ours" }, { page: two.page, name: "theirs" }]) {
			await page.goto(`${site.origin}/cases`);
			const links = await page.locator('main tbody th a[href*="openings"]').evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));
			assert.ok(links.length > 0, `openings for ${name}`);
			for (const [number, path] of links.entries()) {
				await page.goto(site.origin + path);
				await look(page, `opening-${name}-${number}`);
			}
		}
		await three.page.goto(`${site.origin}/staff/visit-keys`);
		await look(three.page, "visit-keys");
		await send(three.page, "#main .actions button");
		await look(three.page, "visit-keys-errors");
		assert.deepEqual(faults, []);
		for (const { context, problems } of [one, two, three]) {
			assert.deepEqual(problems, []);
			await context.close();
		}
	});
}
