// The outbox against the real program: the server is killed during uploads, the application too; every report that it
// said it has is there once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { launch, watchedPage } from "./browser.mjs";
import { killedUploads } from "./inspect-device.mjs";
import { fill, send, signIn, start } from "./service.mjs";

/** A code as administrators read it out. */
const CODE = /\b[2-9A-HJKMNP-Z]{4}[ -]?[2-9A-HJKMNP-Z]{4}\b/;

test("a server that is killed during uploads takes each report once", async (t) => {
	let service = await start();
	const { origin, folder, port, demonstration } = service;
	t.after(() => service.stop());
	const browser = await launch();
	t.after(() => browser.close());
	const [admin, inspector] = [await watchedPage(await browser.newContext()), await watchedPage(await browser.newContext())];
	await signIn(admin.page, origin, demonstration, "administrator");
	await admin.page.goto(`${origin}/staff/devices`);
	await fill(admin.page, { name: "Gate 1, phone 1" });
	await send(admin.page, "#main button[type=submit]");
	const code = CODE.exec(await admin.page.locator("main").innerText())?.[0];
	assert.ok(code, "the page shows an enrolment code");
	await signIn(inspector.page, origin, demonstration, "inspector");
	const cookies = await inspector.page.context().cookies();
	const world = {
		origin, code,
		cookie: () => cookies.map(({ name, value }) => `${name}=${value}`).join("; "),
		kill: () => service.kill(),
		restart: async () => void (service = await start({ folder, port })),
	};
	const { made, items } = await killedUploads(world, 12, Math.random);
	t.diagnostic(`${made} reports, ${items} items, 12 kills`);
	assert.ok(made >= 60 && items > made);
});
