// Three days without the internet, on the real program, with every clock moved on day by day: the phone's in the browser,
// the checkpoint's by `verify --at`, the service's by libfaketime, so that the checkpoint has the lists of that day. The
// phone has no network from the first day on; its code is read off the screen.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { axe, launch, PHONE, readQr, watchedPage } from "./browser.mjs";
import { fill, send, start, verify } from "./service.mjs";

const DAY = 86_400_000;
/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof start>>} */
let site;
let folder = "";

before(async () => {
	folder = await mkdtemp(`${tmpdir()}/tongxing-days-`);
	browser = await launch();
	site = await start();
});
after(async () => {
	await browser?.close();
	await site?.stop();
	await rm(folder, { recursive: true, force: true });
});

/** What a checkpoint with the lists of that moment says of a picture. @param {Buffer} picture @param {number} at */
async function check(picture, at) {
	for (const name of ["trust.jws", "root.json"]) {
		await writeFile(`${folder}/${name}`, await (await fetch(`${site.origin}/.well-known/tongxing-${name}`)).text());
	}
	await writeFile(`${folder}/shot.png`, picture);
	const options = ["--image", `${folder}/shot.png`, "--trust", `${folder}/trust.jws`, "--root", `${folder}/root.json`, "--at", String(Math.floor(at / 1000))];
	const { payload } = await verify(options);
	const list = await fetch(payload.status.status_list.uri);
	if (!list.ok) return { verdict: "no list", reasons: [String(list.status)] };
	await writeFile(`${folder}/list.cwt`, Buffer.from(await list.arrayBuffer()));
	const { verdict, reasons } = await verify([...options, "--status", `${folder}/list.cwt`]);
	return { verdict, reasons };
}

/** The service with its clock at that moment. @param {number} at */
async function serviceAt(at) {
	await site.pause();
	site = await start({ folder: site.folder, port: site.port, later: Math.round((at - Date.now()) / 1000) });
}

/** Days are those of Shanghai, whatever the machine's zone. @param {number} at */
const midnightAfter = (at) => Math.floor((at + 8 * 3_600_000) / DAY + 1) * DAY - 8 * 3_600_000;

test("three days offline: a code each day that a checkpoint lets pass on that day alone, and none on the fourth", { timeout: 120_000 }, async () => {
	const context = await browser.newContext({ ...PHONE, locale: "en-GB" });
	const { page, problems } = await watchedPage(context);
	const begun = Date.now();
	const midnight = midnightAfter(begun);
	await page.clock.install({ time: begun });
	await page.goto(`${site.origin}/recover`);
	await fill(page, { code: site.demonstration.applications.find(({ code }) => code === "issued")?.recovery_code ?? "" });
	await send(page);
	await page.goto(`${site.origin}/my-code/offline`);
	await fill(page, { days: "3" });
	await send(page);
	await page.locator("svg.qr path").waitFor();
	await page.clock.runFor(1_000);
	const lastDay = new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Shanghai", weekday: "long", day: "numeric", month: "long" }).format(midnight + 2 * DAY - 1);
	const saysUntilWhen = async () => assert.equal(await page.locator("[data-part=life]").innerText(), `Works without the internet until ${lastDay} 24:00`);
	await saysUntilWhen();
	await page.waitForFunction(async () => {
		for (const name of await caches.keys()) if (await (await caches.open(name)).match("/my-code", { ignoreVary: true })) return true;
		return false;
	});
	await context.setOffline(true);

	/** @type {Buffer | undefined} */
	let former;
	// Today as it is; then noon of the second and third day.
	for (const [day, at] of [Date.now(), midnight + DAY / 2, midnight + 1.5 * DAY].entries()) {
		if (day > 0) {
			await serviceAt(at);
			await page.clock.setSystemTime(at);
		}
		await page.reload();
		await page.locator("svg.qr path").waitFor();
		await saysUntilWhen();
		const picture = await page.screenshot();
		assert.deepEqual(await check(picture, at + (day > 0 ? 2_000 : Date.now() - at)), { verdict: "PASS", reasons: [] }, `day ${day + 1}`);
		if (former) assert.equal((await check(former, at)).verdict === "PASS", false, `the code of day ${day} on day ${day + 1}`);
		former = picture;
		// Only the moment of the code is of this minute: an hour later its picture is one.
		assert.ok((await check(picture, at + 3_600_000)).reasons.includes("picture"));
	}

	const over = midnight + 2 * DAY + 5_000;
	const saysOver = () => page.locator("[data-part=notice]").getByText("The days without the internet are over").waitFor();
	await page.clock.setSystemTime(over);
	// The open page notices by itself, and says the same when it is opened again.
	await saysOver();
	await page.reload();
	await saysOver();
	assert.equal(await page.locator("svg.qr").count(), 0);
	assert.deepEqual(await readQr(await page.screenshot()), []);
	await axe(page, "the fourth day");
	await serviceAt(over);
	assert.ok(former);
	assert.equal((await check(former, over)).verdict, "STOP", "the last day's code, when its day is over");

	// Back on the internet: the session is still there, and with it a code.
	await context.setOffline(false);
	await page.reload();
	await page.locator("svg.qr path").waitFor();
	assert.deepEqual(problems, []);
	await context.close();
});
