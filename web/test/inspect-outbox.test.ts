import assert from "node:assert/strict";
import { test } from "node:test";
import type { App } from "../src/inspect/core/app";
import { Backoff } from "../src/inspect/core/backoff";
import { working } from "./inspect-env";
import { CHECKPOINT, DEVICE, FakeServer, type Item } from "./inspect-server";

/** Reports somebody without a code. */
async function report(app: App, last = "02C3") {
	const scanned = await app.nobody("other", last);
	if (scanned.kind !== "person") throw new Error(JSON.stringify(scanned));
	scanned.person.read(381, "ear");
	scanned.person.read(380, "ear");
	return scanned.person.report("fever_clinic");
}

const start = async () => {
	const server = await FakeServer.make();
	return { server, ...(await working(server)) };
};

test("reports wait without a network and are sent in requests of at most a hundred", async () => {
	const { server, browser, app } = await start();
	server.down = true;
	for (let at = 0; at < 230; at++) assert.equal((await report(app, String(at).padStart(4, "0"))).durable, true);
	assert.deepEqual([app.state().outbox.waiting, app.state().outbox.reports], [230, 230]);
	const again = await browser.open();
	assert.equal(again.state().outbox.waiting, 230);
	server.down = false;
	const before = server.requests.length;
	await again.wake();
	assert.equal(server.of("report").length, 230);
	assert.deepEqual(again.state().outbox, { waiting: 0, reports: 0, refused: 0, oldest: 0, level: "ok", unsaved: 0, sent: server.time });
	assert.equal(server.requests.slice(before).filter((line) => line.includes("outbox")).length, 3);
});

test("a warning before the cap; at the cap nobody else is scanned, and who is in hand is reported", async () => {
	const { server, app } = await start();
	server.configuration = { version: 2, outbox: { items: 6, warn_items: 4, warn_after: 3600 } };
	await app.refresh();
	server.down = true;
	for (let at = 0; at < 3; at++) await report(app);
	assert.equal(app.state().outbox.level, "ok");
	await report(app);
	assert.equal(app.state().outbox.level, "warn");
	await report(app);
	const [first, second] = [await app.nobody(), await app.nobody()];
	assert.ok(first.kind === "person" && second.kind === "person");
	await report(app);
	assert.equal(app.state().outbox.level, "full");
	assert.deepEqual(await app.nobody(), { kind: "obstacle", obstacle: "outbox_full" });
	second.person.read(390, "ear");
	second.person.read(390, "ear");
	assert.equal((await second.person.report("refused")).durable, true);
	assert.equal(app.state().outbox.waiting, 7);
	server.down = false;
	await app.flush();
	assert.equal(app.state().obstacle, undefined);
	assert.equal(server.of("report").length, 7);
});

test("age warns too, and fills the outbox in the end", async () => {
	const { server, browser, app } = await start();
	server.down = true;
	await report(app);
	browser.pass(172_799);
	assert.equal(app.state().outbox.level, "ok");
	browser.pass(1);
	assert.deepEqual([app.state().outbox.level, app.state().outbox.oldest], ["warn", 172_800]);
	browser.pass(259_200 - 172_800);
	assert.equal(app.state().outbox.level, "full");
});

test("a refused item is kept and exported; the others are not spoiled", async () => {
	const { server, app } = await start();
	server.down = true;
	await report(app, "0001");
	await report(app, "0002");
	const open = server.open.bind(server);
	server.open = async (item, device) => {
		const content = await open(item, device);
		return typeof content === "object" && JSON.stringify(content).includes("0001") ? "content" : content;
	};
	server.down = false;
	await app.flush();
	assert.deepEqual([app.state().outbox.waiting, app.state().outbox.refused], [0, 1]);
	await app.flush();
	assert.equal(server.refusedItems.length, 1, "it is not sent again");
	assert.deepEqual(await app.signOut(), { kind: "waiting", items: 1 });
	const file = await app.export();
	assert.match(file.name, /^tongxing-outbox-00000000000000d1-\d{14}\.json$/);
	const { device, items } = JSON.parse(file.text) as { device: string; items: Item[] };
	assert.deepEqual([device, items.length, file.items], [DEVICE, 1, 1]);
	assert.match(JSON.stringify(await open(items[0]!)), /0001/);
	await app.exported(file);
	assert.deepEqual(await app.signOut(), { kind: "signed_out" });
	assert.equal(app.state().outbox.refused, 0);
});

test("a withdrawn device is told so, keeps what it has, and gives it out as a file", async () => {
	const { server, browser, app } = await start();
	server.withdrawn = true;
	await report(app);
	await app.flush();
	assert.equal(app.state().device.kind, "withdrawn");
	assert.equal(app.state().obstacle, "withdrawn");
	assert.equal((await browser.open()).state().device.kind, "withdrawn");
	assert.deepEqual(await app.begin(CHECKPOINT), { kind: "withdrawn" });
	const held = app.state().outbox.waiting;
	assert.ok(held >= 1);
	assert.deepEqual(await app.enrol(server.code), { kind: "refused", problem: "waiting" });
	const file = await app.export();
	assert.equal(file.items, held);
	server.withdrawn = false;
	browser.pass(600);
	await app.tick();
	assert.equal(app.state().device.kind, "enrolled", "a device that counts again notices");
});

test("the server's wish for patience is kept, failures are tried less and less often", () => {
	let now = 0;
	const backoff = new Backoff({ steady: () => now, chance: () => 0 });
	assert.equal(backoff.due(), true);
	backoff.failed(undefined);
	assert.equal(backoff.due(), false);
	now = 5_000;
	assert.equal(backoff.due(), true);
	backoff.failed(undefined);
	now += 9_999;
	assert.equal(backoff.due(), false);
	backoff.reset();
	assert.equal(backoff.due(), true);
	backoff.failed(new Response("", { status: 503, headers: { "retry-after": "60" } }));
	backoff.reset();
	now += 59_999;
	assert.equal(backoff.due(), false, "no event overrules it");
	now += 1;
	assert.equal(backoff.due(), true);
	for (let times = 0; times < 40; times++) backoff.failed(undefined);
	now += 300_000;
	assert.equal(backoff.due(), true);
});

test("a clock that is wrong by an hour is measured by the refusal, and the request tried again", async () => {
	const { server, browser, app } = await start();
	browser.ahead = -3_600_000;
	const again = await browser.open();
	await again.unlock("123456");
	assert.equal((await report(again)).durable, true);
	await again.flush();
	assert.equal(server.of("report").length, 1);
	assert.ok(app);
});

test("storage that is full or gone loses no report while the page is open, and says what closing it would lose", async () => {
	const { server, browser } = await start();
	let broken = false;
	const factory = browser.indexedDB!;
	const transaction = IDBDatabasePrototype(await opened(factory));
	const original = transaction.transaction;
	transaction.transaction = function (this: IDBDatabase, ...given: Parameters<IDBDatabase["transaction"]>) {
		if (broken && given[1] === "readwrite") throw new DOMException("full", "QuotaExceededError");
		return original.apply(this, given);
	};
	try {
		const app = await browser.open();
		await app.unlock("123456");
		server.down = true;
		broken = true;
		const added = await report(app, "0001");
		assert.equal(added.durable, false);
		assert.deepEqual([app.state().outbox.waiting, app.state().outbox.unsaved], [1, 1]);
		broken = false;
		await app.flush();
		assert.deepEqual([app.state().outbox.waiting, app.state().outbox.unsaved], [1, 0], "it is saved as soon as there is room");
		broken = true;
		await report(app, "0002");
		server.down = false;
		await app.flush();
		broken = false;
		await app.flush();
		assert.deepEqual([...server.of("report")].map(({ subject }) => (subject as { last_four: string }).last_four).sort(), ["0001", "0002"]);
		assert.deepEqual([app.state().outbox.waiting, app.state().outbox.unsaved], [0, 0]);
	} finally {
		transaction.transaction = original;
	}
});

test("a browser that keeps nothing works, and says so", async () => {
	const server = await FakeServer.make();
	const { browser } = await working(server);
	browser.indexedDB = undefined;
	const app = await browser.open();
	await app.refresh();
	await app.enrol(server.code);
	await app.begin(CHECKPOINT);
	await app.setPin("123456");
	server.down = true;
	assert.deepEqual([(await report(app)).durable, app.state().storage.holds, app.state().outbox.unsaved], [false, false, 1]);
	server.down = false;
	await app.flush();
	assert.equal(server.of("report").length, 1);
});

test("an empty list tells the server that the device is there, every five minutes", async () => {
	const { server, browser, app } = await start();
	await app.flush();
	const sent = (): number => server.requests.filter((line) => line.includes("outbox")).length;
	const before = sent();
	browser.pass(200);
	await app.tick();
	assert.equal(sent(), before);
	browser.pass(101);
	await app.tick();
	assert.equal(sent(), before + 1);
});

test("a portal that answers everything with its own page takes nothing away", async () => {
	const { server, browser, app } = await start();
	await report(app);
	await app.flush();
	server.down = true;
	await report(app);
	const portal = await browser.open({ fetch: async () => new Response('{"items":[{"id":"x","outcome":"stored"}]}', { status: 200 }) });
	await portal.flush();
	assert.equal(portal.state().outbox.waiting, 1);
	server.down = false;
	await app.flush();
	assert.equal(server.of("report").length, 2);
});

test("a shift that began without a network comes before what belongs to it", async () => {
	const { server, app } = await start();
	server.strictShifts = true;
	server.down = true;
	await app.end();
	assert.deepEqual(await app.begin(CHECKPOINT), { kind: "begun", online: false });
	await report(app);
	server.down = false;
	await app.flush();
	assert.deepEqual([server.of("report").length, app.state().outbox.refused, app.state().outbox.waiting], [1, 0, 0]);
});

const opened = (factory: IDBFactory): Promise<IDBDatabase> =>
	new Promise((resolve, reject) => {
		const request = factory.open("tongxing-inspect");
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error);
	});

const IDBDatabasePrototype = (database: IDBDatabase): IDBDatabase => {
	database.close();
	return Object.getPrototypeOf(database) as IDBDatabase;
};

test("a report that the server refuses is refused at once, not sent, and kept for the file", async () => {
	const { server, app } = await start();
	server.shifts.clear();
	server.strictShifts = true;
	const refused = await report(app);
	assert.equal(app.fate(refused.id), "waiting");
	await app.flush();
	assert.equal(app.fate(refused.id), "refused");
	server.strictShifts = false;
	const sent = await report(app, "0001");
	await app.flush();
	assert.deepEqual([app.fate(refused.id), app.fate(sent.id)], ["refused", "sent"]);
	assert.deepEqual([app.state().outbox.refused, app.state().outbox.waiting], [1, 0]);
});

test("what stands before the server may find an item too large, and it is sent later all the same", async () => {
	const { server, browser, app } = await start();
	const through = server.fetch;
	server.fetch = async (path, init) => (path.endsWith("/outbox") ? new Response("<h1>413</h1>", { status: 413 }) : through(path, init));
	const { id } = await report(app);
	await app.flush();
	assert.deepEqual([app.fate(id), app.state().outbox.refused], ["waiting", 0]);
	server.fetch = through;
	browser.pass(60);
	await app.tick();
	assert.equal(app.fate(id), "sent");
	const problem = JSON.stringify({ type: "https://tongxing.example/problems/too-large", status: 413 });
	server.fetch = async (path, init) => (path.endsWith("/outbox") ? new Response(problem, { status: 413, headers: { "content-type": "application/problem+json" } }) : through(path, init));
	const large = await report(app, "0002");
	await app.flush();
	assert.equal(app.fate(large.id), "refused", "our own server says so for good");
});
