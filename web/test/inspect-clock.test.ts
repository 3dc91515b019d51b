import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock } from "../src/inspect/core/clock";
import { openStore } from "../src/inspect/core/store";
import { FakeBrowser } from "./inspect-env";
import { FakeServer } from "./inspect-server";

const answer = (seconds: number): Response => new Response("", { headers: { date: new Date(seconds * 1000).toUTCString() } });

async function device() {
	const browser = new FakeBrowser(await FakeServer.make());
	const open = async (): Promise<Clock> => {
		const env = browser.env();
		const clock = new Clock(env, await openStore(env));
		await clock.load();
		return clock;
	};
	const ask = async (clock: Clock): Promise<void> => clock.note(answer(browser.server.time), browser.env().wall(), browser.env().wall());
	return { browser, open, ask };
}

test("the offset is measured by answers and outlives the page", async () => {
	const { browser, open, ask } = await device();
	browser.ahead = 420_000;
	const clock = await open();
	assert.equal(clock.needsServer, true);
	await ask(clock);
	assert.equal(clock.now(), browser.server.time);
	assert.equal(clock.needsServer, false);
	assert.equal(Math.round((clock.state().wrong ?? 0) / 1000), 420);
	browser.pass(5000);
	const again = await open();
	assert.equal(again.now(), browser.server.time);
	assert.equal(again.state().doubtful, false);
});

test("a clock set back while the page is open is corrected without a network", async () => {
	const { browser, open, ask } = await device();
	const clock = await open();
	await ask(clock);
	browser.ahead = -3_600_000;
	browser.pass(10);
	assert.equal(clock.now(), browser.server.time);
	assert.equal(clock.needsServer, true, "and the server is asked");
	await ask(clock);
	assert.equal(clock.now(), browser.server.time);
	assert.equal(clock.needsServer, false);
});

test("a clock that ran ahead is put right by the next answer, not by a slow guess", async () => {
	const { browser, open, ask } = await device();
	const clock = await open();
	await ask(clock);
	browser.ahead = 7_200_000;
	assert.equal(clock.needsServer, true);
	await ask(clock);
	assert.equal(clock.now(), browser.server.time);
});

test("a clock set back while the page was closed stands at the time that was seen, and says so", async () => {
	const { browser, open, ask } = await device();
	const clock = await open();
	await ask(clock);
	await clock.reached(browser.server.time);
	browser.ahead = -86_400_000;
	const again = await open();
	assert.equal(again.state().doubtful, true);
	assert.equal(again.now(), browser.server.time, "codes of yesterday are not fresh");
	await ask(again);
	assert.deepEqual([again.state().doubtful, again.now()], [false, browser.server.time]);
});

test("a clock that ran ahead for a moment, and is set back while the page is closed, is noticed", async () => {
	const { browser, open, ask } = await device();
	await ask(await open());
	browser.ahead = 5 * 3_600_000;
	(await open()).now();
	await new Promise((done) => setTimeout(done, 20));
	browser.ahead = 0;
	assert.equal((await open()).state().doubtful, true);
});

test("signed data from the future says that the clock is behind", async () => {
	const { browser, open } = await device();
	const clock = await open();
	await clock.reached(browser.server.time + 100);
	assert.equal(clock.state().doubtful, false, "within what clocks differ");
	await clock.reached(browser.server.time + 4000);
	assert.equal(clock.state().doubtful, true);
	assert.equal(clock.now(), browser.server.time + 4000);
});

test("a clock that is known to be wrong goes on from the last time that was right, and again after the next opening", async () => {
	const { browser, open, ask } = await device();
	const clock = await open();
	await ask(clock);
	await clock.reached(browser.server.time);
	const began = browser.server.time;
	browser.ahead = -86_400_000;
	const again = await open();
	for (let hours = 0; hours < 5; hours++) {
		browser.pass(3600);
		assert.equal(again.now(), browser.server.time);
	}
	assert.equal(again.now(), began + 5 * 3600);
	await new Promise((done) => setTimeout(done, 20));
	const third = await open();
	assert.deepEqual([third.state().doubtful, third.now()], [true, browser.server.time]);
	browser.ahead = 0;
	assert.ok((await open()).state().doubtful === false, "put right by hand");
});
