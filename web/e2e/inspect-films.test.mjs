// The inspector's application looks through a real camera device of Chromium, which plays films made from codes of this
// run: a live code, an expired one, a screenshot, a withdrawn one, and a certificate of another country. The verdict, its
// words, and what to do next are on the screen; the program, the passes and the trust list are real.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { axe, fits, launch, PHONE, readQr, shot, watchedPage } from "./browser.mjs";
import { begin, button, desks, enrolmentCode, unlock } from "./inspector.mjs";
import { film } from "./phone-film.mjs";
import { phone, sources } from "./phones.mjs";
import { BINARY, start } from "./service.mjs";

const DAY = 86_400;
/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof start>>} */
let site;
/** @type {import("playwright-core").Page} */
let page;
/** @type {string[]} */
let problems;
/** The phone of a holder whose code is green. @type {Awaited<ReturnType<typeof phone>>} */
let holder;
/** A certificate of another country, of now. @type {() => Promise<string>} */
let foreign;
let folder = "";

before(async () => {
	folder = await mkdtemp(`${tmpdir()}/tongxing-films-`);
	const camera = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${folder}/film.y4m`];
	browser = await launch(camera);
	// Its pass is of 25 hours ago: it has expired.
	const earlier = await start({ later: -DAY - 3600 });
	holder = await phone(browser, earlier, "issued");
	await earlier.pause();
	foreign = await anotherCountry(earlier.folder);
	site = await start({ folder: earlier.folder, port: earlier.port });
	await film(`${folder}/film.y4m`, "nothing that anybody issued");
	await inspector();
});
after(async () => {
	await browser?.close();
	await site?.stop();
	await rm(folder, { recursive: true, force: true });
});

/** Puts a country of ours on the trust list, as an administrator does, and makes a certificate under its key. @param {string} data */
async function anotherCountry(data) {
	const { makeDeviceKey, toBase64url, Specimens, TrustList } = await sources();
	const { privateKey, publicKey } = await makeDeviceKey();
	const jwk = { crv: "P-256", kty: "EC", x: toBase64url(publicKey.subarray(1, 33)), y: toBase64url(publicKey.subarray(33)) };
	const thumbprint = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(jwk)));
	const kid = new Uint8Array(thumbprint, 0, 8).slice();
	await writeFile(`${folder}/keys.json`, JSON.stringify({ keys: [{ ...jwk, alg: "ES256", use: "sig", kid: toBase64url(kid) }] }));
	const options = ["--keys", `${data}/keys`, "--passphrase-file", `${data}/keys/demonstration-passphrase`, "--format", "hcert", "--issuer", "UT"];
	execFileSync(BINARY, ["trust", "import", ...options, `${folder}/keys.json`], { encoding: "utf8" });
	const codes = new Specimens({ kid, privateKey }, TrustList.empty(), (length) => crypto.getRandomValues(new Uint8Array(length)), "UT");
	return () => codes.foreign(Math.floor(Date.now() / 1000));
}

/** A device that aims. */
async function inspector() {
	const desk = desks(() => browser, () => site);
	const code = await enrolmentCode(await desk("administrator"), site.origin, "Gate 4, phone 2");
	const context = await browser.newContext({ ...PHONE, locale: "en-GB", permissions: ["camera"] });
	context.setDefaultTimeout(15_000);
	await context.addCookies(await (await desk("inspector")).context().cookies());
	({ page, problems } = await watchedPage(context));
	await page.goto(`${site.origin}/inspect`);
	await begin(page, code);
}

/** Films what a phone shows, and has the camera see it until there is a verdict. @param {string} text @param {string} name */
async function see(text, name) {
	await film(`${folder}/film.y4m`, text);
	// The camera is opened anew, and begins with the new film; before it looks, the lists of now are there.
	await page.reload();
	await page.waitForLoadState("networkidle");
	await unlock(page);
	await page.locator(".verdict-screen .after").waitFor();
	await fits(page, name);
	await axe(page, name);
	await shot(page, `films/${name}`, false);
	const words = async (/** @type {string} */ part) => (await page.locator(part).innerText()).replace(/\s+/g, " ");
	return { verdict: /is-(\w+)/.exec(await page.locator(".verdict-screen").getAttribute("class") ?? "")?.[1], heading: await words("h1"), reasons: await words(".reasons"), after: await words(".after") };
}

test("a code whose pass has ended is STOP, and says what to do", async () => {
	const { verdict, heading, reasons } = await see(await holder.text(Date.now()), "expired");
	assert.equal(verdict, "stop");
	assert.match(heading, /^STOP/);
	assert.match(reasons, /expired\. Ask/);
});

test("a live code is PASS, with whom to compare and the temperature to take", async () => {
	const text = await holder.bind();
	const { verdict, heading, after: below } = await see(await text(Date.now()), "pass");
	assert.equal(verdict, "pass");
	assert.match(heading, /^PASS/);
	assert.match(below, /Initials \w\w .*Number ends with \w{4}.*Birthday .*Passport/);
	assert.equal(await page.locator(".bar button:not(.secondary)").innerText(), "Temperature");

	const old = await see(await text(Date.now(), 600), "screenshot");
	assert.equal(old.verdict, "check", "a screenshot of ten minutes ago");
	assert.match(old.reasons, /picture, or the page is too old\. Ask/);

	await holder.bind();
	const gone = await see(await text(Date.now()), "withdrawn");
	assert.equal(gone.verdict, "stop", "withdrawn since the code was opened on another phone");
	assert.match(gone.reasons, /withdrawn\. Ask/);
});

test("a certificate of another country is for entering the province only, with the way to our code", async () => {
	const { verdict, reasons, after: below } = await see(await foreign(), "foreign");
	assert.equal(verdict, "pass");
	assert.match(reasons, /For entering the province only, now\./);
	assert.match(reasons, /If it agrees, let the person enter/);
	assert.match(below, /This is not a Hubei code.*scan this to apply/);
	await page.locator(".apply svg path").waitFor();
	assert.equal(await page.locator(".apply a").getAttribute("href"), `${site.origin}/apply`);
	await page.locator(".apply").evaluate((box) => box.scrollIntoView({ block: "center" }));
	assert.deepEqual(await readQr(await page.screenshot()), [`${site.origin}/apply`]);
	await button(page, "Next person");
	assert.deepEqual(problems, []);
});
