// Takes the pictures of the help pages, one set for each language, from a demonstration that it starts itself:
//   npm run help-pictures
// It goes through the service as an applicant, a clerk and an inspector. Which picture belongs to which step stands in
// crates/server/src/help/guide.rs; a step whose picture is not there is shown without one.
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { launch } from "./browser.mjs";
import { ANSWERS, fill, LANGUAGES, passport, send, signIn, start } from "./service.mjs";

const MOST_BYTES = 40_000;
const VIEW = { viewport: { width: 360, height: 740 } };

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {(page: Page, name: string, from?: string) => Promise<void>} Keep */

/**
 * WebP at the quality that keeps it small: Chromium draws PNG and JPEG only, but its canvas writes WebP.
 * @param {Page} scratch @param {Buffer} png
 */
async function webp(scratch, png) {
	for (const quality of [0.8, 0.6, 0.4]) {
		const url = await scratch.evaluate(async ([data, q]) => {
			const blob = await (await fetch(`data:image/png;base64,${data}`)).blob();
			const image = await createImageBitmap(blob);
			const canvas = document.createElement("canvas");
			[canvas.width, canvas.height] = [image.width, image.height];
			canvas.getContext("2d")?.drawImage(image, 0, 0);
			return canvas.toDataURL("image/webp", Number(q));
		}, /** @type {[string, string]} */ ([png.toString("base64"), String(quality)]));
		const bytes = Buffer.from(url.slice(url.indexOf(",") + 1), "base64");
		if (bytes.length <= MOST_BYTES) return bytes;
	}
	throw new Error(`no quality brings the picture under ${MOST_BYTES} bytes`);
}

/** Through the application with an invented passport that is not on file. @param {Page} page @param {string} number @param {Keep} keep */
async function applicant(page, number, keep) {
	await page.goto(`${site.origin}/apply`);
	await send(page);
	await fill(page, { kind: "passport" });
	await keep(page, "apply-kind");
	await send(page);
	await fill(page, { number, issuing_state: "UTO", expiry_day: "6", expiry_month: "5", expiry_year: "2034" });
	await keep(page, "apply-document");
	await send(page);
	await fill(page, { family: "ERIKSSON", given: "ANNA", birth_day: "12", birth_month: "8", birth_year: "1984", sex: "F", nationality: "UTO" });
	await send(page);
	await fill(page, ANSWERS.residence);
	await keep(page, "apply-person");
	await send(page);
	await fill(page, ANSWERS.health);
	await send(page);
	await keep(page, "apply-answers", ".summary-list");
	await send(page);
	await page.waitForTimeout(3000);
	await page.goto(`${site.origin}/application`);
	await keep(page, "apply-state");
}

/** The code and the printed pass of somebody who holds one. @param {Page} page @param {Keep} keep @returns {Promise<Buffer>} the printed pass */
async function holder(page, keep) {
	await page.goto(`${site.origin}/my-code`);
	await page.locator("svg.qr path").waitFor();
	await keep(page, "show-code", ".code-panel");
	await page.goto(`${site.origin}/my-code/print`);
	await send(page);
	await keep(page, "show-print", ".pass-card");
	return page.locator(".pass-card").screenshot();
}

/** @param {Page} page @param {Buffer} pass @param {Keep} keep */
async function inspector(page, pass, keep) {
	await page.goto(`${site.origin}/check`);
	await keep(page, "check-scan");
	await Promise.all([page.waitForNavigation(), page.locator("#photo").setInputFiles({ name: "pass.png", mimeType: "image/png", buffer: pass })]);
	await send(page, "button[name=document_matches]");
	await keep(page, "check-verdict", ".verdict");
	await fill(page, { temperature: "36.6" });
	await send(page, "#main button");
	await keep(page, "check-temperature", "#main");
}

/** @param {Page} page @param {string} number @param {Keep} keep */
async function clerk(page, number, keep) {
	await page.goto(`${site.origin}/filing/new`);
	await fill(page, { mrz: passport(number, "ERIKSSON", "ANNA", "840812") });
	await send(page, "button[value=read]");
	await keep(page, "filing-new");
	await page.goto(`${site.origin}/filing/import`);
	await keep(page, "filing-import");
}

const site = await start();
const browser = await launch();
try {
	const scratch = await (await browser.newContext()).newPage();
	/** @type {Map<string, Awaited<ReturnType<import("playwright-core").BrowserContext["storageState"]>>>} */
	const kept = new Map();
	for (const [at, [language, locale]] of LANGUAGES.entries()) {
		const folder = new URL(`../static/help/${language}/`, import.meta.url);
		await mkdir(folder, { recursive: true });
		/** @type {Keep} From the page's heading, or from the named part, without what only the demonstration says. */
		const keep = async (page, name, from = "h1") => {
			assert.ok((await page.locator("h1").count()) > 0, `${name}: ${page.url()} is no page of ours`);
			assert.equal(await page.locator("html").getAttribute("lang"), language);
			await page.evaluate(() => {
				/** @type {HTMLElement} */ (document.activeElement)?.blur();
				scrollTo(0, 0);
			});
			const part = await page.locator(`main ${from}`).first().boundingBox();
			const main = await page.locator("main").boundingBox();
			assert.ok(part && main);
			// Less above a heading: a small line may stand there.
			const top = Math.max(0, part.y - (from === "h1" ? 3 : 12));
			const end = from === "h1" || from.startsWith(".summary") || from === "#main" ? main.y + main.height : part.y + part.height + 12;
			const png = await page.screenshot({ fullPage: true, clip: { x: 0, y: top, width: 360, height: Math.min(end - top, 720) } });
			await writeFile(new URL(`${name}.webp`, folder), await webp(scratch, png));
		};
		/** @param {string} who @param {(page: Page) => Promise<void>} enter @returns {Promise<Page>} */
		const as = async (who, enter) => {
			const known = kept.get(who);
			const context = await browser.newContext({ ...VIEW, locale, ...(known && { storageState: known }) });
			const page = await context.newPage();
			if (!known) await enter(page);
			if (who) kept.set(who, await context.storageState());
			return page;
		};
		await applicant(await as("", async () => {}), `XH0E5000${at}`, keep);
		const pass = await holder(await as("holder", async (page) => {
			const issued = site.demonstration.applications.find(({ code }) => code === "issued");
			assert.ok(issued);
			await page.goto(`${site.origin}/recover`);
			await fill(page, { code: issued.recovery_code });
			await send(page);
		}), keep);
		await inspector(await as("inspector", (page) => signIn(page, site.origin, site.demonstration, "inspector")), pass, keep);
		await clerk(await as("clerk", (page) => signIn(page, site.origin, site.demonstration, "filing_officer")), `XH0E6000${at}`, keep);
	}
} finally {
	await browser.close();
	await site.stop();
}
