// Every page that people meet, for tests that look at all of them and for screenshots.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fill, passport, send, signIn } from "./service.mjs";

/** @typedef {import("playwright-core").BrowserContext} Context */
/** @typedef {import("playwright-core").Page} Page */

/** The narrowest phone: WCAG 1.4.10. */
export const atSmallWidth = { viewport: { width: 320, height: 640 } };

/** Whom a tour has let in, kept by service: a one-time code or a recovery code is good once. @type {WeakMap<object, Map<string, Awaited<ReturnType<Context["storageState"]>>>>} */
const letIn = new WeakMap();
let numbers = 0;

/** The phone that a tour has let in for an application of the demonstration. @param {object} site @param {string} code */
export const phoneOf = (site, code) => letIn.get(site)?.get(`application ${code}`);

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
	const two = ["issued", "issued-yellow"].map((code) => known.get(`application ${code}`));
	await as("chooser", (page) => chooser(browser, origin, two, page), (page) => each(page, [["recover-choose", "/recover/choose"]]));
	await as("filing_officer", staff("filing_officer"), (page) => officer(page, origin, each, visit));
	await as("reviewer", staff("reviewer"), (page) => reviewer(page, each, visit));
	await as("inspector", staff("inspector"), (page) => inspector(page, each, visit));
	await as("health_officer", staff("health_officer"), (page) => healthOfficer(page, origin, each, visit));
	await as("administrator", staff("administrator"), (page) => administrator(page, each, visit));
	await as("location_manager", staff("location_manager"), (page) => locationManager(page, origin, each, visit));
	await as("desk_officer", staff("desk_officer"), (page) => serviceDesk(page, origin, each, visit));
	await as("auditor", staff("auditor"), (page) => auditor(page, each, visit));
}

/** @param {Awaited<ReturnType<Context["storageState"]>>} state the next tour asks in its own language */
const withoutLanguage = (state) => ({ ...state, cookies: state.cookies.filter(({ name }) => !/lang/i.test(name)) });

/** @typedef {(page: Page, pages: [string, string][]) => Promise<void>} Each */
/** @typedef {(page: Page, name: string) => Promise<void>} Visit */

/** @param {Page} page @param {string} origin @param {Each} each @param {Visit} visit */
async function everybody(page, origin, each, visit) {
	await each(page, [
		["start", "/"], ["deleted", "/my-data/deleted"], ["help", "/help"], ["help-apply", "/help/apply"], ["help-show", "/help/show"], ["help-check", "/help/check"],
		["help-filing", "/help/filing"], ["recognition", "/recognition"], ["demonstration", "/demonstration"], ["figures", "/figures"], ["api", "/api"],
		["failure-not-found", "/nowhere"], ["failure-no-session", "/my-code"], ["failure-staff", "/filing"], ["left", "/my-code/left"],
		["recover", "/recover"], ["recover-contact", "/recover/contact"], ["outbox", "/demonstration/outbox"], ["sign-in", "/staff/sign-in"], ["locations-join", "/locations/join"], ["tablet-none", "/tablet"], ["diary", "/diary"], ["failure-place-unknown", "/v/nothing"],
	]);
	await page.goto(`${origin}/staff/sign-in`);
	await fill(page, { login: "nobody", password: "wrong", code: "000000" });
	await send(page);
	await visit(page, "sign-in-errors");
	await page.goto(`${origin}/recover`);
	await fill(page, { code: "nothing" });
	await send(page);
	await visit(page, "recover-errors");
	await each(page, [["recover-contact", "/recover/contact"]]);
	await send(page);
	await visit(page, "recover-contact-errors");
	// Whether anybody is known by it is never said: the page that asks for the code comes in any case.
	await fill(page, { contact: `nobody-${++numbers}@example.org` });
	await send(page);
	await visit(page, "recover-code");
	await send(page);
	await visit(page, "recover-code-errors");
	await each(page, [["apply", "/apply"]]);
	await send(page);
	for (const [step, filled] of answers()) {
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

/** What an invented person answers, each with a passport of their own. @returns {[string, Record<string, string>][]} */
const answers = () => [
	["kind", { kind: "passport" }],
	["document", { number: `XT0UR${String(++numbers).padStart(4, "0")}`, issuing_state: "UTO", expiry_day: "30", expiry_month: "6", expiry_year: "2031" }],
	["person", { family: "NIEMAND", given: "TOUR", birth_day: "14", birth_month: "2", birth_year: "1990", sex: "F", nationality: "UTO" }],
	["residence", { division: "420100", county: "武昌区", address: "1", phone: "+44 7512 345678" }],
	["health", { symptoms: "none", contact: "no", diagnosed: "no", truthful: "yes" }],
];

/** Opens a report of the demonstration, and takes it. @param {Page} page @param {string} origin @param {Each} each @param {Visit} visit */
async function healthOfficer(page, origin, each, visit) {
	await each(page, [["reports", "/reports"], ["reports-done", "/reports/done"]]);
	await page.goto(`${origin}/reports`);
	const first = await page.locator("#queue tbody th a").first().getAttribute("href", { timeout: 2_000 }).catch(() => null);
	assert.ok(first, "the demonstration has reports");
	await each(page, [["report", first]]);
	const take = page.locator(`form[action="${first}/take"] button`);
	if (await take.count()) await send(page, `form[action="${first}/take"] button`);
	await visit(page, "report-own");
	await send(page, "#main .actions button");
	await visit(page, "report-errors");
	if (await page.locator(`a[href="${first}/confirm"]`).count()) await each(page, [["report-confirm", `${first}/confirm`]]);
	await page.goto(`${origin}${first}`);
	await send(page, `form[action="${first}/release"] button`);
	await each(page, [["cases", "/cases"], ["cases-keys", "/cases/keys"], ["cases-tasks", "/cases/tasks"]]);
	await page.goto(`${origin}/cases`);
	const [opening, own] = await page.locator("main tbody th a").evaluateAll((all) => {
		const paths = all.map((link) => link.getAttribute("href") ?? "");
		return [paths.find((path) => path.includes("openings")), paths.find((path) => !path.includes("openings"))];
	});
	assert.ok(opening && own, "the demonstration has cases");
	await each(page, [["case-opening", opening], ["case", own], ["case-ask", `${own}/ask?q=a`]]);
	await send(page, "#main .actions button");
	await visit(page, "case-ask-errors");
	await page.goto(`${origin}/reports/done`);
	const done = await page.locator("main tbody th a").first().getAttribute("href");
	assert.ok(done, "one of them is done");
	await each(page, [["report-done-one", done]]);
	await send(page, "#main .actions button");
	await visit(page, "report-reopen-errors");
}

/** @param {Page} page @param {string} origin @param {Each} each @param {Visit} visit */
async function serviceDesk(page, origin, each, visit) {
	await each(page, [["desk", "/desk"], ["desk-ended", "/desk/ended"], ["desk-closed", "/desk/closed"], ["desk-find", "/desk/find"]]);
	await send(page, "#main .actions button");
	await visit(page, "desk-find-errors");
	await each(page, [["desk-new", "/desk/new"]]);
	await send(page, "#main .actions button");
	await visit(page, "desk-new-errors");
	await fill(page, { consent: "yes" });
	await send(page, "#main .actions button");
	for (const [step, filled] of answers()) {
		assert.ok(page.url().endsWith(`/desk/apply/${step}`), page.url());
		await visit(page, `desk-apply-${step}`);
		await fill(page, filled);
		await send(page, "#main .actions button");
	}
	await visit(page, "desk-check");
	await send(page, "#main .actions button");
	await visit(page, "desk-done");
	await each(page, [["desk-application", "/desk/application"], ["desk-slip", "/desk/slip"], ["desk-withdraw", "/desk/application/withdraw"], ["desk-data", "/desk/my-data"], ["desk-delete", "/desk/my-data/delete"], ["desk-open", "/desk"]]);
	await page.goto(`${origin}/desk/application`);
	await send(page, 'form[action="/desk/next"] button');
}

/** @param {Page} page @param {string} code @param {Each} each @param {Visit} visit */
async function holder(page, code, each, visit) {
	await each(page, [[`application-${code}`, "/application"], [`contact-${code}`, "/contact"]]);
	if (code === "waiting") await each(page, [["application-withdraw", "/application/withdraw"]]);
	if (!code.startsWith("issued")) return;
	await page.goto(new URL("/my-code", page.url()).href);
	await page.locator("svg.qr path").waitFor();
	await visit(page, `my-code-${code}`);
	await each(page, [[`why-${code}`, "/my-code/why"]]);
	if (code === "issued-yellow") {
		await appeal(page, each, visit);
		return companions(page, each, visit);
	}
	if (code !== "issued") return;
	await each(page, [["apps", "/my-data/apps"], ["donate", "/donate"], ["trips", "/my-code/trips"]]);
	await send(page);
	await visit(page, "trips-errors");
	await each(page, [["leave", "/my-code/leave"], ["short-code-before", "/my-code/short-code"]]);
	await send(page);
	await visit(page, "short-code");
	await each(page, [["print-before", "/my-code/print"]]);
	await send(page);
	await visit(page, "print");
	await each(page, [["picture", "/my-code/picture"], ["people", "/my-code/people"], ["data", "/my-data"], ["delete", "/my-data/delete"]]);
	for (const [name, path] of [["health", "/my-code/health"], ["offline", "/my-code/offline"], ["correct", "/my-data/correct"], ["contact", "/contact"]]) {
		await each(page, [[`${name}`, `${path}`]]);
		await send(page);
		await visit(page, `${name}-errors`);
	}
	await fill(page, { contact: `tour-${++numbers}@example.org` });
	await send(page);
	await visit(page, "contact-code");
	await send(page);
	await visit(page, "contact-code-errors");
}

/** Appeals, with a photo that is none, and takes it back. @param {Page} page @param {Each} each @param {Visit} visit */
async function appeal(page, each, visit) {
	await each(page, [["appeal-new", "/my-code/appeal"]]);
	await send(page);
	await visit(page, "appeal-new-errors");
	await fill(page, { statement: "我没有去过那里。" });
	await send(page);
	await visit(page, "appeal-own");
	await page.locator('form[action$="/photo"] button').click();
	await page.locator("#photo-error").waitFor();
	await visit(page, "appeal-own-errors");
	await Promise.all([page.waitForNavigation(), page.locator('form[action$="/withdraw"] button').click()]);
	await visit(page, "appeal-withdrawn");
}

/** Adds a child, as far as the consent, and goes back to the phone's owner. @param {Page} page @param {Each} each @param {Visit} visit */
async function companions(page, each, visit) {
	await each(page, [["people-add", "/my-code/people/add"]]);
	await send(page);
	await visit(page, "people-add-errors");
	await fill(page, { name: `孩子 ${++numbers}`, who: "under_14" });
	await send(page);
	await visit(page, "consent");
	await send(page);
	await visit(page, "consent-errors");
	await each(page, [["people-several", "/my-code/people"]]);
	await Promise.all([page.waitForNavigation(), page.locator("button.person").first().click()]);
	await page.locator("svg.qr path").waitFor();
	await visit(page, "my-code-several");
}

/**
 * A phone that asks by a contact which two applications have.
 * @param {import("playwright-core").Browser} browser @param {string} origin @param {Awaited<ReturnType<Context["storageState"]>>[]} two @param {Page} page
 */
async function chooser(browser, origin, two, page) {
	const contact = "two.codes@example.org";
	const outbox = await (await browser.newContext()).newPage();
	const given = async (/** @type {Page} */ page) => {
		await outbox.goto(`${origin}/demonstration/outbox`);
		const letter = await outbox.locator("section.notice", { hasText: contact }).first().locator(".letter").innerText();
		await fill(page, { code: /\b\d{6}\b/.exec(letter)?.[0] ?? "" });
		await send(page);
	};
	for (const storageState of two) {
		const context = await browser.newContext({ storageState });
		const own = await context.newPage();
		await own.goto(`${origin}/contact`);
		await fill(own, { contact });
		await send(own);
		await given(own);
		await context.close();
	}
	await page.goto(`${origin}/recover/contact`);
	await fill(page, { contact });
	await send(page);
	await given(page);
	await outbox.context().close();
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
	await each(page, [["locations-queue", "/review/locations"]]);
	await page.locator("main tbody th a").first().click();
	await send(page, "#main .actions button");
	await visit(page, "location-case-errors");
}

/** @param {Page} page @param {Each} each @param {Visit} visit */
async function inspector(page, each, visit) {
	await each(page, [["inspect", "/inspect"], ["check", "/check"]]);
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
	await each(page, [["check-no-code", "/check/no-code"]]);
	await send(page, "#main .actions button");
	await visit(page, "check-no-code-errors");
	await fill(page, { temperature: "37.8" });
	await send(page, "#main .actions button");
	await visit(page, "check-second");
	await send(page, "#main .actions button");
	await visit(page, "check-second-errors");
	await fill(page, { second: "38.1", action: "refused" });
	const place = page.locator("#checkpoint");
	if (await place.count()) await place.selectOption({ index: 1 });
	await send(page, "#main .actions button");
	await visit(page, "check-reported");
}

/** @param {Page} page @param {Each} each @param {Visit} visit */
async function administrator(page, each, visit) {
	await each(page, [["messages", "/staff/messages"], ["staff", "/staff"], ["staff-new", "/staff/new"]]);
	await send(page);
	await visit(page, "staff-new-errors");
	await page.goto(new URL("/staff", page.url()).href);
	await page.locator("main table a").first().click();
	await visit(page, "staff-person");
	await each(page, [["checkpoints", "/staff/checkpoints"]]);
	await send(page, "#main .actions button");
	await visit(page, "checkpoints-errors");
	await each(page, [["checkpoints-flags", "/staff/checkpoints/flags"], ["devices", "/staff/devices"]]);
	await send(page, "#main .actions button");
	await visit(page, "devices-errors");
	await fill(page, { name: `Tour phone ${(numbers += 1)}` });
	await send(page, "#main .actions button");
	await visit(page, "devices-code");
	await page.goto(new URL("/staff/devices", page.url()).href);
	await send(page, 'form[action="/staff/devices/withdraw"] button');
	await visit(page, "devices-withdraw");
	await each(page, [["devices-import", "/staff/devices/import"]]);
	await send(page, 'form[action="/staff/devices/import"] button');
	await visit(page, "devices-import-errors");
	await each(page, [["audit-orders-decide", "/staff/audit-orders"], ["visit-keys", "/staff/visit-keys"]]);
	await send(page, "#main .actions button");
	await visit(page, "visit-keys-errors");
	await partners(page, each, visit);
}

/** Asks for an order too, once with every mistake. @param {Page} page @param {Each} each @param {Visit} visit */
async function auditor(page, each, visit) {
	await each(page, [["audit", "/audit"], ["audit-accesses", "/audit/accesses"], ["audit-orders", "/audit/orders"]]);
	await send(page, "#main .actions button");
	await visit(page, "audit-orders-errors");
	const unit = await page.locator("#unit option").nth(1).getAttribute("value");
	await fill(page, { unit: String(unit), from: "2026-01-01", until: "2026-01-31", reason: "A complaint.", reference: "2026-8" });
	await send(page, "#main .actions button");
	await visit(page, "audit-order");
}

/** Registers, looks at every page of an open location, and sends a file. @param {Page} page @param {string} origin @param {Each} each @param {Visit} visit */
async function locationManager(page, origin, each, visit) {
	await each(page, [["locations", "/locations"], ["locations-flags", "/locations/flags"], ["locations-posters", "/locations/posters"], ["locations-new", "/locations/new"]]);
	await send(page, "#main .actions button");
	await visit(page, "locations-new-errors");
	await page.goto(`${origin}/locations`);
	const open = await page.locator("main tbody tr", { has: page.locator(".tag.green") }).locator("a").first().getAttribute("href");
	assert.ok(open, "the demonstration has an open location");
	await each(page, [["location", open], ["location-edit", `${open}/edit`], ["location-posters", `${open}/posters`], ["location-tablet", `${open}/tablet`], ["location-inside", `${open}/inside`]]);
	await page.goto(origin + open);
	await send(page, `form[action="${open}/managers"] button`);
	await visit(page, "location-errors");
	await each(page, [["locations-batch", "/locations/batch"]]);
	const buffer = Buffer.from("name,kind,division,address\n街角小店,shop,1,x\n");
	await page.locator("main input[type=file]").setInputFiles({ name: "shops.csv", mimeType: "text/csv", buffer });
	await send(page);
	await visit(page, "locations-batch-done");
}

const SAMPLE = fileURLToPath(new URL("../../docs/samples/partner.mjs", import.meta.url));

/** Registers a partner, whose sample client then asks a person. @param {Page} page @param {Each} each @param {Visit} visit */
async function partners(page, each, visit) {
	const { origin } = new URL(page.url());
	const folder = mkdtempSync(join(tmpdir(), "tour-"));
	const key = join(folder, "key.json");
	const sample = (/** @type {string[]} */ ...given) => execFileSync(process.execPath, [SAMPLE, ...given], { encoding: "utf8" });
	await each(page, [["partners", "/staff/partners"], ["partners-new", "/staff/partners/new"]]);
	await send(page);
	await visit(page, "partners-new-errors");
	await fill(page, { name: `Tour ${(numbers += 1)}`, return_address: "https://app.example/back", functions: "apply" });
	await page.locator("input[name=functions]").evaluateAll((boxes) => boxes.forEach((box) => (/** @type {HTMLInputElement} */ (box).checked = true)));
	await send(page);
	await visit(page, "partner-without-key");
	await fill(page, { key: sample("keys", key) });
	await page.locator('main form[action$="/keys"] button').click();
	await visit(page, "partner");
	const document = { kind: "passport", number: "XT0UR9999", issuing_state: "UTO", family_name: "NIEMAND", birth_date: "1990-02-14" };
	const functions = ["query", "make_code", "declare_health", "declare_trip", "correct"];
	const entered = JSON.parse(sample("call", key, origin, "entries", JSON.stringify({ document, functions })));
	await page.goto(entered.body.url);
	await visit(page, "partner-entry");
	await page.locator("button[value=refuse]").click();
	await visit(page, "partner-refused");
	rmSync(folder, { recursive: true });
}
