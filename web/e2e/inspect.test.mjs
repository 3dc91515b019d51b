// The inspector's application in a browser: from enrolling to the report, with and without a network.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, fits, launch, PHONE, readQr, watchedPage } from "./browser.mjs";
import { canvasCamera, hold, measure, modules, serve, toAim } from "./inspect-site.mjs";

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {import("./inspect-site.mjs").Site} */
let site;

before(async () => {
	browser = await launch(["--autoplay-policy=no-user-gesture-required"]);
	site = await serve();
});
after(async () => {
	await browser?.close();
	await site?.stop();
});

/** A phone that aims, in a shift. @param {import("playwright-core").BrowserContextOptions} [options] */
async function working(options = {}) {
	site.fake.deviceKey = undefined;
	site.fake.stored.clear();
	const context = await browser.newContext({ ...PHONE, ...options });
	context.setDefaultTimeout(10_000);
	await canvasCamera(context);
	const { page, problems } = await watchedPage(context);
	await toAim(page, site);
	return { context, page, problems };
}

const live = (/** @type {object} */ wanted = {}) => site.codes.pass(site.now(), { live: { age: 0 }, ...wanted });

/** @param {import("playwright-core").Page} page @param {string} text @param {string} [says] */
async function scan(page, text, says) {
	await hold(page, text);
	await page.locator(`.verdict-screen${says ? `.is-${says}` : ""}`).waitFor();
	await hold(page, "");
}

/** A photo of a code, as somebody sends it. @param {import("playwright-core").Page} page @param {string} text */
async function photoOf(page, text) {
	const address = await page.evaluate((rows) => {
		const canvas = document.createElement("canvas");
		canvas.width = canvas.height = 6 * (rows.length + 8);
		const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
		pen.fillStyle = "#eee";
		pen.fillRect(0, 0, canvas.width, canvas.height);
		pen.fillStyle = "#222";
		for (const [y, row] of rows.entries()) for (let x = 0; x < row.length; x++) if (row[x] === "1") pen.fillRect(6 * (x + 4), 6 * (y + 4), 6, 6);
		return canvas.toDataURL("image/png");
	}, modules(text));
	return Buffer.from(address.split(",")[1] ?? "", "base64");
}

const next = (/** @type {import("playwright-core").Page} */ page) => page.getByRole("button", { name: "Next person" }).click();
const counted = (/** @type {import("playwright-core").Page} */ page, /** @type {string} */ name, /** @type {string} */ count) => page.locator(`.count-${name} dd`).getByText(count, { exact: true }).waitFor();

test("aim, verdict, temperature, next: PASS, STOP, printed, and two high readings make one report", async () => {
	const { context, page, problems } = await working();
	await scan(page, await live(), "pass");
	assert.match(await page.locator("h1").innerText(), /PASS/);
	await page.locator(".items").waitFor();
	assert.match(await page.locator(".items").innerText(), /AE[^]*02C3[^]*12 August[^]*Passport/);
	await page.getByRole("button", { name: "Temperature" }).click();
	await page.locator(".temperature button[type=submit]").click();
	assert.match(await page.locator("#temperature-error").innerText(), /Type the temperature/);
	for (const key of ["3", "6", "6"]) await page.locator(".keypad").getByRole("button", { name: key, exact: true }).click();
	await page.locator(".temperature button[type=submit]").click();
	await page.locator(".aim").waitFor();
	await counted(page, "pass", "1");
	await counted(page, "normal", "1");

	await scan(page, await live({ colour: "red" }), "stop");
	await page.keyboard.type(await live());
	await page.keyboard.press("Enter");
	await page.locator(".toast").waitFor();
	assert.equal(await page.locator(".verdict-screen.is-stop").count(), 1, "red is left by hand alone");
	await next(page);

	await scan(page, await site.codes.pass(site.now()), "check");
	await page.getByRole("button", { name: "The document matches" }).click();
	await page.locator(".verdict-screen.is-pass").waitFor();
	await page.getByRole("button", { name: "Temperature" }).click();
	await measure(page, "37.3");
	assert.match(await page.locator(".screen").innerText(), /Measure again/);
	await measure(page, "38,1");
	assert.match(await page.locator(".action").innerText(), /38.1 °C: too high[^]*37.3/);
	assert.equal(site.fake.of("report").length, 0);
	await page.getByRole("button", { name: "Sent to the fever clinic" }).click();
	await page.locator(".result.is-sent").waitFor();
	await next(page);
	const [report, ...more] = site.fake.of("report");
	assert.equal(more.length, 0);
	const { subject, readings, action, threshold } = /** @type {any} */ (report);
	assert.deepEqual([subject.kind, subject.printed, action, threshold], ["pass", true, "fever_clinic", 373]);
	assert.deepEqual(readings.map((/** @type {any} */ one) => [one.tenths, one.site]), [[373, "forehead"], [381, "forehead"]]);
	await counted(page, "stop", "2");
	await counted(page, "abnormal", "1");
	assert.deepEqual(problems, []);
	await context.close();
});

test("a hardware scanner, a typed code, a photo, and a person without a code", async () => {
	const { context, page, problems } = await working();
	await page.keyboard.type(await live());
	await page.keyboard.press("Enter");
	await page.keyboard.press("Enter");
	await page.locator(".verdict-screen.is-pass").waitFor();
	// The next scan is the next person, and pressing nothing.
	await page.keyboard.type(await live({ colour: "yellow" }));
	await page.keyboard.press("Enter");
	await page.locator(".verdict-screen.is-check").waitFor();
	await next(page);
	await page.getByRole("button", { name: "Type a code" }).click();
	await page.locator("#typed").fill("nothing at all");
	await page.locator("#typed").press("Enter");
	// Says nothing about the person: it is to be typed again.
	await page.locator(".verdict-screen.is-check").waitFor();
	assert.equal(await page.locator(".items").count(), 0);
	await next(page);
	const photo = await photoOf(page, await live());
	assert.equal((await readQr(photo)).length, 1);
	await page.locator(".aim input[type=file]").setInputFiles({ name: "photo.png", mimeType: "image/png", buffer: photo });
	await page.locator(".verdict-screen.is-pass").waitFor();
	await next(page);
	await page.locator(".aim input[type=file]").setInputFiles({ name: "none.png", mimeType: "image/png", buffer: await page.screenshot() });
	await page.locator(".aim .notice.warn").waitFor();
	await page.getByRole("button", { name: "No code" }).click();
	await page.locator("label[for=document-passport]").click();
	await page.locator("#last-four").fill("ab 02c3");
	await page.getByRole("button", { name: "Temperature" }).click();
	await measure(page, "385");
	await measure(page, "384");
	await page.getByRole("button", { name: "Refused" }).click();
	await page.locator(".result.is-sent").waitFor();
	const [report] = site.fake.of("report");
	assert.deepEqual(/** @type {any} */ (report).subject, { kind: "document", document: "passport", last_four: "02C3" });
	assert.deepEqual(problems, []);
	await context.close();
});

test("a double tap on Record reports nothing, and below the thumb is the fever clinic", async () => {
	const { context, page } = await working({ viewport: { width: 360, height: 640 } });
	await scan(page, await live(), "pass");
	await page.getByRole("button", { name: "Temperature" }).click();
	await measure(page, "390");
	await page.locator("#temperature").fill("391");
	const record = page.getByRole("button", { name: "Record" });
	await record.click({ trial: true });
	const box = await record.boundingBox();
	assert.ok(box);
	const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
	await page.mouse.click(x, y, { clickCount: 2, delay: 20 });
	await page.waitForTimeout(250);
	await page.mouse.click(x, y);
	await page.locator(".screen.action").waitFor();
	assert.equal(await page.locator(".action .bar button:disabled").count(), 3, "visibly inert");
	await page.locator(".action-fever_clinic:enabled").waitFor();
	assert.equal(await page.evaluate(([x, y]) => document.elementFromPoint(x ?? 0, y ?? 0)?.className, [x, y]), "action-fever_clinic");
	await page.getByRole("button", { name: "Released" }).click();
	await page.locator(".result.is-sent").waitFor();
	assert.deepEqual(site.fake.of("report").map(({ action }) => action), ["released"]);
	await context.close();
});

test("a scanner that types into PIN or temperature is taken out again; a mistyped short code is no STOP", async () => {
	const { context, page } = await working();
	/** As fast as a scanner. */
	const types = (/** @type {string} */ field, /** @type {string} */ text) => page.evaluate(([field = "", text = ""]) => {
		const input = /** @type {HTMLInputElement} */ (document.querySelector(field));
		input.focus();
		for (const key of [...text, "Enter"]) {
			const goesOn = input.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
			if (key === "Enter" && goesOn) input.form?.requestSubmit();
			else if (key !== "Enter") input.value = (input.value + key).slice(0, input.maxLength);
		}
	}, [field, text]);
	site.fake.check = { verdict: "STOP", reasons: ["unreadable"], scope: null, source: "short", found: false, identity: null, pass: null };
	await page.getByRole("button", { name: "Type a code" }).click();
	await page.locator("#typed").fill("7K3M92QE");
	await page.locator("#typed").press("Enter");
	await page.locator(".verdict-screen.is-check").waitFor();
	await page.getByRole("button", { name: "Temperature" }).click();
	await page.locator("#temperature").fill("36");
	await types("#temperature", "TX1:6BF");
	assert.equal(await page.locator("#temperature").inputValue(), "36");
	assert.ok(await page.locator("#temperature-error").isHidden());
	await page.locator(".toast:visible").waitFor();
	await page.getByRole("button", { name: "Clear" }).click();
	assert.equal(await page.locator("#temperature").inputValue(), "");
	await page.reload();
	await page.locator("#pin").waitFor();
	await types("#pin", "4006381333931");
	assert.equal(await page.locator("#pin").inputValue(), "");
	assert.ok(await page.locator("#pin-error").isHidden(), "no wrong PIN");
	site.fake.check = undefined;
	await context.close();
});

test("a poster is no STOP, and a code that is still held can be shown again", async () => {
	const { context, page } = await working();
	await hold(page, "https://museum.example/");
	await page.locator(".toast:visible").waitFor();
	assert.equal(await page.locator(".verdict-screen").count(), 0);
	const code = await live();
	await scan(page, code, "pass");
	await hold(page, code);
	await next(page);
	await page.locator(".aim .notice.again button").click();
	await page.locator(".verdict-screen.is-pass").waitFor();
	await hold(page, "");
	await next(page);
	await counted(page, "pass", "1");
	await counted(page, "stop", "0");
	await context.close();
});

test("an old page or a picture, an expired and a withdrawn code say what they are", async () => {
	const { context, page } = await working();
	await scan(page, await site.codes.pass(site.now(), { live: { age: 300 } }), "check");
	assert.match(await page.locator(".reasons").innerText(), /picture, or the page is too old/);
	await next(page);
	await scan(page, await live({ lasts: -60 }), "stop");
	assert.match(await page.locator(".reasons").innerText(), /expired/);
	await next(page);
	await scan(page, await live({ index: 1 }), "stop");
	assert.match(await page.locator(".reasons").innerText(), /withdrawn/);
	await context.close();
});

test("offline: opened from what is kept, unlocked by the PIN, a report waits and arrives once", async () => {
	const { context, page, problems } = await working();
	await page.locator("html[data-kept=yes]").waitFor();
	await site.down();
	await page.reload();
	await page.locator("#pin").fill("000000");
	await page.locator("form button[type=submit]").click();
	await page.locator("#pin-error").getByText("Tries left: 4").waitFor();
	await page.locator("#pin").fill("314159");
	await page.locator("form button[type=submit]").click();
	await page.locator(".aim").waitFor();
	await scan(page, await live(), "pass");
	await page.getByRole("button", { name: "Temperature" }).click();
	await measure(page, "39.0");
	await measure(page, "39.1");
	await page.getByRole("button", { name: "Sent to the fever clinic" }).click();
	await page.locator(".result.is-saved").waitFor();
	assert.match(await page.locator(".result").innerText(), /will send when online/);
	for (const path of ["/inspect", "/inspect/in/zh-Hans", "/inspect/in/zh-Hant", "/inspect/in/en"]) {
		await page.goto(site.origin + path);
		await page.locator("#pin").waitFor();
		const lang = path.split("/").at(-1);
		if (lang !== "inspect") assert.equal(await page.locator("html").getAttribute("lang"), lang);
	}
	await site.up();
	await page.locator("#pin").fill("314159");
	await page.locator("form button[type=submit]").click();
	await page.locator(".head .waits").click();
	await page.getByRole("button", { name: "Send now" }).click();
	await page.getByText("Everything is sent.").waitFor();
	assert.equal(site.fake.of("report").length, 1);
	assert.deepEqual(problems, []);
	await context.close();
});

test("training stores and sends nothing, and says so on every screen", async () => {
	const { context, page } = await working();
	await page.getByRole("button", { name: "Menu" }).click();
	const stored = () => site.fake.stored.size;
	await page.getByRole("button", { name: "Begin training" }).click();
	const before = stored();
	const names = await page.locator(".specimens button").allInnerTexts();
	assert.equal(names.length, 9);
	for (const name of names) {
		await page.locator(".specimens").getByRole("button", { name, exact: true }).click();
		await page.locator(".verdict-screen").waitFor();
		assert.match(await page.locator(".head").innerText(), /Training/);
		await next(page);
	}
	await page.locator(".specimens").getByRole("button", { name: "Green", exact: true }).click();
	await page.getByRole("button", { name: "Temperature" }).click();
	await measure(page, "390");
	await measure(page, "391");
	await page.getByRole("button", { name: "Released" }).click();
	await page.locator(".result.is-training").waitFor();
	assert.equal(stored(), before);
	await page.getByRole("button", { name: "End training" }).click();
	await page.locator(".aim").waitFor();
	await counted(page, "stop", "0");
	await context.close();
});

test("scan to verdict within 300 ms at a quarter of the speed, and ready again", async () => {
	const { context, page } = await working();
	const tools = await context.newCDPSession(page);
	await tools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
	/** @type {number[]} */
	const took = [];
	/** @type {number[]} */
	const ready = [];
	for (let at = 0; at < 32; at++) {
		const text = await live({ colour: at % 3 === 0 ? "yellow" : "green" });
		await scan(page, text);
		took.push(await page.evaluate(() => {
			const at = (/** @type {string} */ name) => performance.getEntriesByName(name).at(-1)?.startTime ?? NaN;
			return at("verdict") - at("look");
		}));
		// The first verdict comes so soon after a tap that its buttons still wait for the tap to be over.
		await page.locator(".bar button:enabled", { hasText: "Next person" }).waitFor();
		const left = await page.evaluate(() => {
			const now = performance.now();
			[.../** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll(".bar button"))].find((one) => one.textContent === "Next person")?.click();
			return now;
		});
		await page.locator(".aim[data-camera=on]").waitFor();
		ready.push((await page.evaluate(() => performance.getEntriesByName("aim").at(-1)?.startTime ?? NaN)) - left);
	}
	const p95 = (/** @type {number[]} */ all) => [...all].sort((a, b) => a - b)[Math.floor(all.length * 0.95)] ?? NaN;
	console.log(`camera picture to verdict, 4 x slower: p95 ${p95(took).toFixed(0)} ms of ${took.length}; verdict left to ready: p95 ${p95(ready).toFixed(0)} ms`);
	assert.ok(p95(took) <= 300, `${p95(took)}`);
	assert.ok(p95(ready) <= 300, `${p95(ready)}`);
	await context.close();
});

test("camera refused or missing: words, and the other ways", async () => {
	site.fake.deviceKey = undefined;
	for (const [name, words] of [["NotAllowedError", "not allowed"], ["NotFoundError", "No camera"], ["NotReadableError", "does not answer"]]) {
		const context = await browser.newContext(PHONE);
		await context.addInitScript((error) => Object.defineProperty(MediaDevices.prototype, "getUserMedia", { value: () => Promise.reject(new DOMException("", error)) }), name);
		const page = await context.newPage();
		await toAim(page, site);
		await page.locator(".aim-camera .notice").waitFor();
		assert.match(await page.locator(".aim-camera").innerText(), new RegExp(words ?? ""));
		await fits(page, "camera");
		await axe(page, `camera ${name}`);
		await context.close();
	}
});

test("a browser that keeps nothing says so before the one-time code is used", async () => {
	site.fake.deviceKey = undefined;
	const context = await browser.newContext(PHONE);
	await context.addInitScript(() => Object.defineProperty(IDBFactory.prototype, "open", { value: () => { throw new DOMException("", "SecurityError"); } }));
	const page = await context.newPage();
	await page.goto(`${site.origin}/inspect`);
	await page.locator("#enrol-code").waitFor();
	assert.match(await page.locator("form .notice.bad").innerText(), /keeps nothing/);
	await context.close();
});
