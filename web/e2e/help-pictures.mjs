// Takes the pictures of the help pages, one set for each language, from a running demonstration server:
//   node e2e/help-pictures.mjs http://127.0.0.1:8080
// It goes through the service as an applicant. Which picture belongs to which step stands in
// crates/server/src/help/guide.rs; a step whose picture is not there is shown without one.
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { launch } from "./browser.mjs";

const origin = process.argv[2] ?? "http://127.0.0.1:8080";
const LANGUAGES = ["zh-Hans", "zh-Hant", "en"];
const MOST_BYTES = 40_000;
const VIEW = { viewport: { width: 360, height: 560 } };

/** @typedef {import("playwright-core").Page} Page */

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

/** @param {Page} page @param {Record<string, string>} fields texts, options and radios by name */
async function fill(page, fields) {
	for (const [name, value] of Object.entries(fields)) {
		const field = page.locator(`#main [name="${name}"]`).first();
		const [tag, type] = await field.evaluate((e) => [e.tagName, e.getAttribute("type")]);
		if (tag === "SELECT") await field.selectOption(value);
		else if (type === "radio" || type === "checkbox") await page.locator(`#main [name="${name}"][value="${value}"]`).check();
		else await field.fill(value);
	}
}

/** @param {Page} page */
const send = (page) => Promise.all([page.waitForNavigation(), page.locator("main form button[type=submit]:visible").first().click()]);

/** Through the application with an invented passport that is not on file. @param {Page} page @param {(name: string) => Promise<void>} keep */
async function apply(page, keep) {
	await page.goto(`${origin}/apply`);
	await send(page);
	await fill(page, { kind: "passport" });
	await keep("apply-kind");
	await send(page);
	await fill(page, { number: "X00000000", issuing_state: "UTO", expiry_day: "6", expiry_month: "5", expiry_year: "2034" });
	await keep("apply-document");
	await send(page);
	await fill(page, { family: "ERIKSSON", given: "ANNA", birth_day: "12", birth_month: "8", birth_year: "1984", sex: "F", nationality: "UTO" });
	await keep("apply-person");
	await send(page);
	await page.locator("#main [name=division]").selectOption({ index: 1 });
	await fill(page, { county: "武昌区", address: "1" });
	await send(page);
	await fill(page, { contact: "no", diagnosed: "no" });
	await page.locator("#main [name=truthful]").check();
	await send(page);
	await keep("apply-answers");
	await send(page);
	await page.goto(`${origin}/application`);
	await keep("apply-state");
}

const browser = await launch();
const scratch = await (await browser.newContext()).newPage();
for (const language of LANGUAGES) {
	const context = await browser.newContext({ ...VIEW, locale: language });
	const page = await context.newPage();
	const folder = new URL(`../static/help/${language}/`, import.meta.url);
	await mkdir(folder, { recursive: true });
	/** @param {string} name */
	const keep = async (name) => {
		assert.ok((await page.locator("h1").count()) > 0, `${name}: ${page.url()} is no page of ours`);
		const main = page.locator("main");
		const box = await main.boundingBox();
		assert.ok(box);
		const png = await page.screenshot({ fullPage: true, clip: { x: 0, y: box.y, width: 360, height: Math.min(box.height, 640) } });
		await writeFile(new URL(`${name}.webp`, folder), await webp(scratch, png));
	};
	await apply(page, keep);
	await context.close();
}
await browser.close();
