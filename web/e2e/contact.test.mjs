// A contact from the outside: given at the end of applying, confirmed with the code that the demonstration's outbox
// shows, and used on a new phone to open the code there. TONGXING_BINARY names the program.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, DESKTOP, fits, launch, PHONE, watchedPage } from "./browser.mjs";
import { apply, file, fill, LANGUAGES, passport, send, signIn, start } from "./service.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof start>>} */
let site;
/** @type {Page} */
let clerk;

before(async () => {
	browser = await launch();
	site = await start();
	clerk = (await watchedPage(await browser.newContext({ ...DESKTOP, locale: "en-GB" }))).page;
	await signIn(clerk, site.origin, site.demonstration, "filing_officer");
});
after(async () => {
	await browser?.close();
	await site?.stop();
});

/** @param {string} locale */
async function phone(locale) {
	const { page, problems } = await watchedPage(await browser.newContext({ ...PHONE, locale }));
	const look = async (/** @type {string} */ what) => {
		await fits(page, what);
		await axe(page, what);
	};
	return { page, problems, look };
}

/** The code of the newest message to this contact, as the demonstration shows it. @param {Page} page @param {string} contact */
async function sentCode(page, contact) {
	await page.goto(`${site.origin}/demonstration/outbox`);
	const message = page.locator("section.notice", { hasText: contact }).first();
	const code = /\b\d{6}\b/.exec(await message.locator(".letter").innerText());
	assert.ok(code, `a code for ${contact}`);
	return code[0];
}

/** What the former phone says of it. */
const ELSEWHERE = { en: "another phone", "zh-Hans": "另一部手机", "zh-Hant": "另一部手機" };

for (const [at, [language, locale]] of LANGUAGES.entries()) {
	test(`a contact is confirmed and opens the code on a new phone, in ${language}`, { timeout: 180_000 }, async () => {
		const contact = `kim.tester${at}@example.org`;
		const lines = passport(`XC770012${at}`, "KONTAKTSSON", "KIM");
		await file(clerk, site.origin, lines);

		const former = await phone(locale);
		await apply(former.page, site.origin, lines);
		await former.page.locator("main a[href='/contact']").click();
		await former.look("contact");
		await fill(former.page, { contact: "+44 07512 345678" });
		await send(former.page);
		assert.equal(await former.page.locator("[aria-invalid=true]").inputValue(), "+44 07512 345678");
		await former.look("contact with the trunk zero");
		await fill(former.page, { contact });
		await send(former.page);
		assert.equal(new URL(former.page.url()).pathname, "/contact/code");
		await former.look("contact code");
		const outbox = await phone("en-GB");
		const code = await sentCode(outbox.page, contact);
		await outbox.look("outbox");
		await fill(former.page, { code: `${code.slice(0, 3)} ${code.slice(3)}` });
		await send(former.page);
		assert.equal(new URL(former.page.url()).pathname, "/contact");
		assert.ok((await former.page.locator("main").innerText()).includes(contact));
		await former.look("contact confirmed");

		const fresh = await phone(locale);
		await fresh.page.goto(`${site.origin}/recover`);
		await fresh.page.locator("main a[href='/recover/contact']").click();
		await fresh.look("recover by contact");
		await fill(fresh.page, { contact: contact.toUpperCase() });
		await send(fresh.page);
		await fresh.look("recover code");
		const field = fresh.page.locator("#code");
		assert.deepEqual([await field.getAttribute("autocomplete"), await field.getAttribute("inputmode")], ["one-time-code", "numeric"]);
		await fill(fresh.page, { code: await sentCode(outbox.page, contact) });
		await send(fresh.page);
		assert.equal(new URL(fresh.page.url()).pathname, "/application");
		await fresh.page.goto(`${site.origin}/my-code`);
		await fresh.page.locator("#my-code svg, #my-code canvas").first().waitFor({ timeout: 20_000 });
		await former.page.goto(`${site.origin}/application`);
		assert.ok((await former.page.locator("main").innerText()).includes(ELSEWHERE[language]), "the former phone says so");
		for (const { problems } of [former, fresh, outbox]) assert.deepEqual(problems, []);
	});
}

test("the administrator's page of messages", { timeout: 60_000 }, async () => {
	const { page } = await watchedPage(await browser.newContext({ ...PHONE, locale: "zh-TW" }));
	await signIn(page, site.origin, site.demonstration, "administrator");
	await page.goto(`${site.origin}/staff/messages`);
	await fits(page, "messages");
	await axe(page, "messages");
});
