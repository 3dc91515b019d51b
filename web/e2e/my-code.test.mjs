// The code page in a real browser: drawn, renewed, offline, changed, taken away. What is on the screen is read back
// off a screenshot by a QR reader, and its signature checked.
import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { after, before, beforeEach, afterEach, test } from "node:test";
import { axe, DESKTOP, fits, launch, PHONE, readQr, shot, watchedPage } from "./browser.mjs";
import { serve } from "./fixture.mjs";

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof serve>>} */
let site;
/** @type {import("playwright-core").BrowserContext} */
let context;
/** @type {import("playwright-core").Page} */
let page;
/** @type {string[]} */
let problems;

before(async () => {
	browser = await launch();
});
after(() => browser.close());
beforeEach(async () => {
	site = await serve();
	context = await browser.newContext(PHONE);
	({ page, problems } = await watchedPage(context));
});
afterEach(async () => {
	await context.close();
	await site.stop();
	assert.deepEqual(problems, []);
});

/** @param {string} text */
function fromBase45(text) {
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
	const bytes = [...text.matchAll(/.{2,3}/g)].flatMap(([group]) => {
		const value = [...group].reduce((sum, letter, at) => sum + alphabet.indexOf(letter) * 45 ** at, 0);
		return group.length === 3 ? [value >> 8, value & 255] : [value];
	});
	return Buffer.from(bytes);
}

/** Reads the code off the screen: its pass and time, having checked the device's signature over both. */
async function readCode() {
	const [text, ...more] = await readQr(await page.screenshot());
	assert.ok(text, "a QR code can be read off the screen");
	assert.deepEqual(more, []);
	assert.ok(text.startsWith("TX1:"));
	const bytes = fromBase45(text.slice(4));
	// 83 | 58 length pass | 1a time | 5840 signature
	assert.equal(bytes.subarray(0, 2).toString("hex"), "8358");
	const length = bytes[2] ?? 0;
	const pass = bytes.subarray(3, 3 + length);
	assert.equal(bytes[3 + length], 0x1a);
	const time = bytes.readUInt32BE(4 + length);
	const signature = bytes.subarray(10 + length);
	assert.equal(signature.length, 64);
	const signed = Buffer.concat([Buffer.from("8370", "hex"), Buffer.from("tongxing live v1"), Buffer.from([0x58, length]), pass, bytes.subarray(3 + length, 8 + length)]);
	const raw = site.state.deviceKeys.at(-1);
	assert.ok(raw);
	const key = await webcrypto.subtle.importKey("raw", raw, { name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]);
	assert.ok(await webcrypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, signed), "signed by the device");
	return { text, pass, time };
}

/** @param {string} name */
const part = (name) => page.locator(`[data-part="${name}"]`);

async function opened() {
	await page.goto(`${site.origin}/my-code`);
	await page.locator("svg.qr path").waitFor();
}

/** Waits until the worker has kept the page. */
async function kept() {
	await page.waitForFunction(async () => {
		for (const name of await caches.keys()) if (await (await caches.open(name)).match("/my-code", { ignoreVary: true })) return true;
		return false;
	});
}

const stored = () =>
	page.evaluate(
		() =>
			new Promise((resolve, reject) => {
				const request = indexedDB.open("tongxing", 1);
				request.onerror = () => reject(request.error);
				request.onsuccess = () => {
					const all = request.result.transaction("my-code").objectStore("my-code").getAll();
					all.onsuccess = () => {
						const [kept, ...others] = all.result;
						if (others.length > 0) reject(new Error("somebody else is kept"));
						else resolve(kept && { holder: kept.holder, pass: !!kept.pass, extractable: kept.privateKey.extractable });
					};
				};
			}),
	);

const shownPath = () => page.locator("svg.qr path").getAttribute("d");

/** Lets fake time pass until the picture is another. @param {number} milliseconds */
async function runUntilRedrawn(milliseconds) {
	const before = await shownPath();
	await page.clock.runFor(milliseconds);
	await page.waitForFunction((old) => document.querySelector("svg.qr path")?.getAttribute("d") !== old, before, { polling: 50 });
}

test("a short code is shown and announced once, counts down, and ends", async () => {
	await opened();
	const button = page.getByRole("button", { name: "Show a short code" });
	await button.click();
	await page.locator(".short-code").waitFor();
	assert.equal(await page.locator(".short-code").innerText(), "7K3M 92QD");
	assert.match(await part("short-left").innerText(), /^Good for (60|59) s$/);
	assert.equal(await part("short").getAttribute("role"), "status");
	assert.equal(await part("short").locator("[data-slot=seconds]").count(), 0, "seconds are not announced");
	await axe(page, "a short code");
	await shot(page, "my-code-short-360");
	site.state.shortSeconds = 1;
	await button.click();
	await page.getByText("This short code is over.").waitFor();
	assert.equal(await page.locator(".short-code").count(), 0);
	site.state.refuse = 429;
	await button.click();
	await page.getByText("No short code now.").waitFor();
	site.state.refuse = 0;
	await button.click();
	await page.locator(".short-code").waitFor();
	await context.setOffline(true);
	await button.click();
	await page.getByText("No short code now.").waitFor();
	await page.evaluate(() => scrollTo(0, 0));
	await readCode();
});

test("the code is drawn, readable, signed, dated now, and nothing on the page offends axe", async () => {
	await opened();
	const code = await readCode();
	assert.deepEqual(code.pass, site.state.pass);
	assert.ok(Math.abs(code.time - Date.now() / 1000) < 5);
	assert.equal(await part("colour").innerText(), "Green");
	assert.match(await part("announce").innerText(), /It works until/);
	assert.match((await page.locator("svg.qr").getAttribute("aria-label")) ?? "", /good until .+\d/);
	assert.deepEqual(await stored(), { holder: "holder-1", pass: true, extractable: false });
	await axe(page, "my code");
	await shot(page, "my-code-360");
	for (const options of [{ viewport: { width: 320, height: 640 } }, DESKTOP]) {
		await page.setViewportSize(options.viewport);
		await fits(page, `my code at ${options.viewport.width}`);
		await axe(page, "my code");
		await readCode();
		await shot(page, `my-code-${options.viewport.width}`);
	}
	await page.emulateMedia({ forcedColors: "active" });
	await axe(page, "my code in forced colours");
	await readCode();
	await shot(page, "my-code-forced");
});

test("another code every thirty seconds, silently for screen readers, without the network", async () => {
	await page.clock.install({ time: Date.now() });
	await opened();
	const first = await readCode();
	const announced = await part("announce").innerText();
	const requests = site.state.deviceKeys.length;
	await page.clock.runFor(25_000);
	assert.equal((await readCode()).text, first.text);
	await runUntilRedrawn(6_000);
	const second = await readCode();
	assert.ok(second.time - first.time >= 29 && second.time - first.time <= 33, `${second.time - first.time} s`);
	assert.deepEqual(second.pass, first.pass);
	assert.equal(await part("announce").innerText(), announced);
	assert.equal(site.state.deviceKeys.length, requests);
});

test("a phone seven minutes ahead shows the server's time", async () => {
	await page.clock.install({ time: Date.now() + 7 * 60_000 });
	await opened();
	assert.ok(Math.abs((await readCode()).time - Date.now() / 1000) < 5);
});

test("an offline reload, with the server gone, shows a fresh code until the pass expires, then says so", async () => {
	await page.clock.install({ time: Date.now() });
	await opened();
	const first = await readCode();
	await kept();
	await page.reload();
	await page.locator("svg.qr path").waitFor();
	const { pass } = await readCode();
	await site.stop();
	await page.clock.runFor(40_000);
	await page.reload();
	await page.locator("svg.qr path").waitFor();
	const code = await readCode();
	assert.deepEqual(code.pass, pass);
	assert.ok(code.time >= first.time + 40);
	await part("notice").getByText("No internet. Your code still works.").waitFor();
	await page.clock.fastForward(25 * 3_600_000);
	await part("notice").getByText("Your code has expired").waitFor();
	assert.equal(await page.locator("svg.qr").count(), 0);
	assert.deepEqual(await readQr(await page.screenshot()), []);
	await axe(page, "an expired code");
	await shot(page, "my-code-expired");
	await page.reload();
	await part("notice").getByText("Your code has expired").waitFor();
});

test("seven days without the internet: each day's own code, until when is said, and on the eighth day it has ended", async () => {
	const shanghai = new Date(Date.now() + 8 * 3_600_000);
	const midnight = Date.UTC(shanghai.getUTCFullYear(), shanghai.getUTCMonth(), shanghai.getUTCDate() + 1) - 8 * 3_600_000;
	const noon = midnight + 12 * 3_600_000;
	const lastDay = new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Shanghai", weekday: "long", day: "numeric", month: "long" }).format(midnight + 6 * 86_400_000 - 1);
	site.state.days = 7;
	await page.clock.install({ time: Date.now() });
	await opened();
	await page.clock.runFor(1_000);
	assert.equal(await part("life").innerText(), `Works without the internet until ${lastDay} 24:00`);
	assert.equal(await part("announce").innerText(), `Your code is at the top of this page. It works until ${lastDay} 24:00.`);
	await axe(page, "a code for seven days");
	await kept();
	const { pass, ahead } = site.state;
	assert.deepEqual((await readCode()).pass, pass, "the ordinary pass first");
	await site.stop();
	for (const day of [1, 2, 3, 6]) {
		// Opened anew each time: what is shown comes out of the phone's storage alone.
		await page.clock.setSystemTime(noon + (day - 1) * 86_400_000 + (day === 1 ? 11.9 * 3_600_000 : 0));
		await page.reload();
		await page.locator("svg.qr path").waitFor();
		const code = await readCode();
		if (day > 1) assert.deepEqual(code.pass, ahead[day], `day ${day + 1}`);
		assert.ok(Math.abs(code.time - (noon + (day - 1) * 86_400_000) / 1000) < 43_300);
		assert.equal(await part("life").innerText(), `Works without the internet until ${lastDay} 24:00`);
	}
	// Open at midnight: the next day's pass takes over by itself, and after the last one there is none.
	await page.clock.setSystemTime(midnight + 6 * 86_400_000 - 5_000);
	await page.reload();
	await page.locator("svg.qr path").waitFor();
	assert.deepEqual((await readCode()).pass, ahead[6]);
	await page.clock.runFor(7_000);
	await part("notice").getByText("The days without the internet are over").waitFor();
	assert.equal(await page.locator("svg.qr").count(), 0);
	assert.deepEqual(await readQr(await page.screenshot()), []);
	await axe(page, "days that are over");
});

test("storage that was emptied: the phone binds another key from its session, by itself", async () => {
	await opened();
	const first = site.state.deviceKeys.at(-1);
	await page.evaluate(() => new Promise((done) => (indexedDB.deleteDatabase("tongxing").onsuccess = () => done(undefined))));
	await page.reload();
	await page.locator("svg.qr path").waitFor();
	assert.notDeepEqual(site.state.deviceKeys.at(-1), first);
	assert.deepEqual((await readCode()).pass, site.state.pass);
	assert.deepEqual(await stored(), { holder: "holder-1", pass: true, extractable: false });
});

test("a slow network does not keep the page waiting: the kept one comes after three seconds", async () => {
	await opened();
	await kept();
	await page.reload();
	site.state.pageDelay = 20_000;
	const start = performance.now();
	await page.reload({ waitUntil: "domcontentloaded" });
	assert.ok(performance.now() - start < 6_000, "kept page after the patience");
	await page.locator("svg.qr path").waitFor();
});

test("the worker keeps the page and its assets, and nothing else", async () => {
	await opened();
	await kept();
	await page.reload();
	await page.goto(`${site.origin}/check`);
	const names = await page.evaluate(async () => {
		const urls = [];
		for (const name of await caches.keys()) for (const request of await (await caches.open(name)).keys()) urls.push(new URL(request.url).pathname);
		return urls.sort();
	});
	assert.deepEqual(names, ["/assets/app.css", "/assets/icon.svg", "/assets/manifest.webmanifest", "/assets/my-code.js", "/my-code"]);
	assert.equal(await page.evaluate(() => navigator.serviceWorker.controller), null);
});

test("a change of colour replaces the code and gives the reason", async () => {
	await opened();
	Object.assign(site.state, { colour: "yellow", reasons: ["symptoms", "unheard-of"] });
	await page.reload();
	await part("colour").getByText("Yellow").waitFor();
	assert.equal(await part("reasons").innerText(), "You declared symptoms.\nSee the decision.");
	await page.waitForFunction(() => document.querySelector(".code-panel.is-yellow svg.qr path"));
	assert.deepEqual((await readCode()).pass, site.state.pass);
	await axe(page, "a yellow code");
	await shot(page, "my-code-yellow");
	for (const colour of ["red", "none"]) {
		site.state.colour = colour;
		await page.reload();
		await page.locator(`.code-panel.is-${colour} svg.qr path`).waitFor();
		await axe(page, `a ${colour} code`);
		await shot(page, `my-code-${colour}`);
	}
});

for (const [status, words] of /** @type {const} */ ([[410, "Your code was withdrawn"], [409, "Something has changed"]])) {
	test(`an answer of ${status} takes the code off the screen and out of the phone`, async () => {
		await opened();
		site.state.refuse = status;
		await page.reload();
		await part("notice").getByText(words).waitFor();
		assert.equal(await page.locator("svg.qr").count(), 0);
		assert.deepEqual(await stored(), { holder: "holder-1", pass: false, extractable: false });
		await axe(page, words);
	});
}

test("a lost session keeps the good code and leads to recovery", async () => {
	await opened();
	site.state.refuse = 401;
	await page.reload();
	await part("notice").getByRole("link", { name: "recovery code" }).waitFor();
	await page.locator("svg.qr path").waitFor();
	await readCode();
});

test("the same key is bound again on the next visit; another holder gets another key, and never the old pass", async () => {
	await opened();
	await kept();
	await page.reload();
	await page.locator("svg.qr path").waitFor();
	const [first, second] = site.state.deviceKeys;
	assert.deepEqual(first, second);
	Object.assign(site.state, { holder: "holder-2", csrf: "csrf-2", refuse: 503 });
	await page.reload();
	await part("notice").getByText("The service is busy").waitFor();
	assert.equal(await page.locator("svg.qr").count(), 0);
	assert.deepEqual(await stored(), { holder: "holder-2", pass: false, extractable: false });
	await kept();
	site.state.refuse = undefined;
	await page.reload();
	await page.locator("svg.qr path").waitFor();
	assert.notDeepEqual(site.state.deviceKeys.at(-1), first);
	await site.stop();
	await page.reload();
	assert.equal(await page.locator("#my-code").getAttribute("data-holder"), "holder-2");
});

test("signing out clears key, pass and kept page", async () => {
	await opened();
	await kept();
	await page.getByRole("button", { name: "Remove from this phone" }).click();
	await page.getByRole("heading", { name: "Signed out" }).waitFor();
	assert.equal(await stored(), undefined);
	assert.deepEqual(await page.evaluate(() => caches.keys()), []);
});

test("without a network and without a pass the page says what to do", async () => {
	site.state.refuse = 500;
	await page.goto(`${site.origin}/my-code`);
	await part("notice").getByText("no code on this phone yet").waitFor();
	await axe(page, "no code yet");
	await shot(page, "my-code-empty");
});
