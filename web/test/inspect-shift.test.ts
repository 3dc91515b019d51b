import assert from "node:assert/strict";
import { test } from "node:test";
import { digits } from "../src/inspect/core/pin";
import { working, type FakeBrowser } from "./inspect-env";
import { dying } from "./inspect-kill";
import { CHECKPOINT, FakeServer } from "./inspect-server";

const INES = { staff: "00000000000000a1", name: "Ines" };

/** The same storage, which may stop taking anything. */
function fullDisk(browser: FakeBrowser): { indexedDB: IDBFactory | undefined; takes: boolean } {
	const disk = { takes: true, indexedDB: undefined as IDBFactory | undefined };
	disk.indexedDB = dying(browser.indexedDB!, (mode) => {
		if (mode === "readwrite" && !disk.takes) throw new DOMException("", "QuotaExceededError");
	}, new Set());
	return disk;
}

const start = async () => {
	const server = await FakeServer.make();
	return { server, ...(await working(server)) };
};

test("a shift begins online, is there again after closing, and asks for the PIN then", async () => {
	const { server, browser, app } = await start();
	const shift = app.state().shift;
	assert.deepEqual([shift?.name, shift?.checkpoint.name, shift?.begun, shift?.until], ["Ines", "Gate 3", server.time, server.time + 43_200]);
	const again = await browser.open();
	assert.deepEqual([again.state().shift?.id, again.state().obstacle], [shift?.id, "locked"]);
	assert.deepEqual(await again.unlock("654321"), { kind: "wrong", left: 4 });
	assert.deepEqual(await again.unlock("１２３ ４５６"), { kind: "unlocked" });
	assert.equal(again.state().obstacle, undefined);
});

test("idling locks, also while the phone's steady clock stands still", async () => {
	const { browser, app } = await start();
	browser.pass(299);
	assert.equal(app.state().shift?.locked, false);
	app.touch();
	browser.pass(299);
	assert.equal(app.state().shift?.locked, false);
	browser.pass(1);
	assert.equal(app.state().shift?.locked, true);
	app.touch();
	assert.equal(app.state().shift?.locked, true, "a touch does not unlock");
	await assert.rejects(app.setPin("111111"), "whoever finds a locked phone chooses no PIN");
	await app.unlock("123456");
	browser.ahead += 301_000;
	assert.equal(app.state().shift?.locked, true);
	await app.unlock("123456");
	app.lock();
	assert.equal(app.state().shift?.locked, true);
});

test("five wrong PINs shut the shift, whatever is closed in between, until somebody signs in", async () => {
	const { server, browser, app } = await start();
	for (const left of [4, 3]) assert.deepEqual(await app.unlock("000000"), { kind: "wrong", left });
	const again = await browser.open();
	assert.deepEqual(await again.unlock("12345"), { kind: "wrong", left: 3 }, "what is no PIN is no try");
	for (const left of [2, 1]) assert.deepEqual(await again.unlock("000000"), { kind: "wrong", left });
	assert.deepEqual(await again.unlock("000000"), { kind: "shut" });
	assert.deepEqual(await again.unlock("123456"), { kind: "shut" });
	assert.deepEqual([again.state().shift?.shut, again.state().obstacle, again.state().mayFollowUntil], [true, "locked", undefined]);
	server.down = true;
	assert.deepEqual(await again.begin(CHECKPOINT), { kind: "offline" });
	server.down = false;
	assert.deepEqual([await again.session(), await again.begin(CHECKPOINT)], [{ kind: "signed_out" }, { kind: "signed_out" }], "whoever guessed may hold a browser that is still signed in");
	assert.equal(server.session, undefined, "which has ended on the server");
	server.session = { ...INES, csrf: "token" };
	assert.deepEqual(await (await browser.open()).begin(CHECKPOINT), { kind: "signed_out" }, "also where it lived on");
	server.session = { ...INES, csrf: "another" };
	assert.deepEqual(await again.begin(CHECKPOINT), { kind: "begun", online: true });
	assert.equal(again.state().obstacle, "no_pin");
});

test("after five wrong PINs and nobody signed in, the first who signs in may begin", async () => {
	const { server, browser, app } = await start();
	server.session = undefined;
	for (let times = 0; times < 5; times++) await app.unlock("000000");
	assert.deepEqual(await app.session(), { kind: "signed_out" });
	server.session = { ...INES, csrf: "another" };
	assert.deepEqual(await (await browser.open()).begin(CHECKPOINT), { kind: "begun", online: true });
});

test("a locked device begins no shift, and no training, by the session of before; a new sign-in does", async () => {
	const { server, browser, app } = await start();
	app.lock();
	await app.train(true);
	assert.deepEqual([app.state().training, app.state().obstacle], [false, "locked"]);
	await app.unlock("123456");
	await app.train(true);
	assert.equal(app.state().obstacle, undefined);
	browser.pass(300);
	assert.equal(app.state().obstacle, "locked", "training does not keep it open");
	assert.equal((await app.nobody()).kind, "obstacle");
	await app.train(false);
	await app.end();
	assert.deepEqual(await app.begin(CHECKPOINT), { kind: "refused", problem: "locked" });
	const again = await browser.open();
	assert.deepEqual(await again.begin(CHECKPOINT), { kind: "refused", problem: "locked" });
	server.session = { ...INES, csrf: "another" };
	assert.deepEqual(await again.begin(CHECKPOINT), { kind: "begun", online: true });
});

test("a session that was left without a network does not begin the next shift", async () => {
	const { server, app } = await start();
	assert.deepEqual(await app.signOut(), { kind: "signed_out" });
	assert.notEqual(server.session, undefined, "the answer to signing out was lost");
	assert.deepEqual(await app.begin(CHECKPOINT), { kind: "signed_out" });
	server.session = { ...INES, csrf: "another" };
	assert.deepEqual(await app.begin(CHECKPOINT), { kind: "begun", online: true });
});

test("a PIN that cannot be counted as wrong is not checked", async () => {
	const { browser, app } = await start();
	const full = fullDisk(browser);
	const again = await browser.open({ indexedDB: full.indexedDB });
	full.takes = false;
	assert.deepEqual(await again.unlock("123456"), { kind: "shut" });
	full.takes = true;
	assert.deepEqual(await again.unlock("123456"), { kind: "shut" }, "what memory counted holds against what is written");
	assert.deepEqual(await app.unlock("123456"), { kind: "unlocked" });
});

test("a right PIN forgives the wrong ones before it", async () => {
	const { app } = await start();
	for (let times = 0; times < 3; times++) {
		for (const left of [4, 3, 2, 1]) assert.deepEqual(await app.unlock("000000"), { kind: "wrong", left });
		assert.deepEqual(await app.unlock("123456"), { kind: "unlocked" });
	}
	assert.deepEqual([digits("123456"), digits("12345"), digits("1234567"), digits("12345a"), digits("١٢٣٤٥٦")], ["123456", undefined, undefined, undefined, undefined]);
});

test("a shift is over after its time; without a network another follows, and names the one before", async () => {
	const { server, browser, app } = await start();
	const first = app.state().shift?.id;
	server.down = true;
	browser.pass(43_200);
	assert.equal(app.state().obstacle, "shift_over");
	await app.tick();
	assert.equal(app.state().obstacle, "no_shift");
	assert.deepEqual(await app.begin(CHECKPOINT), { kind: "refused", problem: "locked" }, "it idled: the PIN first");
	await app.unlock("123456");
	assert.deepEqual(await app.begin(CHECKPOINT), { kind: "begun", online: false });
	const second = app.state().shift;
	assert.notEqual(second?.id, first);
	assert.equal(second?.until, server.time + 43_200);
	assert.equal((await browser.open()).state().shift?.id, second?.id);
	server.down = false;
	await app.flush();
	const [ended, begun] = [server.of("shift_ended"), server.of("shift_begun")];
	assert.deepEqual(ended, [{ v: 1, kind: "shift_ended", at: server.time, shift: first, why: "over" }]);
	assert.deepEqual(begun, [{ v: 1, kind: "shift_begun", at: server.time, shift: second?.id, parent: first, checkpoint: CHECKPOINT }]);
});

test("three days after signing in no shift follows without a network", async () => {
	const { server, browser, app } = await start();
	await app.end();
	server.down = true;
	browser.pass(259_199);
	await app.unlock("123456");
	assert.equal(app.state().mayFollowUntil, server.time + 1);
	assert.deepEqual((await app.begin(CHECKPOINT)).kind, "begun");
	await app.end();
	browser.pass(1);
	await app.unlock("123456");
	assert.deepEqual(await app.begin(CHECKPOINT), { kind: "offline" }, "a shift that followed does not reach further");
});

test("with a network whoever is not signed in begins no shift", async () => {
	const { server, app } = await start();
	await app.end();
	server.session = undefined;
	assert.deepEqual(await app.begin(CHECKPOINT), { kind: "signed_out" });
	assert.deepEqual(await app.begin("00000000000000ff"), { kind: "refused", problem: "checkpoint" });
});

test("another inspector gets a PIN of their own", async () => {
	const { server, app } = await start();
	server.session = { staff: "00000000000000a2", name: "Jun", csrf: "token" };
	await app.begin(CHECKPOINT);
	assert.deepEqual([app.state().shift?.name, app.state().obstacle], ["Jun", "no_pin"]);
	await app.setPin("777777");
	server.session = { staff: "00000000000000a2", name: "Jun", csrf: "token" };
	await app.begin(CHECKPOINT);
	assert.equal(app.state().obstacle, undefined, "the same one keeps it");
});

test("an answer to a beginning that is lost is asked for again under the same id", async () => {
	const { server, browser, app } = await start();
	await app.end();
	const began = server.shifts.size;
	let lost = true;
	const again = await browser.open({
		fetch: async (path, init) => {
			const answer = await server.fetch(path, init);
			if (path.endsWith("/shifts") && lost) throw new TypeError("network");
			return answer;
		},
	});
	server.session = { ...INES, csrf: "another" };
	assert.equal((await again.begin(CHECKPOINT)).kind, "refused", "the PIN is not known: nothing follows");
	lost = false;
	assert.deepEqual(await again.begin(CHECKPOINT), { kind: "begun", online: true });
	assert.equal(server.shifts.size, began + 1);
});

test("signing out ends the shift, sends what waits, and forgets all but the enrolment", async () => {
	const { server, browser, app } = await start();
	server.down = true;
	const scanned = await app.nobody();
	assert.ok(scanned.kind === "person");
	scanned.person.read(365, "ear");
	assert.deepEqual(await app.signOut(), { kind: "waiting", items: 2 });
	server.down = false;
	assert.deepEqual(await app.signOut(), { kind: "signed_out" });
	assert.deepEqual(server.of("tally").map(({ normal }) => normal), [1]);
	assert.equal(server.of("shift_ended")[0]?.why, "signed_out");
	const again = await browser.open();
	const { shift, mayFollowUntil, device, obstacle } = again.state();
	assert.deepEqual([shift, mayFollowUntil, device.kind, obstacle], [undefined, undefined, "enrolled", "no_shift"]);
	server.down = true;
	assert.deepEqual(await again.begin(CHECKPOINT), { kind: "offline" });
});
