import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBase64url } from "../src/bytes";
import { askForPass, parseAnswer, Schedule, type Answer } from "../src/renewal";

const HOUR = 3_600_000;
const GOOD = { pass: "0oRD", expires: 1_795_510_400, not_before: 1_795_424_000, server_time: 1_795_424_000.25, colour: "green", reasons: [] };
const KEY = Uint8Array.from({ length: 65 }, (_, at) => (at === 0 ? 4 : at));

interface Call {
	url: string;
	init: RequestInit;
}

/** A network that answers as told, and a clock that the answer moves on. */
async function ask(reply: () => Response | Promise<Response>): Promise<{ answer: Answer; calls: Call[] }> {
	const calls: Call[] = [];
	let now = 5_000;
	const answer = await askForPass({
		fetch: async (url, init) => {
			calls.push({ url, init });
			now += 400;
			return reply();
		},
		now: () => now,
		endpoint: "/api/v1/my-code/pass",
		csrf: "token",
		deviceKey: KEY,
	});
	return { answer, calls };
}

const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status });
const kind = async (reply: () => Response | Promise<Response>): Promise<string> => (await ask(reply)).answer.kind;

test("the request carries the device key, the token and the session, and follows no redirect", async () => {
	const { calls } = await ask(() => json(GOOD));
	assert.equal(calls.length, 1);
	const { url, init } = calls[0]!;
	assert.equal(url, "/api/v1/my-code/pass");
	assert.equal(init.method, "POST");
	assert.equal(init.credentials, "same-origin");
	assert.equal(init.redirect, "error");
	assert.equal(new Headers(init.headers).get("x-csrf-token"), "token");
	const { device_key } = JSON.parse(String(init.body)) as { device_key: string };
	assert.deepEqual(fromBase64url(device_key), KEY);
});

test("a pass is understood, seconds become milliseconds", async () => {
	const { answer } = await ask(() => json({ ...GOOD, colour: "yellow", reasons: ["symptoms"] }));
	assert.equal(answer.kind, "pass");
	if (answer.kind !== "pass") return;
	assert.deepEqual(answer.pass, {
		bytes: Uint8Array.of(0xd2, 0x84, 0x43), expires: 1_795_510_400_000, notBefore: 1_795_424_000_000, colour: "yellow", reasons: ["symptoms"],
	});
	assert.deepEqual(answer.ahead, []);
	assert.equal(answer.serverTime, 1_795_424_000_250);
	assert.deepEqual([answer.asked, answer.answered], [5_000, 5_400]);
});

test("each refusal has its meaning", async () => {
	for (const [status, expected] of [[401, "session"], [403, "session"], [409, "changed"], [410, "withdrawn"], [500, "offline"], [404, "offline"]] as const) {
		assert.equal(await kind(() => json({ title: "no" }, status)), expected, String(status));
	}
});

test("a busy server says how long to wait", async () => {
	const { answer } = await ask(() => new Response("", { status: 503, headers: { "retry-after": "120" } }));
	assert.deepEqual(answer, { kind: "busy", retryAfter: 120_000 });
	for (const header of [{}, { "retry-after": "Wed, 25 Nov 2026 08:00:00 GMT" }, { "retry-after": "-5" }] as Record<string, string>[]) {
		assert.deepEqual((await ask(() => new Response("", { status: 429, headers: header }))).answer, { kind: "busy", retryAfter: 30_000 });
	}
});

test("no network, and whatever a captive portal says, is no network", async () => {
	assert.equal(await kind(() => Promise.reject(new TypeError("failed"))), "offline");
	assert.equal(await kind(() => new Response("<html>Sign in to Wi-Fi</html>")), "offline");
	for (const broken of [null, {}, { ...GOOD, pass: "" }, { ...GOOD, pass: "a+b" }, { ...GOOD, expires: "soon" }, { ...GOOD, colour: "blue" }, { ...GOOD, reasons: [1] }, { ...GOOD, server_time: undefined }]) {
		assert.throws(() => parseAnswer(broken));
		assert.equal(await kind(() => json(broken)), "offline");
	}
});

test("events ask at once, ticks only when under twelve hours are left", () => {
	const schedule = new Schedule();
	assert.equal(schedule.due("event", 24 * HOUR, 0), true);
	assert.equal(schedule.due("tick", 12 * HOUR, 0), false);
	assert.equal(schedule.due("tick", 12 * HOUR - 1, 0), true);
	assert.equal(schedule.due("tick", 0, 0), true);
});

test("an event right after an answer does not ask again", () => {
	const schedule = new Schedule();
	schedule.note({ kind: "session" }, 1_000, 0);
	assert.equal(schedule.due("event", 0, 1_000 + 19_999), false);
	assert.equal(schedule.due("event", 0, 1_000 + 20_000), true);
	assert.equal(schedule.due("tick", 0, 1_000 + 14 * 60_000), false);
	assert.equal(schedule.due("tick", 0, 1_000 + 15 * 60_000), true);
});

test("failures are retried after 30 s, then ever later, up to 15 min, spread by chance", () => {
	const schedule = new Schedule();
	let now = 0;
	const waits = [];
	for (let failure = 0; failure < 8; failure++) {
		schedule.note({ kind: "offline" }, now, 0);
		let wait = 0;
		while (!schedule.due("tick", HOUR, now + wait)) wait += 1_000;
		waits.push(wait / 1000);
		now += wait;
	}
	assert.deepEqual(waits, [30, 60, 120, 240, 480, 900, 900, 900]);
	const spread = new Schedule();
	spread.note({ kind: "offline" }, 0, 0.9);
	assert.equal(spread.due("tick", HOUR, 43_000), false);
	assert.equal(spread.due("tick", HOUR, 43_500), true);
});

test("the network's return is reason to ask at once; a busy server's wish is kept all the same", () => {
	const schedule = new Schedule();
	schedule.note({ kind: "offline" }, 0, 0);
	schedule.reconnected();
	assert.equal(schedule.due("event", 24 * HOUR, 1), true);
	schedule.note({ kind: "busy", retryAfter: 120_000 }, 10, 0);
	schedule.reconnected();
	assert.equal(schedule.due("event", 0, 100_000), false);
	assert.equal(schedule.due("event", 0, 120_010), true);
});

test("the passes of days ahead have times of their own and the colour of the answer; a broken one breaks the answer", () => {
	const day = { pass: "0oRE", expires: 1_795_600_000, not_before: 1_795_510_400 };
	const { ahead } = parseAnswer({ ...GOOD, colour: "yellow", ahead: [day] });
	assert.deepEqual(ahead, [
		{ bytes: Uint8Array.of(0xd2, 0x84, 0x44), expires: 1_795_600_000_000, notBefore: 1_795_510_400_000, colour: "yellow", reasons: [] },
	]);
	for (const wrong of ["none", [{ ...day, pass: "" }], [{ ...day, expires: "soon" }], [undefined]]) {
		assert.throws(() => parseAnswer({ ...GOOD, ahead: wrong }));
	}
});
