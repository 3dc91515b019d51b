// What administrators do about devices that cannot send or may not work on, against the real program: the file of a
// device is handed in (with and without script, twice, with a spoiled item), and a raised minimum stops an application.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, DESKTOP, fits, launch, PHONE, watchedPage } from "./browser.mjs";
import { device, report, working } from "./inspect-device.mjs";
import { enrolmentCode } from "./inspector.mjs";
import { send, signIn, start } from "./service.mjs";

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof start>>} */
let site;
/** @type {Record<string, import("playwright-core").Page>} */
const desks = {};

before(async () => {
	browser = await launch();
	site = await start();
	for (const role of ["administrator", "inspector", "health_officer"]) {
		const { page } = await watchedPage(await browser.newContext({ ...DESKTOP, locale: "en-GB" }));
		await signIn(page, site.origin, site.demonstration, role);
		desks[role] = page;
	}
});
after(async () => {
	await browser?.close();
	await site?.stop();
});

/** @param {string} role */
const desk = (role) => desks[role] ?? assert.fail(role);

/** A device that works. `net.outbox` false: what it wants to send does not arrive. @param {string} name */
async function atWork(name) {
	const cookies = await desk("inspector").context().cookies();
	const made = await device(site.origin, () => cookies.map(({ name, value }) => `${name}=${value}`).join("; "));
	const net = { outbox: true };
	/** @type {import("../src/inspect/core/index.ts").Env["fetch"]} */
	const fetch = (path, init) => (!net.outbox && path.endsWith("/outbox") ? Promise.reject(new TypeError("no network")) : made.send(path, init));
	const app = await working(await made.open({ fetch }), await enrolmentCode(desk("administrator"), site.origin, name));
	return { app, net };
}

/** Hands a file in and reads the numbers: in the file, taken, here already, in conflict, not taken. @param {import("playwright-core").Page} page @param {string} name @param {string} text */
async function handIn(page, name, text) {
	await page.goto(`${site.origin}/staff/devices`);
	await page.locator('a[href="/staff/devices/import"]').click();
	await page.locator("#file").setInputFiles({ name, mimeType: "application/json", buffer: Buffer.from(text) });
	await send(page, 'form[action="/staff/devices/import"] button');
	return (await page.locator("dl dd").allInnerTexts()).map(Number);
}

async function waiting() {
	const page = desk("health_officer");
	await page.goto(`${site.origin}/reports`);
	return page.locator("#queue tbody tr").count();
}

test("the file of a device that cannot send is handed in: each item by itself, and once", async () => {
	const { app, net } = await atWork("Gate 4, phone 1");
	await app.flush();
	net.outbox = false;
	const before = await waiting();
	for (const four of ["0001", "0002", "0003"]) assert.ok((await report(app, four)).durable);
	await app.end();
	const { name, text, items } = await app.export();
	assert.match(name, /^tongxing-outbox-[\da-f]{16}-\d{14}\.json$/);
	assert.ok(items >= 4, "three reports, and what was counted");

	const spoiled = JSON.parse(text);
	const [first] = spoiled.items;
	first.sealed = `${first.sealed.startsWith("A") ? "B" : "A"}${first.sealed.slice(1)}`;
	const admin = desk("administrator");
	assert.deepEqual(await handIn(admin, name, JSON.stringify(spoiled)), [items, items - 1, 0, 0, 1]);
	assert.match(await admin.locator("main").innerText(), /Gate 4, phone 1[^]*Not signed by this device/);
	await admin.setViewportSize({ width: 320, height: 640 });
	await axe(admin, "what became of a file");
	await fits(admin, "what became of a file");

	const context = await browser.newContext({ ...PHONE, locale: "en-GB", javaScriptEnabled: false, storageState: await admin.context().storageState() });
	const plain = await context.newPage();
	assert.deepEqual(await handIn(plain, name, text), [items, 1, items - 1, 0, 0], "without script");
	assert.deepEqual(await handIn(plain, name, text), [items, 0, items, 0, 0]);
	assert.match(await plain.locator("main").innerText(), /here already/);
	await context.close();
	assert.equal(await waiting(), before + 3, "each report once");

	net.outbox = true;
	await app.flush();
	const { waiting: left, refused } = app.state().outbox;
	assert.deepEqual([left, refused], [0, 0], "the device is told that they are known, and forgets them");
	assert.equal(await waiting(), before + 3);
});

test("a raised minimum stops an application, which says why and still sends what it has", async () => {
	const { app, net } = await atWork("Gate 4, phone 2");
	net.outbox = false;
	const before = await waiting();
	assert.ok((await report(app, "0004")).durable);
	await site.pause();
	const { folder, port } = site;
	site = { ...(await start({ folder, port, env: { TONGXING_CHECKPOINT_MINIMUM_APP: "2" } })), demonstration: site.demonstration };
	assert.match(site.said(), /checkpoint-minimum-app is above/, "the operator is warned");
	await app.refresh();
	assert.deepEqual([app.state().signed.supported, app.state().obstacle], [false, "version"]);
	assert.deepEqual(await app.nobody("other", "0005"), { kind: "obstacle", obstacle: "version" });
	net.outbox = true;
	await app.flush();
	assert.equal(app.state().outbox.waiting, 0);
	assert.equal(await waiting(), before + 1);

	const { page } = await watchedPage(await browser.newContext({ ...PHONE, locale: "en-GB" }));
	await page.goto(`${site.origin}/inspect`);
	await page.getByRole("heading", { name: "This version is too old" }).waitFor();
	assert.match(await page.locator("main").innerText(), /newer version as the least that may work/);
	await page.context().close();
});
