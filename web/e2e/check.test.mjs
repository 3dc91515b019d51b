// The inspector's page: a scanner that types, a clipboard, a photo; and the page alone, without script.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, DESKTOP, launch, PHONE, watchedPage } from "./browser.mjs";
import { serve } from "./fixture.mjs";

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof serve>>} */
let site;

before(async () => {
	browser = await launch();
	site = await serve();
});
after(async () => {
	await browser.close();
	await site.stop();
});

/** @param {import("playwright-core").BrowserContextOptions} options */
async function open(options) {
	site.state.checked.length = 0;
	const context = await browser.newContext({ ...options, permissions: ["clipboard-read", "clipboard-write"] });
	const { page, problems } = await watchedPage(context);
	await page.goto(`${site.origin}/check`);
	return { context, page, problems };
}

const CODE = "TX1:6BF+70790T9WJWG.FKY*4GO0.O1CV2 O5 N2FBBRW1";

test("a scanner types a code and two line ends, and it is sent once", async () => {
	const { context, page, problems } = await open(DESKTOP);
	await page.keyboard.type(CODE);
	await page.keyboard.press("Enter");
	await page.keyboard.press("Enter");
	await page.locator(".verdict").waitFor();
	assert.equal(site.state.checked.length, 1);
	assert.ok(site.state.checked[0]?.includes(`\r\n\r\n${CODE}\r\n`));
	// The next scan needs no tap.
	await page.keyboard.type("TX1:NEXT");
	await page.keyboard.press("Enter");
	await page.waitForFunction(() => document.readyState === "complete" && document.querySelector("input")?.value === "");
	assert.equal(site.state.checked.length, 2);
	await axe(page, "check");
	assert.deepEqual(problems, []);
	await context.close();
});

test("on a phone no field takes the focus, and a scan still arrives whole", async () => {
	const { context, page } = await open(PHONE);
	assert.equal(await page.evaluate(() => document.activeElement?.tagName), "BODY");
	await page.keyboard.type(CODE);
	await page.keyboard.press("Enter");
	await page.locator(".verdict").waitFor();
	assert.ok(site.state.checked[0]?.includes(`\r\n\r\n${CODE}\r\n`));
	await context.close();
});

test("an empty field is not sent", async () => {
	const { context, page } = await open(DESKTOP);
	await page.locator("#text").press("Enter");
	await page.waitForTimeout(300);
	assert.equal(site.state.checked.length, 0);
	await context.close();
});

test("paste takes the clipboard and sends it", async () => {
	const { context, page } = await open(DESKTOP);
	await page.evaluate((code) => navigator.clipboard.writeText(` ${code}\n`), CODE);
	await page.getByRole("button", { name: "Paste" }).click();
	await page.locator(".verdict").waitFor();
	assert.ok(site.state.checked[0]?.includes(`\r\n\r\n${CODE}\r\n`));
	await context.close();
});

test("a photo is sent as soon as it is chosen, a large one made smaller", async () => {
	const { context, page, problems } = await open(PHONE);
	const small = await page.screenshot();
	await page.locator("#photo").setInputFiles({ name: "small.png", mimeType: "image/png", buffer: small });
	await page.locator(".verdict").waitFor();
	assert.ok(site.state.checked[0]?.includes("image/png"));
	// Noise does not compress: the photo of a large sensor, made in the page, chosen as a person would.
	const size = await page.evaluate(async () => {
		const canvas = new OffscreenCanvas(2600, 1800);
		const pen = canvas.getContext("2d");
		const pixels = new ImageData(2600, 1800);
		for (let at = 0; at < pixels.data.length; at += 65536) crypto.getRandomValues(pixels.data.subarray(at, at + 65536));
		pen?.putImageData(pixels, 0, 0);
		const photo = new File([await canvas.convertToBlob({ type: "image/jpeg", quality: 0.95 })], "large.jpg", { type: "image/jpeg" });
		const transfer = new DataTransfer();
		transfer.items.add(photo);
		const input = /** @type {HTMLInputElement} */ (document.querySelector("#photo"));
		input.files = transfer.files;
		input.dispatchEvent(new Event("change"));
		return photo.size;
	});
	assert.ok(size > 1_500_000);
	while (site.state.checked.length < 2) await page.waitForTimeout(100);
	const sent = site.state.checked[1] ?? "";
	assert.ok(sent.includes('filename="photo.jpg"'));
	assert.ok(sent.length < size * 0.8, `${sent.length} of ${size}`);
	assert.deepEqual(problems, []);
	await context.close();
});

test("without script the form works as forms do", async () => {
	const { context, page } = await open({ ...DESKTOP, javaScriptEnabled: false });
	await page.locator("#text").fill(CODE);
	await page.locator("#text").press("Enter");
	await page.locator(".verdict").waitFor();
	assert.ok(site.state.checked[0]?.includes(CODE));
	await context.close();
});
