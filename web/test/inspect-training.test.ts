import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeBrowser, working } from "./inspect-env";
import { FakeServer } from "./inspect-server";

const EXPECTED: Record<string, [string, string[]]> = {
	pass: ["PASS", []], match_document: ["CHECK", ["match_document"]], yellow: ["CHECK", ["yellow"]], picture: ["CHECK", ["picture"]], red: ["STOP", ["red"]],
	expired: ["STOP", ["expired"]], withdrawn: ["STOP", ["withdrawn"]], foreign: ["PASS", []], unreadable: ["STOP", ["unreadable"]],
};

test("training: every specimen has its verdict, before anything was enrolled or fetched", async () => {
	const server = await FakeServer.make();
	server.down = true;
	const app = await new FakeBrowser(server).open();
	assert.deepEqual(app.specimens(), []);
	await app.train(true);
	assert.deepEqual(app.specimens().map(({ name }) => name).sort(), Object.keys(EXPECTED).sort());
	for (const { name, text } of app.specimens()) {
		const scanned = await app.scan(await text(), "camera");
		assert.ok(scanned.kind === "person", name);
		assert.deepEqual([scanned.person.judged?.verdict, scanned.person.judged?.reasons], EXPECTED[name], name);
		if (name === "foreign") assert.deepEqual([scanned.person.judged?.scope, scanned.person.judged?.format], ["entry", "hcert"]);
	}
	await app.train(false);
	assert.deepEqual([app.specimens(), app.state().obstacle], [[], "not_enrolled"]);
});

test("training: nothing is counted, stored or sent, and no specimen is good for anything outside", async () => {
	const server = await FakeServer.make();
	const { browser, app } = await working(server);
	await app.flush();
	await app.train(true);
	const texts = await Promise.all(app.specimens().map(({ text }) => text()));
	const before = server.requests.length;
	for (const text of texts) {
		const scanned = await app.scan(text, "scanner");
		assert.ok(scanned.kind === "person");
		scanned.person.read(390, "ear");
		scanned.person.read(390, "ear");
		assert.deepEqual(await scanned.person.report("fever_clinic"), { id: "", durable: false });
	}
	const short = await app.scan("7K3M92QD", "typed");
	assert.ok(short.kind === "person" && short.person.judged?.by === "device");
	await app.train(false);
	assert.equal(server.requests.length, before);
	const { counts } = app.state().shift!;
	assert.deepEqual([counts, app.state().outbox.waiting], [{ pass: 0, check: 0, stop: 0, normal: 0, abnormal: 0 }, 0]);
	browser.pass(61);
	await app.tick();
	await app.flush();
	assert.deepEqual([server.of("report"), server.of("scans"), server.of("tally")], [[], [], []]);
	for (const text of texts) {
		const scanned = await app.scan(text, "typed");
		assert.ok(scanned.kind === "person" && scanned.person.judged?.verdict === "STOP");
	}
});
