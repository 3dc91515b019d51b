// Every page that people meet, for tests that look at all of them and for screenshots.
import assert from "node:assert/strict";
import { fill, passport, send, signIn } from "./service.mjs";

/** @typedef {import("playwright-core").BrowserContext} Context */
/** @typedef {import("playwright-core").Page} Page */

/** The narrowest phone: WCAG 1.4.10. */
export const atSmallWidth = { viewport: { width: 320, height: 640 } };

/** Whom a tour has let in, kept by service: a one-time code or a recovery code is good once. @type {WeakMap<object, Map<string, Awaited<ReturnType<Context["storageState"]>>>>} */
const letIn = new WeakMap();
let numbers = 0;

/**
 * Visits every page and calls `visit` on each.
 * @param {import("playwright-core").Browser} browser
 * @param {{origin: string, demonstration: import("./service.mjs").Demonstration}} site
 * @param {import("playwright-core").BrowserContextOptions} options
 * @param {(page: Page, name: string) => Promise<void>} visit
 * @param {Context} [clerk] signed in already as the filing officer
 */
export async function tour(browser, site, options, visit, clerk) {
	const { origin, demonstration } = site;
	const known = letIn.get(site) ?? new Map();
	letIn.set(site, known);
	/**
	 * @param {string} who @param {(page: Page) => Promise<void>} enter @param {(page: Page) => Promise<void>} walk
	 */
	const as = async (who, enter, walk) => {
		const state = known.get(who);
		const context = await browser.newContext({ ...options, ...(state && { storageState: state }) });
		const page = await context.newPage();
		page.setDefaultTimeout(10_000);
		if (!state) {
			await enter(page);
			known.set(who, withoutLanguage(await context.storageState()));
		}
		await walk(page);
		await context.close();
	};
	/** @param {Page} page @param {[string, string][]} pages */
	const each = async (page, pages) => {
		for (const [name, path] of pages) {
			await page.goto(origin + path);
			await visit(page, name);
		}
	};
	const staff = (/** @type {string} */ role) => (/** @type {Page} */ page) => signIn(page, origin, demonstration, role);
	if (clerk && !known.has("filing_officer")) known.set("filing_officer", withoutLanguage(await clerk.storageState()));

	await as("", async () => {}, (page) => everybody(page, origin, each, visit));
	for (const { code, recovery_code } of demonstration.applications) {
		const recover = async (/** @type {Page} */ page) => {
			await page.goto(`${origin}/recover`);
			await fill(page, { code: recovery_code });
			await send(page);
		};
		await as(`application ${code}`, recover, (page) => holder(page, code, each, visit));
	}
	await as("filing_officer", staff("filing_officer"), (page) => officer(page, origin, each, visit));
	await as("reviewer", staff("reviewer"), (page) => reviewer(page, each, visit));
	await as("inspector", staff("inspector"), (page) => inspector(page, each, visit));
	await as("administrator", staff("administrator"), (page) => administrator(page, each, visit));
	await as("auditor", staff("auditor"), (page) => each(page, [["audit", "/audit/accesses"]]));
}

/** @param {Awaited<ReturnType<Context["storageState"]>>} state the next tour asks in its own language */
const withoutLanguage = (state) => ({ ...state, cookies: state.cookies.filter(({ name }) => !/lang/i.test(name)) });

/** @typedef {(page: Page, pages: [string, string][]) => Promise<void>} Each */
/** @typedef {(page: Page, name: string) => Promise<void>} Visit */

/** @param {Page} page @param {string} origin @param {Each} each @param {Visit} visit */
async function everybody(page, origin, each, visit) {
	await each(page, [
		["start", "/"], ["help", "/help"], ["help-apply", "/help/apply"], ["help-show", "/help/show"], ["help-check", "/help/check"],
		["help-filing", "/help/filing"], ["recognition", "/recognition"], ["demonstration", "/demonstration"], ["figures", "/figures"], ["api", "/api"],
		["failure-not-found", "/nowhere"], ["failure-no-session", "/my-code"], ["failure-staff", "/filing"], ["left", "/my-code/left"],
		["recover", "/recover"], ["recover-contact", "/recover/contact"], ["outbox", "/demonstration/outbox"], ["sign-in", "/staff/sign-in"],
	]);
	await fill(page, { login: "nobody", password: "wrong", code: "000000" });
	await send(page);
	await visit(page, "sign-in-errors");
	await page.goto(`${origin}/recover`);
	await fill(page, { code: "nothing" });
	await send(page);
	await visit(page, "recover-errors");
	await each(page, [["apply", "/apply"]]);
	await send(page);
	for (const [step, filled] of /** @type {[string, Record<string, string>][]} */ ([
		["kind", { kind: "passport" }],
		["document", { number: `XT0UR${String(++numbers).padStart(4, "0")}`, issuing_state: "UTO", expiry_day: "30", expiry_month: "6", expiry_year: "2031" }],
		["person", { family: "NIEMAND", given: "TOUR", birth_day: "14", birth_month: "2", birth_year: "1990", sex: "F", nationality: "UTO" }],
		["residence", { division: "420100", county: "武昌区", address: "1", phone: "+44 7512 345678" }],
		["health", { symptoms: "none", contact: "no", diagnosed: "no", truthful: "yes" }],
	])) {
		assert.ok(page.url().endsWith(`/apply/${step}`), page.url());
		await visit(page, `apply-${step}`);
		await send(page);
		await visit(page, `apply-${step}-errors`);
		await fill(page, filled);
		await send(page);
	}
	await visit(page, "apply-check");
	await send(page);
	await visit(page, "apply-done");
}

/** @param {Page} page @param {string} code @param {Each} each @param {Visit} visit */
async function holder(page, code, each, visit) {
	await each(page, [[`application-${code}`, "/application"], [`contact-${code}`, "/contact"]]);
	if (code === "waiting") await each(page, [["application-withdraw", "/application/withdraw"]]);
	if (!code.startsWith("issued")) return;
	await page.goto(new URL("/my-code", page.url()).href);
	await page.locator("svg.qr path").waitFor();
	await visit(page, `my-code-${code}`);
	if (code !== "issued") return;
	await each(page, [["leave", "/my-code/leave"], ["short-code-before", "/my-code/short-code"]]);
	await send(page);
	await visit(page, "short-code");
	await each(page, [["print-before", "/my-code/print"]]);
	await send(page);
	await visit(page, "print");
}

const CSV = `kind,issuing_state,number,family_name,given_names,birth_date,sex,nationality,expiry_date
passport,UTO,XC5V00001,NIEMAND,LISTED,1990-02-14,F,UTO,2031-06-30
passport,UTO,X,,,1990-02-30,F,ZZZ,2031-06-30
`;

/** @param {Page} page @param {string} origin @param {Each} each @param {Visit} visit */
async function officer(page, origin, each, visit) {
	await each(page, [["filing", "/filing"]]);
	await send(page);
	await visit(page, "filing-search-errors");
	await each(page, [["filing-new", "/filing/new"]]);
	await send(page, "button[value=check]");
	await visit(page, "filing-new-errors");
	await fill(page, { mrz: passport(`XT0UR${String(++numbers).padStart(4, "0")}`, "NIEMAND", "FILED") });
	await send(page, "button[value=read]");
	await visit(page, "filing-new-read");
	await send(page, "button[value=check]");
	await visit(page, "filing-check");
	await send(page, "button[value=file]");
	await visit(page, "filing-view");
	await page.locator('main a[href$="/correct"]').click();
	await visit(page, "filing-correct");
	await page.goBack();
	await page.locator('main a[href$="/withdraw"]').click();
	await visit(page, "filing-withdraw");
	await page.goto(`${origin}/filing`);
	await fill(page, { birth_date: "1990-02-14", name: "FILED NIEMAND" });
	await send(page, "button[value=person]");
	await visit(page, "filing-found");
	await each(page, [["filing-import", "/filing/import"]]);
	await page.locator("main input[type=file]").setInputFiles({ name: "list.csv", mimeType: "text/csv", buffer: Buffer.from(CSV) });
	await send(page);
	await page.waitForTimeout(4000);
	await page.reload();
	await visit(page, "filing-report");
	await each(page, [["account", "/staff/account"]]);
}

/** @param {Page} page @param {Each} each @param {Visit} visit */
async function reviewer(page, each, visit) {
	await each(page, [["review", "/review"]]);
	await send(page, 'form[action="/review/next"] button');
	await visit(page, "review-case");
	await send(page, "#main button");
	await visit(page, "review-case-errors");
	await send(page, 'form[action$="/release"] button');
}

/** @param {Page} page @param {Each} each @param {Visit} visit */
async function inspector(page, each, visit) {
	await each(page, [["check", "/check"]]);
	await page.goto(new URL("/demonstration", page.url()).href);
	const codes = await page.locator("main code").allTextContents();
	const [green, yellow, red] = codes.filter((code) => code.startsWith("GJM:"));
	assert.ok(green && yellow && red, "the demonstration has national codes");
	const scans = { stop: "TX1:NOTHING", "entry-pass": green, "entry-check": yellow, "entry-stop": red };
	for (const [name, text] of Object.entries(scans)) {
		await page.goto(new URL("/check", page.url()).href);
		await fill(page, { text });
		await send(page);
		await visit(page, `check-${name}`);
	}
}

/** @param {Page} page @param {Each} each @param {Visit} visit */
async function administrator(page, each, visit) {
	await each(page, [["messages", "/staff/messages"], ["staff", "/staff"], ["staff-new", "/staff/new"]]);
	await send(page);
	await visit(page, "staff-new-errors");
	await page.goto(new URL("/staff", page.url()).href);
	await page.locator("main table a").first().click();
	await visit(page, "staff-person");
}
