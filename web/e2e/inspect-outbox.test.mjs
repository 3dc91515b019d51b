// The outbox against the real program: the server is killed during uploads, the application too; every report that it
// said it has is there once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { launch, watchedPage } from "./browser.mjs";
import { killedUploads } from "./inspect-device.mjs";
import { enrolmentCode } from "./inspector.mjs";
import { signIn, start } from "./service.mjs";

test("a server that is killed during uploads takes each report once", async (t) => {
	let service = await start();
	const { origin, folder, port, demonstration } = service;
	t.after(() => service.stop());
	const browser = await launch();
	t.after(() => browser.close());
	const [admin, inspector] = [await watchedPage(await browser.newContext()), await watchedPage(await browser.newContext())];
	await signIn(admin.page, origin, demonstration, "administrator");
	const code = await enrolmentCode(admin.page, origin, "Gate 1, phone 1");
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
