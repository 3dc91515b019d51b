// Phones without a browser: passes of the real program bound to a key of our own, and codes made of them by the code
// page's own modules, so that a test can have hundreds, at any time.
import assert from "node:assert/strict";
import { build } from "esbuild";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { PHONE } from "./browser.mjs";
import { fill, send } from "./service.mjs";

/** @typedef {typeof import("../src/live.ts") & typeof import("../src/renewal.ts") & typeof import("../src/days.ts") & typeof import("../src/bytes.ts") & typeof import("../src/inspect/core/specimen.ts") & typeof import("../src/verify/trust.ts")} Sources */

/** @type {Promise<Sources> | undefined} */
let loaded;

/** The browser's modules that make codes, as node reads them. @returns {Promise<Sources>} */
export function sources() {
	return (loaded ??= (async () => {
		const folder = await mkdtemp(`${tmpdir()}/tongxing-codes-`);
		try {
			const contents = ["live", "renewal", "days", "bytes", "inspect/core/specimen", "verify/trust"].map((name) => `export * from "./${name}";`).join("\n");
			const stdin = { contents, resolveDir: new URL("../src", import.meta.url).pathname, loader: /** @type {const} */ ("ts") };
			await build({ stdin, outfile: `${folder}/codes.mjs`, bundle: true, format: "esm", platform: "node", target: "node20" });
			return await import(`${folder}/codes.mjs`);
		} finally {
			await rm(folder, { recursive: true, force: true });
		}
	})());
}

/**
 * The phone of an application of the demonstration.
 * @param {import("playwright-core").Browser} browser @param {{origin: string, demonstration: import("./service.mjs").Demonstration}} site
 * @param {string} code of the application @param {string} [days] without the internet
 */
export async function phone(browser, { origin, demonstration }, code, days) {
	const page = await blank(browser);
	await page.goto(`${origin}/recover`);
	await fill(page, { code: demonstration.applications.find((one) => one.code === code)?.recovery_code ?? "" });
	await send(page);
	return phoneOn(page, days);
}

/** A phone that runs no script: its page binds no key of its own. @param {import("playwright-core").Browser} browser */
export const blank = async (browser) => (await browser.newContext({ ...PHONE, locale: "en-GB", javaScriptEnabled: false })).newPage();

/** The phone of a page where somebody's code is. @param {import("playwright-core").Page} page @param {string} [days] without the internet */
export async function phoneOn(page, days) {
	const { makeDeviceKey, parseAnswer, passAt, makeLiveText, toBase64url } = await sources();
	const { origin } = new URL(page.url());
	if (days) {
		await page.goto(`${origin}/my-code/offline`);
		await fill(page, { days });
		await send(page);
	}
	await page.goto(`${origin}/my-code`);
	const { endpoint = "", csrf = "" } = await page.locator("#my-code").evaluate((root) => ({ .../** @type {HTMLElement} */ (root).dataset }));
	/** Binds a key of its own; what the phone had with another one is withdrawn. */
	const bind = async () => {
		const { privateKey, publicKey } = await makeDeviceKey();
		const answer = await page.request.post(origin + endpoint, {
			headers: { origin, "x-csrf-token": csrf, "sec-fetch-site": "same-origin" }, data: { device_key: toBase64url(publicKey) },
		});
		assert.equal(answer.status(), 200, await answer.text());
		const { pass, ahead } = parseAnswer(await answer.json());
		/** What the phone shows at a moment, in milliseconds; or a picture of it of that age, in seconds. @param {number} at @param {number} [age] */
		return (at, age = 0) => {
			const now = passAt([pass, ...ahead], at) ?? pass;
			return makeLiveText(now.bytes, Math.floor(at / 1000) - age, privateKey);
		};
	};
	return { page, bind, text: await bind() };
}
