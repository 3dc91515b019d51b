// The real program in a browser that lacks what the live code needs: without workers, as in the web views of apps, and
// without any script. Whoever has no more than that still gets a pass that a checkpoint takes, as a picture.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { axe, fits, launch, PHONE, readQr, watchedPage } from "./browser.mjs";
import { fill, LANGUAGES, send, start, verify } from "./service.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof start>>} */
let site;
let folder = "";
/** A phone with a code: the recovery code is good once. @type {Awaited<ReturnType<import("playwright-core").BrowserContext["storageState"]>>} */
let holder;

before(async () => {
	folder = await mkdtemp(`${tmpdir()}/tongxing-webview-`);
	browser = await launch();
	site = await start();
	const context = await browser.newContext({ ...PHONE, javaScriptEnabled: false });
	const page = await context.newPage();
	await page.goto(`${site.origin}/recover`);
	await fill(page, { code: site.demonstration.applications.find(({ code }) => code === "issued")?.recovery_code ?? "" });
	await send(page);
	holder = await context.storageState();
	await context.close();
});
after(async () => {
	await browser?.close();
	await site?.stop();
	await rm(folder, { recursive: true, force: true });
});

/** What a checkpoint says of a saved picture. @param {Buffer} picture @param {string[]} [more] */
async function check(picture, more = []) {
	for (const name of ["trust.jws", "root.json"]) {
		await writeFile(`${folder}/${name}`, await (await fetch(`${site.origin}/.well-known/tongxing-${name}`)).text());
	}
	await writeFile(`${folder}/saved.png`, picture);
	const options = ["--image", `${folder}/saved.png`, "--trust", `${folder}/trust.jws`, "--root", `${folder}/root.json`, ...more];
	const { payload } = await verify(options);
	await writeFile(`${folder}/list.cwt`, Buffer.from(await (await fetch(payload.status.status_list.uri)).arrayBuffer()));
	const { verdict, reasons } = await verify([...options, "--status", `${folder}/list.cwt`]);
	return { verdict, reasons };
}

/** From the printed pass to the saved picture. @param {Page} page @param {(what: string) => Promise<void>} look */
async function save(page, look) {
	await page.locator('main a[href="/my-code/picture"]').click();
	await page.locator(".pass-picture img").waitFor();
	await look("picture");
	assert.ok((await page.locator(".pass-picture img").getAttribute("alt"))?.length, "the picture has words");
	const [download] = await Promise.all([page.waitForEvent("download"), page.locator('main a[download][href="/my-code/picture.png"]').click()]);
	assert.equal(download.suggestedFilename(), "tongxing-pass.png");
	return readFile(await download.path());
}

for (const [language, locale] of LANGUAGES) {
	test(`an app's web view that keeps nothing says so, and leads to a picture that counts beside the document, in ${language}`, async () => {
		const context = await browser.newContext({ ...PHONE, locale, storageState: holder, serviceWorkers: "block" });
		const { page, problems } = await watchedPage(context);
		const look = async (/** @type {string} */ what) => {
			assert.equal(await page.locator("html").getAttribute("lang"), language);
			await fits(page, `${what} in ${language}`);
			await axe(page, `${what} in ${language}`);
		};
		await page.goto(`${site.origin}/my-code`);
		await page.locator("svg.qr path").waitFor();
		const ability = page.locator("[data-part=ability] .notice");
		await ability.waitFor();
		assert.ok((await ability.innerText()).includes(`${new URL(site.origin).host}/recover`));
		await look("my code, not kept");
		await ability.locator("a.button").click();
		if (!(await page.locator(".pass-card").count())) await send(page);
		const picture = await save(page, look);
		assert.equal((await readQr(picture)).length, 1);
		assert.deepEqual(await check(picture), { verdict: "CHECK", reasons: ["match_document"] });
		assert.deepEqual(await check(picture, ["--document-matches"]), { verdict: "PASS", reasons: [] });
		assert.deepEqual(problems, []);
		await context.close();
	});
}

test("without script a picture is saved as well, and no page of a holder has a dead button or tells a lie", async () => {
	const context = await browser.newContext({ ...PHONE, locale: "en-GB", storageState: holder, javaScriptEnabled: false });
	const page = await context.newPage();
	page.setDefaultTimeout(10_000);
	/** What needs a script to do anything. @param {string} what */
	const alive = async (what) => {
		assert.equal(await page.locator('main button[type=button]:visible, main a[href="#"]:visible').count(), 0, `${what}: dead`);
		assert.equal(await page.locator("main form:not([action])").count(), 0, `${what}: a form that goes nowhere`);
		assert.ok((await page.locator("h1").innerText()).trim(), what);
	};
	const open = async (/** @type {string} */ path) => {
		await page.goto(site.origin + path);
		await alive(path);
	};
	await open("/my-code");
	assert.equal(await page.locator("svg.qr").count(), 0);
	const late = page.locator("[data-part=ability] .notice");
	assert.ok(await late.isVisible());
	assert.doesNotMatch(await page.locator("main").innerText(), /works without the internet until/i);
	await late.locator("a").click();
	if (!(await page.locator(".pass-card").count())) await send(page);
	await alive("printed pass");
	await page.locator(".pass-card svg").waitFor();
	const picture = await save(page, alive);
	assert.deepEqual(await check(picture, ["--document-matches"]), { verdict: "PASS", reasons: [] });

	await open("/my-code/offline");
	assert.match(await page.locator("main").innerText(), /take a printed pass along/);
	await fill(page, { days: "3" });
	await send(page);
	await alive("the code after choosing days");
	assert.ok(await late.isVisible(), "what cannot be shown here is not promised");

	await open("/contact");
	await fill(page, { contact: "no.script@example.org" });
	await send(page);
	await alive("contact code");
	await page.goto(`${site.origin}/demonstration/outbox`);
	const letter = await page.locator("section.notice", { hasText: "no.script@example.org" }).first().locator(".letter").innerText();
	await open("/contact/code");
	await fill(page, { code: /\b\d{6}\b/.exec(letter)?.[0] ?? "" });
	await send(page);
	assert.match(await page.locator("main").innerText(), /no\.script@example\.org/);

	for (const path of ["/my-code/health", "/my-data", "/my-data/correct", "/my-data/delete", "/my-code/leave", "/application"]) await open(path);
	const exported = await page.context().request.get(`${site.origin}/my-data/export`);
	assert.match(exported.headers()["content-type"] ?? "", /json/);

	await open("/my-code/people/add");
	await fill(page, { name: "Kim", who: "under_14" });
	await send(page);
	await alive("consent");
	await fill(page, { consent: "yes" });
	await send(page);
	assert.equal(new URL(page.url()).pathname, "/apply/kind");
	await alive("apply for a child");
	await open("/my-code/people");
	await Promise.all([page.waitForNavigation(), page.locator("button.person").first().click()]);
	assert.equal(new URL(page.url()).pathname, "/my-code");
	await context.close();
});
