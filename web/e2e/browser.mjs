// Helpers for every browser test, here and in the black-box tests at the root of the repository.
import axeCore from "axe-core";
import { chromium } from "playwright-core";
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

/** Where Debian, Fedora and others put it; CHROMIUM names another. */
const PLACES = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The phone that the budgets are for. */
export const PHONE = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };
export const DESKTOP = { viewport: { width: 1280, height: 900 } };

/** @param {string[]} args */
function options(args) {
	const executablePath = PLACES.find((place) => place && existsSync(place));
	assert.ok(executablePath, "no Chromium found: install it (Debian: apt-get install chromium) or set CHROMIUM");
	return {
		executablePath,
		headless: true,
		chromiumSandbox: false,
		args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run", ...args],
	};
}

/**
 * A Chromium of the system, headless, that talks to nobody but the page.
 * @param {string[]} [args] more flags, for example of a camera
 */
export const launch = (args = []) => chromium.launch(options(args));

/**
 * One that keeps what it stores in a folder, also when it is killed.
 * @param {string} folder @param {import("playwright-core").BrowserContextOptions} context
 */
export const launchKept = (folder, context) => chromium.launchPersistentContext(folder, { ...options([]), ...context });

/** Kills the browser of a folder and all its processes at once, as a phone that loses its power. @param {string} folder */
export async function killKept(folder) {
	for (const name of await readdir("/proc")) {
		const command = /^\d+$/.test(name) ? await readFile(`/proc/${name}/cmdline`, "utf8").catch(() => "") : "";
		try {
			if (command.split("\0").includes(`--user-data-dir=${folder}`)) process.kill(Number(name), "SIGKILL");
		} catch {
			// It went with its parent.
		}
	}
}

/**
 * A page that fails the test when the script throws or the content security policy is broken.
 * @param {import("playwright-core").BrowserContext} context
 * @returns {Promise<{page: import("playwright-core").Page, problems: string[]}>}
 */
export async function watchedPage(context) {
	const page = await context.newPage();
	/** @type {string[]} */
	const problems = [];
	page.on("pageerror", (error) => problems.push(`script: ${error.message}`));
	page.on("console", (message) => {
		if (/Content Security Policy|Trusted ?Type|TrustedScript/i.test(message.text())) problems.push(`policy: ${message.text()}`);
	});
	return { page, problems };
}

/**
 * Fails with a readable list when axe finds anything on the page.
 * @param {import("playwright-core").Page} page
 * @param {string} what
 */
export async function axe(page, what) {
	// Put into the page once, and asked for what is wrong only: whoever wraps it does both for each look, which takes
	// five times as long. Our pages have no frames.
	if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axeCore.source);
	const lines = await page.evaluate(async () => {
		const { axe } = /** @type {Window & {axe: typeof import("axe-core")}} */ (/** @type {unknown} */ (window));
		const { violations } = await axe.run({ resultTypes: ["violations"] });
		return violations.map(({ id, help, nodes }) => `${id}: ${help}\n    ${nodes.map((node) => node.target.join(" ")).join("\n    ")}`);
	});
	assert.deepEqual(lines, [], `axe on ${what}`);
}

/**
 * Fails when the page scrolls sideways.
 * @param {import("playwright-core").Page} page
 * @param {string} what
 */
export async function fits(page, what) {
	const { scroll, client } = await page.evaluate(() => ({
		scroll: document.documentElement.scrollWidth,
		client: document.documentElement.clientWidth,
	}));
	assert.ok(scroll <= client, `${what} is ${scroll} px wide in ${client} px`);
}

/** Screenshots go into the folder that SHOTS names; without it none are taken: nobody looks, and each takes its time. */
const { SHOTS } = process.env;

/**
 * Keeps a picture of the page, whole unless told otherwise.
 * @param {import("playwright-core").Page} page
 * @param {string} name without ending
 */
export async function shot(page, name, fullPage = true) {
	if (!SHOTS) return;
	const path = `${SHOTS}/${name}.png`;
	await mkdir(dirname(path), { recursive: true });
	await page.screenshot({ path, fullPage });
}

const require = createRequire(import.meta.url);
let prepared = false;

/**
 * The texts of the QR codes in a picture (PNG or JPEG), as a checkpoint's camera would read them.
 * @param {Uint8Array} picture
 */
export async function readQr(picture) {
	if (!prepared) {
		const wasmBinary = (await readFile(require.resolve("zxing-wasm/reader/zxing_reader.wasm"))).buffer;
		prepareZXingModule({ overrides: { wasmBinary: /** @type {ArrayBuffer} */ (wasmBinary) } });
		prepared = true;
	}
	const found = await readBarcodes(new Uint8Array(picture), { formats: ["QRCode"], tryHarder: true });
	return found.map(({ text }) => text);
}
