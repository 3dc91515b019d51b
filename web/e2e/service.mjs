// The real service for browser tests and pictures: the binary on an empty folder with its demonstration, sign-ins with
// one-time codes, invented passports, and the journey of an applicant, typed as a person types it.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { resolve } from "node:path";

/** @typedef {import("playwright-core").Page} Page */

/** The program under test. */
export const BINARY = resolve(process.env.TONGXING_BINARY ?? new URL("../../target/debug/tongxing", import.meta.url).pathname);

/** The languages of the service, as their phones ask for them. */
export const LANGUAGES = /** @type {const} */ ([["en", "en-GB"], ["zh-Hans", "zh-CN"], ["zh-Hant", "zh-TW"]]);

/** @returns {Promise<number>} a port that was free a moment ago */
async function freePort() {
	const socket = createServer().listen(0, "127.0.0.1");
	await new Promise((done) => socket.once("listening", done));
	const { port } = /** @type {import("node:net").AddressInfo} */ (socket.address());
	await new Promise((done) => socket.close(done));
	return port;
}

/**
 * @typedef {object} SignIn
 * @property {string} role
 * @property {string} login
 * @property {string} password
 * @property {number[]} totp_secret
 */

/**
 * @typedef {object} Demonstration
 * @property {SignIn[]} sign_ins
 * @property {{code: string, document: string}[]} people
 * @property {{code: string, name: string, recovery_code: string}[]} applications
 */

/** Where Debian puts the library that moves a program's clock. */
async function clockLibrary() {
	const places = (await readdir("/usr/lib")).map((name) => `/usr/lib/${name}/faketime/libfaketime.so.1`);
	const found = [process.env.FAKETIME_LIBRARY, ...places].find((place) => place && existsSync(place));
	assert.ok(found, "no libfaketime found: install it (Debian: apt-get install libfaketime) or set FAKETIME_LIBRARY");
	return found;
}

/** How libfaketime is told that a clock stands so many seconds later. @param {number} seconds */
export const later = (seconds) => `${seconds < 0 ? "" : "+"}${seconds}s`;

/**
 * Starts the service on an empty folder; `stop` ends it and removes the folder, `pause` and `kill` keep the folder.
 * @param {{folder?: string, port?: number, later?: number, clock?: string, env?: Record<string, string>}} [again] the folder
 * and port of one that was paused; how many seconds later its clock is to stand (earlier: below zero); or the file that says
 * so at any time, as `later`; options, by their variables
 */
export async function start(again = {}) {
	const folder = again.folder ?? (await mkdtemp(`${tmpdir()}/tongxing-e2e-`));
	const port = again.port ?? (await freePort());
	const origin = `http://127.0.0.1:${port}`;
	const clock = again.clock ? { FAKETIME_TIMESTAMP_FILE: again.clock, FAKETIME_NO_CACHE: "1" } : again.later ? { FAKETIME: later(again.later) } : undefined;
	const env = { ...process.env, ...(clock && { LD_PRELOAD: await clockLibrary(), FAKETIME_DONT_FAKE_MONOTONIC: "1", ...clock }), ...again.env };
	const child = spawn(BINARY, ["run", "--demo", "--data", folder, "--listen", `127.0.0.1:${port}`], { stdio: ["ignore", "pipe", "pipe"], env });
	let said = "";
	for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said = (said + text).slice(-5000)));
	const ended = new Promise((done) => child.once("close", done));
	const pause = async () => {
		child.kill("SIGTERM");
		await ended;
	};
	/** As a power cut would: nothing is finished or written down. */
	const kill = async () => {
		child.kill("SIGKILL");
		await ended;
	};
	const stop = async () => {
		await pause();
		await rm(folder, { recursive: true, force: true });
	};
	for (let tries = 0; ; tries++) {
		const answer = await fetch(`${origin}/`).catch(() => undefined);
		if (answer?.ok) break;
		if (tries > 300 || child.exitCode !== null) {
			await stop();
			assert.fail(`the service did not start:\n${said}`);
		}
		await new Promise((done) => setTimeout(done, 200));
	}
	/** @type {Demonstration} */
	const demonstration = JSON.parse(await readFile(`${folder}/demonstration.json`, "utf8"));
	return { origin, folder, port, demonstration, stop, pause, kill, said: () => said };
}

/**
 * The one-time code of now: RFC 6238 with SHA-1, six digits, 30 s.
 * @param {number[]} secret
 */
export function totp(secret) {
	const counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
	const hash = createHmac("sha1", Buffer.from(secret)).update(counter).digest();
	const at = (hash.at(-1) ?? 0) & 15;
	return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/**
 * Signs a member of staff in. A code works once: sign each in once and keep the context.
 * @param {Page} page @param {string} origin @param {Demonstration} demonstration @param {string} role
 */
export async function signIn(page, origin, demonstration, role) {
	const account = demonstration.sign_ins.find((one) => one.role === role);
	assert.ok(account, role);
	await page.goto(`${origin}/staff/sign-in`);
	await fill(page, { login: account.login, password: account.password, code: totp(account.totp_secret) });
	await send(page);
	assert.ok(!page.url().endsWith("/staff/sign-in"), `${role} signs in`);
}

/** @param {string} text a part of a line of a passport @returns its check digit (ICAO 9303-3, section 4.9) */
function checkDigit(text) {
	const values = [...text].map((letter) => (letter === "<" ? 0 : Number.parseInt(letter, 36)));
	return String(values.reduce((sum, value, at) => sum + value * (/** @type {number} */ ([7, 3, 1][at % 3])), 0) % 10);
}

/** The specimen of ICAO 9303-4, which was valid until 2012. */
export const SPECIMEN = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";

/**
 * The two lines of a passport of Utopia (ICAO 9303-4), valid for five more years.
 * @param {string} number up to nine letters and digits
 * @param {string} family @param {string} given @param {string} [birth] YYMMDD
 */
export function passport(number, family, given, birth = "900214") {
	const expiry = `${new Date().getUTCFullYear() - 2000 + 5}0630`;
	const id = number.padEnd(9, "<");
	const optional = "<".repeat(14);
	const numbers = `${id}${checkDigit(id)}`;
	const dates = [`${birth}${checkDigit(birth)}`, `${expiry}${checkDigit(expiry)}`];
	const composite = checkDigit(numbers + dates.join("") + optional + "<");
	return `${`P<UTO${family}<<${given}`.padEnd(44, "<")}\n${numbers}UTO${dates[0]}F${dates[1]}${optional}<${composite}`;
}

/**
 * Fills fields of the page's form: texts, options, radios and boxes by name.
 * @param {Page} page @param {Record<string, string>} fields
 */
export async function fill(page, fields) {
	for (const [name, value] of Object.entries(fields)) {
		const field = page.locator(`main [name="${name}"]`).first();
		const [tag, type] = await field.evaluate((element) => [element.tagName, element.getAttribute("type")]);
		if (tag === "SELECT") await field.selectOption(value);
		else if (type === "radio" || type === "checkbox") {
			// The label lies over the box, as wide as the page: that is what a thumb meets.
			const box = page.locator(`main [name="${name}"][value="${value}"]`);
			if (!(await box.isChecked())) await page.locator(`main label[for="${await box.getAttribute("id")}"]`).click();
			assert.ok(await box.isChecked(), `${name} ${value}`);
		}
		else {
			if (!(await field.isVisible())) await page.locator(`details:has([name="${name}"]) > summary`).click();
			await field.fill(value);
		}
	}
}

/**
 * Presses a button of the page's form (the first one in sight unless told otherwise) and waits for the next page.
 * @param {Page} page @param {string} [button] a selector
 */
export const send = (page, button = "main form button[type=submit]:visible, main form button:not([type]):visible") =>
	Promise.all([page.waitForNavigation(), page.locator(button).first().click()]);

/** The answers of an applicant but for the document. */
export const ANSWERS = { residence: { division: "420100", county: "武昌区", address: "1" }, health: { symptoms: "none", contact: "no", diagnosed: "no", truthful: "yes" } };

/**
 * From the first page of applying to the page that says that it has been received.
 * @param {Page} page @param {string} origin
 * @param {string} lines the lines at the bottom of the passport
 * @param {(what: string) => Promise<void>} [look] called on every page, filled, before it is sent
 */
export async function apply(page, origin, lines, look = async () => {}) {
	const at = (/** @type {string} */ path) => assert.equal(new URL(page.url()).pathname, path);
	await page.goto(`${origin}/apply`);
	await look("apply");
	await send(page);
	at("/apply/kind");
	await fill(page, { kind: "passport" });
	await look("apply-kind");
	await send(page);
	await answer(page, lines, look);
}

/**
 * From the page that asks for the document to the page that says that it has been received.
 * @param {Page} page
 * @param {string} lines the lines at the bottom of the passport
 * @param {(what: string) => Promise<void>} [look] called on every page, filled, before it is sent
 */
export async function answer(page, lines, look = async () => {}) {
	const at = (/** @type {string} */ path) => assert.equal(new URL(page.url()).pathname, path);
	at("/apply/document");
	await fill(page, { mrz: lines });
	await look("apply-document");
	await send(page);
	// The lines say who it is, too: that page need not be asked.
	at("/apply/residence");
	await fill(page, ANSWERS.residence);
	await look("apply-residence");
	await send(page);
	at("/apply/health");
	await fill(page, ANSWERS.health);
	await look("apply-health");
	await send(page);
	at("/apply/check");
	await look("apply-check");
	await send(page);
	await look("apply-done");
}

/**
 * Files a passport on the clerk's page.
 * @param {Page} page signed in @param {string} origin @param {string} lines
 * @param {(what: string) => Promise<void>} [look]
 */
export async function file(page, origin, lines, look = async () => {}) {
	await page.goto(`${origin}/filing/new`);
	await fill(page, { mrz: lines });
	await send(page, "button[value=read]");
	await look("filing-new");
	await send(page, "button[value=check]");
	await look("filing-check");
	await send(page, "button[value=file]");
	await look("filing-filed");
}

/**
 * @typedef {object} Outcome
 * @property {string} verdict
 * @property {string[]} reasons
 * @property {{initials: string, last_four: string}} identity
 * @property {{status: {status_list: {uri: string}}}} payload
 */

/**
 * Runs `tongxing verify --json` and returns what it prints with its exit status.
 * @param {string[]} options
 * @returns {Promise<Outcome & {exit: number}>}
 */
export const verify = (options) =>
	new Promise((done, failed) =>
		execFile(BINARY, ["verify", "--json", ...options], (error, stdout, stderr) => {
			if (!stdout.trim()) return failed(new Error(`no verdict: ${stderr}`));
			const exit = typeof error?.code === "number" ? error.code : 0;
			return done({ ...JSON.parse(stdout), exit });
		}),
	);
