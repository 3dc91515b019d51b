// Three days of a checkpoint on the real program, in a real browser that keeps its profile, every clock moved: the
// browser's is installed, the service's runs under libfaketime. 500 scans, 40 of them abnormal, six shifts of which five
// begin without a network, the browser killed three times, the network flapping, the server killed while it takes what
// waited: in the end each report is on the health officers' desk once, and the counts are those of the screen.
//
// The scans come as from a hardware scanner (key events in the page, a whole code at once), ten of them through the
// camera, so that three days take a minute or two. What is pressed with a person in hand is pressed by the browser.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { killKept, launch, launchKept, PHONE, shot, watchedPage } from "./browser.mjs";
import { begin, button, desks, enrolmentCode, submit, unlock, wedge } from "./inspector.mjs";
import { canvasCamera, hold, measure } from "./inspect-site.mjs";
import { phone } from "./phones.mjs";
import { BINARY, start } from "./service.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").BrowserContext} Context */

const HOUR = 3_600_000;
/**
 * When people come: 25 each time, two of them hot, and the sign of the data's age by then. `kill`: the browser before
 * that. A shift lasts 12 hours at most; the network comes for a while at the thirtieth hour, and at the end.
 * @type {{hour: number, data: "fresh" | "amber" | "stale", kill?: true, shift?: true}[]}
 */
const HOURS = [
	{ hour: 0, data: "fresh" }, { hour: 1, data: "fresh" }, { hour: 3.9, data: "fresh" }, { hour: 4.1, data: "amber" }, { hour: 11.5, data: "amber" },
	{ hour: 12.1, data: "amber", shift: true }, { hour: 13, data: "amber", kill: true }, { hour: 23.5, data: "amber" },
	{ hour: 24.2, data: "stale", shift: true }, { hour: 29, data: "stale", kill: true },
	{ hour: 30.2, data: "fresh" }, { hour: 33, data: "fresh" }, { hour: 36.5, data: "amber", shift: true }, { hour: 47, data: "amber" },
	{ hour: 48.7, data: "amber", shift: true }, { hour: 53, data: "amber", kill: true }, { hour: 55, data: "stale" },
	{ hour: 61, data: "stale", shift: true }, { hour: 66, data: "stale" }, { hour: 71, data: "stale" },
];
const EACH = 25;
/** Which of the 25 are too hot, and which are measured and are not. */
const [HOT, NORMAL] = [[3, 21], [6, 7]];
const CAMERA = 12;

/** What the screen must say of each of the 25. @param {number} place @param {string} data */
function expected(place, data) {
	if (place >= 21) return "stop";
	return place >= 15 || data === "stale" ? "check" : "pass";
}

/** The two readings of a report: no two reports have the same. @param {number} report */
const readings = (report) => [374 + report, 380 + report];

/** Buttons take nothing for a moment after a tap: it passes at once. @param {Page} page */
const rest = (page) => page.clock.fastForward(1000);

/** @param {Page} page @param {string} name */
async function tap(page, name) {
	await rest(page);
	await button(page, name);
}

class World {
	counts = { pass: 0, check: 0, stop: 0, normal: 0, abnormal: 0 };
	scans = 0;
	reports = 0;
	/** Answers of the outbox to lose, once the server has given them. */
	lose = 0;
	online = true;
	/** @type {string[]} */
	problems = [];

	/** @param {Awaited<ReturnType<typeof start>>} service @param {string} profile */
	constructor(service, profile) {
		this.service = service;
		this.profile = profile;
		this.begun = Date.now();
		/** @type {Context} */ this.context = /** @type {never} */ (undefined);
		/** @type {Page} */ this.page = /** @type {never} */ (undefined);
	}

	/** The browser on its folder, its clock at that time. @param {number} at */
	async open(at) {
		this.context = await launchKept(this.profile, { ...PHONE, locale: "en-GB" });
		this.context.setDefaultTimeout(20_000);
		await canvasCamera(this.context);
		await this.context.clock.install({ time: at });
		await this.context.setOffline(!this.online);
		await this.context.route("**/api/v1/checkpoint/outbox", async (route) => {
			if (this.lose === 0) return route.continue().catch(() => undefined);
			this.lose--;
			await route.fetch().catch(() => undefined);
			return route.abort().catch(() => undefined);
		});
		const { page, problems } = await watchedPage(this.context);
		[this.page, this.problems] = [page, problems];
	}

	now = () => this.page.evaluate(() => Date.now());

	async killBrowser() {
		const at = await this.now();
		await killKept(this.profile);
		await this.context.close().catch(() => undefined);
		await this.open(at);
		await this.page.goto(`${this.service.origin}/inspect`);
		await unlock(this.page);
		await this.page.locator(".aim").waitFor();
	}

	/** @param {boolean} on */
	async network(on) {
		this.online = on;
		await this.context.setOffline(!on);
	}

	/** The service, its clock at the browser's. */
	async serve() {
		const { folder, port } = this.service;
		this.service = await start({ folder, port, later: Math.round((await this.now() - Date.now()) / 1000) });
	}

	/** The clock goes on to an hour of the story, as while a phone sleeps. @param {number} hour */
	async until(hour) {
		await this.page.clock.fastForward(Math.max(0, this.begun + hour * HOUR - await this.now()));
	}

	/** The server is killed so soon after a request to its outbox. @param {number} delay */
	async killServer(delay) {
		assert.ok(await this.waiting() > 0, "something is to be sent");
		const asked = this.page.waitForRequest(/checkpoint\/outbox$/);
		await this.network(true);
		await asked;
		await new Promise((done) => setTimeout(done, delay));
		await this.service.kill();
		await this.network(false);
		await this.serve();
	}

	/** How many items wait, as the top line says. */
	waiting = async () => Number(/\d+/.exec(await this.page.locator(".head .waits").innerText())?.[0]);

	/** Twenty-five people, one after the other. @param {string} data @param {{green: Phone, yellow: Phone}} phones */
	async people(data, { green, yellow }) {
		await this.page.locator(`.head .data.is-${data}`).waitFor();
		for (let place = 0; place < EACH; place++) {
			const at = await this.now();
			const text = place >= 21 ? `TX1:NOTHING ${this.scans}` : place >= 19 ? await green.text(at, 300) : await (place >= 15 ? yellow : green).text(at);
			await this.person(place, text, expected(place, data));
		}
	}

	/** @param {number} place @param {string} text @param {string} verdict */
	async person(place, text, verdict) {
		const { page, counts } = this;
		if (place === CAMERA && this.scans < 10 * EACH) await this.camera(text, verdict);
		else {
			const said = await wedge(page, text);
			if (said !== verdict) assert.fail(`scan ${this.scans} is ${said}, not ${verdict}: ${await page.locator(".reasons").innerText()}`);
		}
		this.scans++;
		if (HOT.includes(place)) {
			counts.stop++;
			counts.abnormal++;
			return this.report();
		}
		counts[/** @type {"pass"} */ (verdict)]++;
		if (NORMAL.includes(place)) {
			counts.normal++;
			await tap(page, "Temperature");
			await rest(page);
			await measure(page, "36.6");
			if (verdict === "check") await tap(page, "Next person");
			await page.locator(".aim").waitFor();
		} else if (verdict === "stop") await tap(page, "Next person");
	}

	/** @param {string} text @param {string} verdict */
	async camera(text, verdict) {
		await tap(this.page, "Next person");
		await this.page.locator(".aim[data-camera=on]").waitFor();
		await hold(this.page, text);
		await this.page.locator(`.verdict-screen.is-${verdict}`).waitFor();
		await hold(this.page, "");
		await this.page.locator(".verdict-screen").evaluate((screen) => (/** @type {HTMLElement} */ (screen).dataset.seen = "yes"));
	}

	/** The person in hand is hot, twice. */
	async report() {
		const { page } = this;
		await tap(page, "Temperature");
		for (const reading of readings(this.reports)) {
			await rest(page);
			await measure(page, String(reading));
		}
		await tap(page, "Sent to the fever clinic");
		await page.locator(this.online ? ".result.is-sent" : ".result.is-saved").waitFor();
		this.reports++;
		await tap(page, "Next person");
	}
}

/** @typedef {Awaited<ReturnType<typeof phone>>} Phone */

/** What the health authority's own system is given. @param {string} origin @param {string} token */
async function fed(origin, token) {
	const all = [];
	for (let after = "", more = true; more; ) {
		const answer = await fetch(`${origin}/api/v1/reports?after=${after}`, { headers: { authorization: `Bearer ${token}` } });
		assert.equal(answer.status, 200);
		const body = await answer.json();
		all.push(...body.reports);
		[after, more] = [body.next, body.more];
	}
	return all;
}

test("three days, 500 scans, 40 reports: each is on the desk once, and the counts agree", { timeout: 360_000 }, async (t) => {
	const profile = await mkdtemp(`${tmpdir()}/tongxing-profile-`);
	t.after(() => rm(profile, { recursive: true, force: true, maxRetries: 5 }));
	const world = new World(await start(), profile);
	t.after(() => world.service.stop());
	const browser = await launch();
	t.after(() => browser.close());
	t.after(() => killKept(profile));
	const { folder } = world.service;
	const token = /\S{20,}/.exec(execFileSync(BINARY, ["client", "add", "--data", folder, "--name", "Authority", "--unit", "Health", "--scope", "health"], { encoding: "utf8" }))?.[0];
	assert.ok(token, "a client's token is printed");
	// Before anybody asks for the lists: these passes open some.
	const phones = { green: await phone(browser, world.service, "issued", "7"), yellow: await phone(browser, world.service, "issued-yellow", "7") };
	const desk = desks(() => browser, () => world.service);
	const [admin, inspector] = [await desk("administrator"), await desk("inspector")];
	const code = await enrolmentCode(admin, world.service.origin, "Gate 9, phone 1");

	await world.open(world.begun = Date.now());
	await world.context.addCookies(await inspector.context().cookies());
	await world.page.goto(`${world.service.origin}/inspect`);
	const checkpoint = await begin(world.page, code);
	await world.page.locator("html[data-kept=yes]").waitFor();

	let shifts = 1;
	for (const { hour, data, kill, shift } of HOURS) {
		if (hour > 0) await world.until(hour);
		if (hour === 30.2) await flap(world);
		if (shift) {
			await world.page.locator("label[for^=checkpoint-]").first().click();
			await submit(world.page);
			shifts++;
		}
		if (hour > 0) await unlock(world.page);
		await world.page.locator(".aim").waitFor();
		if (kill) await world.killBrowser();
		await world.people(data, phones);
		if (hour === 0) {
			await world.network(false);
			await world.service.pause();
		}
	}
	assert.deepEqual([world.scans, world.reports, shifts], [500, 40, 6]);
	const unsent = await world.waiting();
	assert.ok(unsent > 20, `${unsent} items wait`);

	await world.serve();
	await world.killServer(30);
	await world.network(true);
	await button(world.page, "Menu");
	await button(world.page, "End the shift");
	await button(world.page, "End the shift");
	await world.page.locator(".head .waits").click();
	await button(world.page, "Send now");
	await world.page.getByText("Everything is sent.").waitFor();
	assert.deepEqual(world.problems, []);

	const given = await fedOnce(world, token, checkpoint);
	const pairs = given.map((report) => report.readings.map((/** @type {{tenths: number}} */ { tenths }) => tenths).join());
	assert.deepEqual(pairs.sort(), Array.from({ length: 40 }, (_, report) => readings(report).join()).sort(), "each report once");

	// The administrator's page has what shifts counted that began since this morning: that of the first day.
	await world.service.pause();
	world.service = await start({ folder, port: world.service.port });
	// Three days later the sessions of before were swept away.
	const today = desks(() => browser, () => world.service);
	const [morning, officer] = [await today("administrator"), await today("health_officer")];
	await officer.goto(`${world.service.origin}/reports`);
	assert.equal(await officer.locator("#queue tbody tr", { hasText: checkpoint }).count(), 40, "on the page of the desk, too");
	await morning.goto(`${world.service.origin}/staff/checkpoints`);
	const row = await morning.locator("main tbody tr", { hasText: checkpoint }).innerText();
	await morning.goto(`${world.service.origin}/staff/checkpoints/flags`);
	assert.match(await morning.locator("main tbody tr").first().innerText(), /codes in one minute[^]*Gate 9, phone 1/, "25 people in a few seconds are noticed");
	await shot(morning, "days/flags");
	const { pass, check, stop, normal, abnormal } = world.counts;
	assert.match(row.replace(/\s+/g, " "), new RegExp(`PASS ${pass} · CHECK ${check} · STOP ${stop}\\b.*\\b${normal + abnormal} · .* ${abnormal}\\b`), row);
	t.diagnostic(`${world.scans} scans (10 by camera, the others as keys), ${world.reports} reports, ${shifts} shifts: ${JSON.stringify(world.counts)}`);
});

/** The server is killed while it takes what waited, then an answer is lost, and the network comes and goes. @param {World} world */
async function flap(world) {
	await world.serve();
	await world.killServer(2);
	world.lose = 1;
	for (let times = 0; times < 6; times++) {
		await world.network(times % 2 === 0);
		await new Promise((done) => setTimeout(done, 40 + times * 30));
	}
	assert.equal(world.lose, 0, "an answer was lost");
	await world.network(true);
	await world.page.locator(".head .data.is-fresh").waitFor();
	await world.page.waitForFunction(() => /\b0\b/.test(document.querySelector(".head .waits")?.textContent ?? ""));
	await world.network(false);
	await world.service.pause();
}

/** The reports of a checkpoint, once they have been handed on: those of the demonstration are others. @param {World} world @param {string} token @param {string} checkpoint */
async function fedOnce(world, token, checkpoint) {
	for (let tries = 0; ; tries++) {
		const given = (await fed(world.service.origin, token)).filter((report) => report.checkpoint.name === checkpoint && report.readings[1]?.tenths - report.readings[0].tenths === 6);
		if (given.length >= 40 || tries > 100) return given;
		await new Promise((done) => setTimeout(done, 200));
	}
}
