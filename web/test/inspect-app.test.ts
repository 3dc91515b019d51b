import assert from "node:assert/strict";
import { test } from "node:test";
import { parseReading } from "../src/inspect/core/reading";
import { FakeBrowser, working } from "./inspect-env";
import { CHECKPOINT, DEVICE, FakeServer } from "./inspect-server";

/** Reports somebody without a code whose temperature is 38.1 twice. */
async function report(app: Awaited<ReturnType<typeof working>>["app"], last = "02C3") {
	const scanned = await app.nobody("other", last);
	assert.equal(scanned.kind, "person");
	if (scanned.kind !== "person") throw new Error();
	assert.equal(scanned.person.read(381, "forehead"), "again");
	assert.equal(scanned.person.read(380, "ear"), "abnormal");
	return scanned.person.report("fever_clinic");
}

test("from an empty browser to a report at the server", async () => {
	const server = await FakeServer.make();
	const browser = new FakeBrowser(server);
	browser.ahead = 400_000;
	const app = await browser.open();
	assert.equal(app.state().obstacle, "not_enrolled");
	await app.refresh();
	assert.equal(app.state().clock.wrong !== undefined, true, "seven minutes ahead are worth a word");
	assert.equal(app.state().signed.freshness, "fresh");
	assert.deepEqual(await app.enrol("WRONGCODE"), { kind: "code" });
	assert.deepEqual(await app.enrol("7k3m-92qd"), { kind: "enrolled" });
	assert.deepEqual(app.state().device, { kind: "enrolled", id: DEVICE, name: "Gate 3, phone 2" });
	assert.equal(app.state().obstacle, "no_shift");
	assert.deepEqual(await app.begin(CHECKPOINT), { kind: "begun", online: true });
	assert.equal(app.state().obstacle, "no_pin");
	await app.setPin("123456");
	assert.equal(app.state().obstacle, undefined);
	assert.equal((await report(app)).durable, true);
	await app.flush();
	const stored: Record<string, unknown> = server.of("report")[0] ?? {};
	const { at, shift, readings, ...rest } = stored;
	assert.deepEqual(rest, { v: 1, kind: "report", subject: { kind: "document", document: "other", last_four: "02C3" }, threshold: 373, action: "fever_clinic" });
	assert.deepEqual((readings as { tenths: number; site: string }[]).map(({ tenths, site }) => [tenths, site]), [[381, "forehead"], [380, "ear"]]);
	assert.ok(Math.abs(Number(at) - server.time) < 2, "times are the server's");
	assert.equal(shift, app.state().shift?.id);
	assert.equal(app.state().outbox.waiting, 0);
	assert.deepEqual(app.state().shift?.counts, { pass: 0, check: 0, stop: 0, normal: 0, abnormal: 1 });
	assert.ok(parseReading("37.3", "C", app.state().signed.config!).kind === "reading");
});
