import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeBrowser } from "./inspect-env";
import { CHECKPOINT, FakeServer } from "./inspect-server";
import { rootKey } from "./root-key";

async function device() {
	const server = await FakeServer.make();
	const browser = new FakeBrowser(server);
	const app = await browser.open();
	return { server, browser, app, signed: () => app.state().signed };
}

test("signed data is fetched, kept, and there again without a network", async () => {
	const { server, browser, app, signed } = await device();
	assert.deepEqual([signed().freshness, signed().config], ["none", undefined]);
	server.down = true;
	await app.refresh();
	assert.deepEqual([signed().freshness, signed().problem], ["none", "offline"]);
	server.down = false;
	await app.refresh();
	assert.deepEqual([signed().freshness, signed().problem, signed().age], ["fresh", undefined, 0]);
	assert.deepEqual(signed().config?.checkpoints, [{ id: CHECKPOINT, name: "Gate 3", place: "Hankou", kind: "station" }]);
	server.down = true;
	browser.pass(7200);
	const again = await browser.open();
	assert.deepEqual([again.state().signed.freshness, again.state().signed.age], ["fresh", 7200]);
	assert.equal(again.state().signed.config?.threshold, 373);
});

test("its age is amber after four hours, stale after a day, and young again after the network", async () => {
	const { server, browser, app, signed } = await device();
	await app.refresh();
	browser.pass(14_399);
	assert.equal(signed().freshness, "fresh");
	browser.pass(1);
	assert.equal(signed().freshness, "amber");
	browser.pass(86_400 - 14_400);
	assert.equal(signed().freshness, "stale");
	await app.refresh();
	assert.deepEqual([signed().freshness, signed().age], ["fresh", 0]);
	browser.pass(604_900);
	assert.equal(signed().freshness, "none", "what has ended is no data");
	assert.ok(server);
});

test("what has not changed is not sent again, and counts as new", async () => {
	const { server, browser, app, signed } = await device();
	await app.refresh();
	const issued = server.time;
	browser.pass(300);
	const time = server.time;
	server.time = issued;
	const before = server.requests.length;
	await app.refresh();
	server.time = time;
	assert.ok(signed().age <= 300);
	assert.deepEqual(server.requests.slice(before).map((line) => line.split("/").pop()), ["tongxing-trust.jws", "tongxing-checkpoint.jws", "1"]);
});

test("a change reaches the open application: the threshold, and a version that is too low", async () => {
	const { server, app, signed } = await device();
	await app.refresh();
	server.configuration = { version: 2, threshold: 372 };
	await app.refresh();
	assert.equal(signed().config?.threshold, 372);
	server.configuration = { version: 3, app: { minimum: 2 } };
	await app.refresh();
	assert.equal(signed().supported, false);
	assert.equal(app.state().obstacle, "version");
	assert.deepEqual(await app.begin(CHECKPOINT), { kind: "refused", problem: "version" });
	assert.deepEqual(await app.nobody(), { kind: "obstacle", obstacle: "version" });
});

test("an older version is refused, also by another opening of the application", async () => {
	const { server, browser, app, signed } = await device();
	server.configuration = { version: 5, threshold: 372 };
	server.trustVersion = 3;
	await app.refresh();
	server.configuration = { version: 4, threshold: 400 };
	await app.refresh();
	assert.deepEqual([signed().config?.threshold, signed().problem], [372, "older"]);
	const again = await browser.open();
	await again.refresh();
	assert.deepEqual([again.state().signed.config?.threshold, again.state().signed.problem], [372, "older"]);
	server.configuration = { version: 6 };
	server.trustVersion = 2;
	await again.refresh();
	assert.equal(again.state().signed.problem, "older");
});

test("another root is refused, and it is said; what is kept goes on", async () => {
	const { server, app, signed } = await device();
	await app.refresh();
	server.root = await rootKey();
	server.trustVersion = 9;
	server.configuration = { version: 9, threshold: 400 };
	await app.refresh();
	assert.deepEqual([signed().problem, signed().config?.threshold, signed().freshness], ["root_changed", 373, "fresh"]);
});

test("a configuration of a key that may not sign rules, damaged, or from the future is refused", async () => {
	const { server, app, signed } = await device();
	await app.refresh();
	const good = server.config.bind(server);
	const refused = async (config: () => Promise<string>): Promise<void> => {
		server.config = config;
		await app.refresh();
		assert.deepEqual([signed().problem, signed().config?.version], ["refused", 1]);
	};
	const stranger = await rootKey();
	await refused(async () => stranger.sign({}, { alg: "ES256", kid: stranger.kid, typ: "tongxing-checkpoint+jwt" }));
	await refused(async () => (await good()).replace(/.$/, "A").replace(/\.(.)/, ".f"));
	await refused(async () => server.trust());
	await refused(async () => "<html>sign in to the free network</html>");
	server.config = good;
	for (const configuration of [
		{ iss: "OTHER" }, { issued: server.time + 400 }, { threshold: 39.5 }, { threshold: 300 }, { sites: [] }, { seal: [] }, { acceptance: "all" },
		{ checkpoints: [{ id: "x" }] }, { outbox: {} }, { expires: 1 },
	]) {
		server.configuration = { version: 2, ...configuration };
		await app.refresh();
		assert.deepEqual([signed().problem, signed().config?.version], ["refused", 1], JSON.stringify(configuration));
	}
});

test("without the status list the data is stale", async () => {
	const { server, app, signed } = await device();
	server.configuration = { status_lists: ["https://code.example/status/2"] };
	await app.refresh();
	assert.deepEqual([signed().freshness, signed().problem], ["stale", "offline"]);
	server.configuration = { version: 2 };
	await app.refresh();
	assert.equal(signed().freshness, "fresh");
});

test("under a trust list that withdraws its key, neither configuration nor lists count any more", async () => {
	const { server, browser, app, signed } = await device();
	await app.refresh();
	server.trustVersion = 2;
	server.keyWithdrawn = true;
	await app.refresh();
	assert.deepEqual([signed().freshness, signed().config, signed().problem], ["none", undefined, "refused"]);
	assert.equal((await browser.open()).state().signed.config, undefined);
	server.trustVersion = 3;
	server.keyWithdrawn = false;
	await app.refresh();
	assert.deepEqual([signed().freshness, signed().config?.version], ["fresh", 1]);
});

test("opened without a network after a day the data has its age, though its lists have ended", async () => {
	const { server, browser, app } = await device();
	await app.refresh();
	server.down = true;
	browser.pass(26 * 3600);
	const again = await browser.open();
	assert.deepEqual([again.state().signed.freshness, again.state().signed.age], ["stale", 26 * 3600]);
	server.down = false;
	await again.refresh();
	assert.deepEqual([again.state().signed.freshness, again.state().signed.age], ["fresh", 0]);
});
