// Several people on one phone, on the real program: each person's own code, read off the screen; switched without a
// network; a child's code moved to a phone of their own; and no form of one person that changes another.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { axe, DESKTOP, fits, launch, PHONE, watchedPage } from "./browser.mjs";
import { answer, apply, file, fill, LANGUAGES, passport, send, signIn, start, verify } from "./service.mjs";
import { counted, giveKeys, location } from "./visit-site.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof start>>} */
let site;
/** @type {Page} */
let clerk;
let folder = "";

before(async () => {
	folder = await mkdtemp(`${tmpdir()}/tongxing-companions-`);
	browser = await launch();
	site = await start();
	await giveKeys(site);
	clerk = (await watchedPage(await browser.newContext({ ...DESKTOP, locale: "zh-CN" }))).page;
	await signIn(clerk, site.origin, site.demonstration, "filing_officer");
});
after(async () => {
	await browser?.close();
	await site?.stop();
	await rm(folder, { recursive: true, force: true });
});

/** @param {string} language @param {string} locale @param {import("playwright-core").BrowserContextOptions} [options] */
async function phone(language, locale, options = {}) {
	const context = await browser.newContext({ ...PHONE, locale, ...options });
	const { page, problems } = await watchedPage(context);
	const look = async (/** @type {string} */ what) => {
		assert.equal(await page.locator("html").getAttribute("lang"), language, what);
		await fits(page, `${what} in ${language}`);
		await axe(page, `${what} in ${language}`);
	};
	return { context, page, problems, look };
}

/** Opens the application until it leads to the code. @param {Page} page */
async function issued(page) {
	for (let tries = 0; tries < 40; tries++) {
		await page.goto(`${site.origin}/application`);
		if (await page.locator('main a.button[href="/my-code"]').count()) return;
		await page.waitForTimeout(500);
	}
	assert.fail(await page.locator("h1").innerText());
}

/** Whose page it says it is. @param {Page} page */
const whose = (page) => page.locator(".whose strong").innerText();

/** The code on the screen, as a checkpoint reads it: who it is of. @param {Page} page */
async function scanned(page) {
	await page.locator("svg.qr path").waitFor();
	await writeFile(`${folder}/shot.png`, await page.screenshot());
	for (const name of ["trust.jws", "root.json"]) {
		await writeFile(`${folder}/${name}`, await (await fetch(`${site.origin}/.well-known/tongxing-${name}`)).text());
	}
	const options = ["--image", `${folder}/shot.png`, "--trust", `${folder}/trust.jws`, "--root", `${folder}/root.json`];
	const { payload } = await verify(options);
	await writeFile(`${folder}/list.cwt`, Buffer.from(await (await fetch(payload.status.status_list.uri)).arrayBuffer()));
	const { verdict, reasons, identity } = await verify([...options, "--status", `${folder}/list.cwt`]);
	return { verdict, reasons, initials: identity?.initials, lastFour: identity?.last_four };
}

/** Shows a person by the list. @param {Page} page @param {string} name */
async function switchTo(page, name) {
	await page.goto(`${site.origin}/my-code/people`);
	await Promise.all([page.waitForNavigation(), page.locator("button.person", { hasText: name }).click()]);
}

/** Adds a person and applies for them. @param {Page} page @param {string} name @param {string} who @param {string} lines @param {(what: string) => Promise<void>} [look] */
async function add(page, name, who, lines, look = async () => {}) {
	await page.goto(`${site.origin}/my-code/people`);
	await look("people");
	await page.locator('main a[href="/my-code/people/add"]').click();
	await look("add a person");
	await send(page);
	assert.equal(await page.locator(".errors a").count(), 2);
	await look("add a person, with errors");
	await fill(page, { name, who });
	await send(page);
	assert.equal(await whose(page), name);
	if (who === "under_14") {
		assert.equal(new URL(page.url()).pathname, "/apply/consent");
		await look("consent");
		await send(page);
		await look("consent, not given");
		await fill(page, { consent: "yes" });
		await send(page);
	}
	assert.equal(new URL(page.url()).pathname, "/apply/kind");
	await look(`apply for ${name}`);
	await fill(page, { kind: "passport" });
	await send(page);
	await answer(page, lines, look);
	await issued(page);
	assert.equal(await whose(page), name);
}

/** Waits until the worker has a page for each of so many people, and the list. @param {Page} page @param {number} people */
const kept = (page, people) =>
	page.waitForFunction(async (wanted) => {
		let pages = 0;
		let list = false;
		for (const name of await caches.keys()) {
			for (const request of await (await caches.open(name)).keys()) {
				const url = new URL(request.url);
				if (url.searchParams.has("person")) pages++;
				list ||= url.pathname === "/my-code/people";
			}
		}
		return list && pages === wanted;
	}, people);

/** Waits until the phone holds a pass for each of so many people. @param {Page} page @param {number} people */
const held = (page, people) =>
	page.waitForFunction(
		(wanted) =>
			new Promise((done) => {
				const request = indexedDB.open("tongxing", 1);
				request.onsuccess = () => {
					const all = request.result.transaction("my-code").objectStore("my-code").getAll();
					all.onsuccess = () => {
						request.result.close();
						done(all.result.filter((kept) => kept.pass).length === wanted);
					};
				};
			}),
		people,
	);

const FAMILY = {
	en: { child: "Lena", old: "Grandpa Otto" },
	"zh-Hans": { child: "小丽", old: "爷爷" },
	"zh-Hant": { child: "小麗", old: "爺爺" },
};

for (const [at, [language, locale]] of LANGUAGES.entries()) {
	test(`a guardian with a child and a grandfather: each has a code of their own, also without a network, in ${language}`, async () => {
		const { context, page, problems, look } = await phone(language, locale);
		const names = FAMILY[language];
		const number = (/** @type {number} */ who) => `XC0M${at}00${who}1`;
		const passports = { own: passport(number(1), "NIEMAND", "MARIA"), child: passport(number(2), "NIEMAND", "LENA", "180314"), old: passport(number(3), "JEMAND", "OTTO", "410506") };
		for (const lines of Object.values(passports)) await file(clerk, site.origin, lines);
		await apply(page, site.origin, passports.own);
		await issued(page);
		await page.goto(`${site.origin}/my-code`);
		await page.locator("svg.qr path").waitFor();
		assert.equal(await page.locator(".whose").count(), 0, "alone");

		await add(page, names.child, "under_14", passports.child, look);
		await add(page, names.old, "elderly", passports.old);
		await page.goto(`${site.origin}/my-code/people`);
		await look("three people");
		for (const button of await page.locator("button.person").all()) assert.ok(((await button.boundingBox())?.height ?? 0) >= 48, "a thumb hits it");
		const owner = await page.locator("button.person strong").first().innerText();

		const people = [
			{ name: owner, initials: "MN", lastFour: number(1).slice(-4) },
			{ name: names.child, initials: "LN", lastFour: number(2).slice(-4) },
			{ name: names.old, initials: "OJ", lastFour: number(3).slice(-4) },
		];
		const shows = async (/** @type {typeof people[number]} */ person) => {
			assert.equal(new URL(page.url()).pathname, "/my-code");
			assert.equal(await whose(page), person.name);
			const { verdict, reasons, initials, lastFour } = await scanned(page);
			assert.deepEqual({ verdict, reasons, lastFour }, { verdict: "PASS", reasons: [], lastFour: person.lastFour }, person.name);
			assert.ok(initials?.includes(person.initials[0] ?? "?"), `${person.name}: ${initials}`);
		};
		for (const person of people) {
			await switchTo(page, person.name);
			await shows(person);
			await look(`the code of ${person.name}`);
		}
		await kept(page, 3);
		await held(page, 3);

		await context.setOffline(true);
		for (const person of [...people, ...people.slice(0, 2)]) {
			await switchTo(page, person.name);
			await shows(person);
			await page.reload();
			await shows(person);
		}
		await look("a companion's code without a network");
		// Switched to the child without a network: the server learns of it when there is one again.
		await context.setOffline(false);
		await page.goto(`${site.origin}/my-code`);
		await shows(/** @type {typeof people[number]} */ (people[1]));
		await page.goto(`${site.origin}/application`);
		assert.equal(await whose(page), names.child);

		// All three enter a place with one scan and one tap; the grandfather leaves alone, and then the others.
		const market = await location(site, { name: "江城市场", other: "River Market" });
		const press = (/** @type {string} */ kind) => send(page, `button[name="kind"][value="${kind}"]`);
		const tick = async (/** @type {number[]} */ wanted) => {
			const boxes = await page.locator('input[name="who"]').all();
			assert.equal(boxes.length, 3);
			for (const [at, box] of boxes.entries()) await box.setChecked(wanted.includes(at), { force: true });
		};
		await page.goto(market.link);
		await tick([0, 1, 2]);
		await look("a place, with three people");
		await press("entry");
		assert.equal(await page.locator("[data-person]").count(), 3);
		assert.match(await page.locator(".visit-number").innerText(), /3/);
		await look("three people entered");
		assert.deepEqual(await counted(site, market.id), [3, 0]);
		await page.goto(market.link);
		await tick([2]);
		await press("exit");
		assert.equal(await page.locator("[data-person]").innerText(), names.old);
		assert.deepEqual(await counted(site, market.id), [3, 1]);
		await page.goto(market.link);
		await tick([0, 1]);
		await press("exit");
		assert.deepEqual(await counted(site, market.id), [3, 3]);
		assert.deepEqual(problems, []);
		await context.close();
	});
}

test("a child's code moves to a phone of their own; the guardian's is untouched, and says kindly where it went", async () => {
	const guardian = await phone("en", "en-GB");
	const [own, childs] = [passport("XC0M90011", "NIEMAND", "MARIA"), passport("XC0M90021", "NIEMAND", "LENA", "180314")];
	for (const lines of [own, childs]) await file(clerk, site.origin, lines);
	await apply(guardian.page, site.origin, own);
	await issued(guardian.page);
	await guardian.page.goto(`${site.origin}/my-code`);
	await guardian.page.locator("svg.qr path").waitFor();
	await add(guardian.page, "Lena", "under_14", childs);
	const code = await guardian.page.locator("#recovery-title ~ p .ref").innerText();
	await switchTo(guardian.page, "Lena");
	assert.equal((await scanned(guardian.page)).lastFour, "0021");
	const before = guardian.page.url();
	await held(guardian.page, 2);

	const child = await phone("en", "en-GB");
	await child.page.goto(`${site.origin}/recover`);
	await fill(child.page, { code });
	await send(child.page);
	await child.look("recovered");
	await child.page.goto(`${site.origin}/my-code`);
	const moved = await scanned(child.page);
	assert.deepEqual({ verdict: moved.verdict, lastFour: moved.lastFour }, { verdict: "PASS", lastFour: "0021" });
	assert.equal(await child.page.locator(".whose").count(), 0, "alone on this phone");

	await guardian.page.goto(before);
	assert.equal(new URL(guardian.page.url()).pathname, "/application");
	assert.match(await guardian.page.locator("h1").innerText(), /Opened on another phone/);
	await guardian.look("moved");
	await guardian.page.goto(`${site.origin}/my-code/people`);
	assert.match(await guardian.page.locator("button.person", { hasText: "Lena" }).innerText(), /Opened on another phone/);
	await guardian.look("people, one moved");
	await Promise.all([guardian.page.waitForNavigation(), guardian.page.getByRole("button", { name: "Remove Lena from this phone" }).click()]);
	assert.equal(new URL(guardian.page.url()).pathname, "/my-code/leave");
	assert.equal(await whose(guardian.page), "Lena");
	await guardian.look("remove Lena");
	await send(guardian.page);
	assert.equal(new URL(guardian.page.url()).pathname, "/my-code/people");
	await guardian.page.goto(`${site.origin}/my-code`);
	assert.equal((await scanned(guardian.page)).lastFour, "0011");
	await held(guardian.page, 1);
	await child.page.reload();
	assert.equal((await scanned(child.page)).verdict, "PASS", "removing the empty place takes nothing from the child");
	for (const { context, problems } of [guardian, child]) {
		assert.deepEqual(problems, []);
		await context.close();
	}
});

test("a form that was opened for one person is refused while another is shown, and goes through after switching back", async () => {
	const { context, page, problems, look } = await phone("en", "en-GB");
	await page.goto(`${site.origin}/apply`);
	await send(page);
	for (const [name, who] of [["Lena", "child"], ["Otto", "elderly"]]) {
		await page.goto(`${site.origin}/my-code/people/add`);
		await fill(page, { name: String(name), who: String(who) });
		await send(page);
	}
	await switchTo(page, "Lena");
	await page.goto(`${site.origin}/apply/kind`);
	await fill(page, { kind: "taiwan_permit" });
	const other = await context.newPage();
	await switchTo(other, "Otto");
	await send(page);
	assert.equal(await page.locator("h1").innerText(), "This page was of another person");
	await look("another person's page");
	await other.goto(`${site.origin}/apply/kind`);
	assert.equal(await whose(other), "Otto");
	assert.equal(await other.locator("input:checked").count(), 0, "nothing was applied to Otto");
	await switchTo(other, "Lena");
	await page.goBack();
	assert.equal(await whose(page), "Lena");
	await fill(page, { kind: "taiwan_permit" });
	await send(page);
	assert.equal(new URL(page.url()).pathname, "/apply/document");
	assert.deepEqual(problems, []);
	await context.close();
});

test("without script: a companion is added, applied for, and gets a printed pass under their own name", async () => {
	const { context, page, problems } = await phone("en", "en-GB", { javaScriptEnabled: false });
	const lines = passport("XC0M80021", "JEMAND", "OTTO", "410506");
	await file(clerk, site.origin, lines);
	await page.goto(`${site.origin}/apply`);
	await send(page);
	await page.locator('main a[href="/my-code/people"]').click();
	await page.locator('main a[href="/my-code/people/add"]').click();
	await fill(page, { name: "Otto", who: "elderly" });
	await send(page);
	await fill(page, { kind: "passport" });
	await send(page);
	await answer(page, lines);
	await issued(page);
	await page.goto(`${site.origin}/my-code/print`);
	assert.equal(await whose(page), "Otto");
	await send(page);
	assert.match(await page.locator(".pass-card").innerText(), /0021/);
	await switchTo(page, "Me (owner");
	assert.equal(new URL(page.url()).pathname, "/apply", "the owner has nothing here");
	assert.deepEqual(problems, []);
	await context.close();
});
