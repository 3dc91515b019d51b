import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { concat, fromBase64url, toBase64url } from "../src/bytes";
import { base64url } from "../src/verify/encoding";
import { TrustList } from "../src/verify/index";
import type { App } from "../src/inspect/core/app";
import { Specimens } from "../src/inspect/core/specimen";
import { meant } from "../src/inspect/core/meant";
import type { Person } from "../src/inspect/core/types";
import { working } from "./inspect-env";
import { FakeServer, STATUS } from "./inspect-server";

const start = async (configuration = {}) => {
	const server = await FakeServer.make();
	server.configuration = configuration;
	const { browser, app } = await working(server);
	const { kid, privateKey } = server.rules;
	const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
	const codes = (issuer = "UTO") => new Specimens({ kid: base64url(kid), privateKey }, TrustList.empty(), random, issuer, STATUS);
	return { server, browser, app, codes: codes(), codesOf: codes };
};

async function scan(app: App, text: string): Promise<Person> {
	const scanned = await app.scan(text, "scanner");
	if (scanned.kind !== "person") throw new Error(JSON.stringify(scanned));
	return scanned.person;
}

const said = ({ judged }: Person): unknown[] => [judged?.verdict, judged?.reasons, judged?.source];

test("passes are judged by this device, with four items to compare", async () => {
	const { server, app, codes } = await start();
	const person = await scan(app, await codes.pass(server.time, { live: { age: 5 } }));
	assert.deepEqual(said(person), ["PASS", [], "live"]);
	assert.deepEqual(person.judged?.identity, { initials: "AE", birth_day: 12, birth_month: 8, document: "passport", last_four: "02C3" });
	assert.equal(person.judged?.by, "device");
	for (const [wanted, verdict, reasons] of [
		[{ live: { age: 90 } }, "CHECK", ["picture"]],
		[{ live: { age: 0 }, colour: "yellow" }, "CHECK", ["yellow"]],
		[{ live: { age: 0 }, colour: "red" }, "STOP", ["red"]],
		[{ live: { age: 0 }, lasts: -1 }, "STOP", ["expired"]],
		[{ live: { age: 0 }, index: server.withdrawnIndex }, "STOP", ["withdrawn"]],
	] as const) {
		assert.deepEqual(said(await scan(app, await codes.pass(server.time, wanted))), [verdict, reasons, "live"]);
	}
	assert.deepEqual(said(await scan(app, "TX1:HELLO")), ["STOP", ["unreadable"], "unknown"]);
	assert.equal((await scan(app, "hello there")).judged?.identity, null);
});

test("a printed pass passes once the document was compared", async () => {
	const { server, app, codes } = await start();
	const person = await scan(app, await codes.pass(server.time));
	assert.deepEqual(said(person), ["CHECK", ["match_document"], "printed"]);
	await person.matchDocument(true);
	assert.deepEqual(said(person), ["PASS", [], "printed"]);
	assert.equal(person.subject.kind === "pass" && person.subject.printed, true);
	await person.done();
	assert.deepEqual([app.state().shift?.counts.pass, app.state().shift?.counts.check], [1, 0]);
});

test("data older than a day lets nobody pass; STOP stays STOP", async () => {
	const { server, browser, app, codes } = await start();
	server.down = true;
	browser.pass(86_400);
	await app.tick();
	await app.unlock("123456");
	await app.begin(app.state().signed.config!.checkpoints[0]!.id);
	const fresh = await scan(app, await codes.pass(server.time, { live: { age: 0 } }));
	assert.deepEqual(said(fresh), ["CHECK", ["stale"], "live"]);
	assert.equal(fresh.judged?.age, 86_400);
	assert.deepEqual(said(await scan(app, await codes.pass(server.time, { live: { age: 0 }, colour: "red" }))), ["STOP", ["red", "status_unknown"], "live"]);
	assert.deepEqual(said(await scan(app, await codes.foreign(server.time))).slice(0, 1), ["STOP"], "its issuer is not trusted");
});

test("a withdrawal reaches an online device with the next list", async () => {
	const { server, browser, app, codes } = await start();
	const code = () => codes.pass(server.time, { live: { age: 0 }, index: 9 });
	assert.equal((await scan(app, await code())).verdict, "PASS");
	server.withdrawnIndex = 9;
	browser.pass(299);
	await app.tick();
	app.touch();
	browser.pass(10);
	await app.tick();
	await app.unlock("123456");
	assert.deepEqual(said(await scan(app, await code())), ["STOP", ["withdrawn"], "live"]);
});

test("a pass of a list that was opened since the data came has the lists asked for, at most every half minute", async () => {
	const { server, browser, app, codes } = await start({ status_lists: [] });
	const code = () => codes.pass(server.time, { live: { age: 0 } });
	server.configuration = {};
	server.requests = [];
	assert.deepEqual(said(await scan(app, await code())), ["CHECK", ["status_unknown"], "live"]);
	assert.ok(!server.requests.includes("GET /status/1"), "it was asked a moment ago");
	browser.pass(31);
	assert.deepEqual(said(await scan(app, await code())), ["CHECK", ["status_unknown"], "live"]);
	for (let tries = 0; !server.requests.includes("GET /status/1") && tries < 100; tries++) await new Promise((done) => setTimeout(done, 5));
	assert.ok(server.requests.includes("GET /status/1"), "by the scan alone");
	// Whoever asks while that goes on waits for it.
	await app.refresh();
	assert.deepEqual(said(await scan(app, await code())), ["PASS", [], "live"]);
});

test("a short code is the server's to judge, and CHECK without it", async () => {
	const { server, app } = await start();
	server.check = {
		verdict: "CHECK", reasons: ["short_code"], scope: "full", source: "short", found: true, pass: toBase64url(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)),
		identity: { initials: "AE", birth_day: 12, birth_month: 8, document: "passport", last_four: "02C3" },
	};
	const person = await scan(app, "7K3M-92QD");
	assert.deepEqual([...said(person), person.judged?.by, person.judged?.identity?.initials], ["CHECK", ["short_code"], "short", "server", "AE"]);
	assert.deepEqual(person.subject, { kind: "pass", pass: "AQIDBAUGBwg", printed: false });
	server.check = { ...server.check, verdict: "STOP", reasons: ["unreadable"], found: false, identity: null, pass: null };
	assert.deepEqual(said(await scan(app, "7K3M92QE")), ["CHECK", ["mistyped"], "short"]);
	server.check = { verdict: "PASS?" };
	assert.deepEqual(said(await scan(app, "7K3M92QF")), ["CHECK", ["short_code", "unreachable"], "short"]);
	server.down = true;
	const away = await scan(app, "7K3M92QG");
	assert.deepEqual([...said(away), away.subject.kind], ["CHECK", ["short_code", "unreachable"], "short", "nobody"]);
});

test("national codes: the signed form here, the online form at the server", async () => {
	const { server, app, codesOf } = await start();
	assert.deepEqual((await scan(app, await codesOf("CN").pass(server.time, { live: { age: 0 } }))).judged?.reasons, ["issuer", "status_unknown"]);
	// As the server has it: only short codes are found, and whose code it is is there to be compared.
	const identity = { initials: "SA", birth_day: 17, birth_month: 5, document: "passport", last_four: "0013" };
	server.check = { verdict: "PASS", reasons: [], scope: "entry", source: "national", found: false, identity, pass: null };
	const person = await scan(app, "GJM:abc");
	assert.equal(person.judged?.identity?.initials, "SA");
	assert.deepEqual([...said(person), person.judged?.scope, person.judged?.by], ["PASS", [], "national", "entry", "server"]);
	person.setDocument("passport", "l898902c3");
	assert.deepEqual(person.subject, { kind: "national", document: "passport", last_four: "02C3" });
	server.down = true;
	assert.deepEqual(said(await scan(app, "GJM:abd")), ["CHECK", ["unreachable"], "national"]);
});

test("the same text within five seconds is one scan", async () => {
	const { server, browser, app, codes } = await start();
	const text = await codes.pass(server.time, { live: { age: 0 } });
	assert.equal((await app.scan(text, "camera")).kind, "person");
	browser.pass(4);
	assert.deepEqual(await app.scan(text, "camera"), { kind: "again" });
	browser.pass(4);
	assert.deepEqual(await app.scan(text, "camera"), { kind: "again" }, "held before the camera it is still one");
	browser.pass(5);
	assert.equal((await app.scan(text, "camera")).kind, "person");
	assert.equal((await app.scan("other", "typed")).kind, "person");
	browser.pass(4);
	assert.deepEqual(await app.scan("other", "typed"), { kind: "again" });
	browser.pass(1);
	assert.equal((await app.scan("other", "typed")).kind, "person");
	await app.end();
	server.down = true;
	assert.deepEqual(await app.scan("third", "typed"), { kind: "obstacle", obstacle: "no_shift" });
});

test("scans of a minute go as a count with marks that only tell the same from another", async () => {
	const { server, browser, app, codes } = await start();
	const minute = Math.floor(server.time / 60);
	const pass = await codes.pass(server.time, { live: { age: 0 } });
	const first = await scan(app, pass);
	await scan(app, "GJM:1");
	await first.done();
	browser.pass(60);
	await app.tick();
	await app.flush();
	const [scans, ...more] = server.of("scans");
	const id = first.subject.kind === "pass" ? fromBase64url(first.subject.pass) : assert.fail();
	const mark = (of: Uint8Array) => createHash("sha256").update(concat(new TextEncoder().encode("tongxing mark v1\0"), of)).digest().subarray(0, 8).toString("base64url");
	assert.deepEqual(scans, { v: 1, kind: "scans", shift: app.state().shift?.id, minute, count: 2, marks: [mark(id), mark(new TextEncoder().encode("GJM:1"))] });
	assert.deepEqual(more, []);
});

test("counts outlive a kill, and only the newest tally waits", async () => {
	const { server, browser, app, codes } = await start();
	server.down = true;
	const live = async () => codes.pass(server.time, { live: { age: 0 } });
	for (let at = 0; at < 3; at++) {
		const person = await scan(app, await live());
		assert.equal(person.read(365, "forehead"), "normal");
		await person.done();
		await person.done();
		browser.pass(61);
		await app.tick();
	}
	assert.deepEqual(app.state().shift?.counts, { pass: 3, check: 0, stop: 0, normal: 3, abnormal: 0 });
	const tallies = async () => JSON.parse((await app.export()).text).items.length as number;
	assert.equal(await tallies(), 1 + 3, "one tally, and the scans of three minutes");
	const hot = await scan(app, await live());
	assert.equal(hot.read(373, "ear"), "again");
	assert.equal(hot.verdict, "CHECK", "nobody passes between the two readings");
	assert.equal(hot.read(374, "ear"), "abnormal");
	assert.equal(hot.verdict, "STOP");
	await new Promise((resolve) => setTimeout(resolve, 20));
	const again = await browser.open();
	assert.deepEqual(again.state().shift?.counts, { pass: 3, check: 0, stop: 0, normal: 3, abnormal: 0 }, "who is still in hand does not count yet");
	const held = again.held();
	assert.deepEqual([held?.subject, held?.readings, held?.verdict, held?.judged?.identity], [hot.subject, hot.readings, "STOP", null]);
	await held?.report("fever_clinic");
	await hot.done();
	assert.equal(again.held(), undefined);
	assert.equal((await browser.open()).held(), undefined, "nothing of them stays");
	assert.deepEqual(app.state().shift?.counts, { pass: 3, check: 0, stop: 1, normal: 3, abnormal: 1 }, "once");
	server.down = false;
	await app.end();
	await app.flush();
	assert.equal(server.of("report").length, 1);
	const { at, shift, ...counts } = server.of("tally").sort((a, b) => Number(a.at) - Number(b.at)).pop()!;
	assert.deepEqual(counts, { v: 1, kind: "tally", pass: 3, check: 0, stop: 1, normal: 3, abnormal: 1 });
	assert.ok(at && shift);
});

test("of several who were in hand the last one with a fever is in hand again, and the others count", async () => {
	const { server, browser, app, codes } = await start();
	const live = (colour: "green" | "yellow" = "green") => codes.pass(server.time, { live: { age: 0 }, colour });
	await scan(app, await live());
	const other = await browser.open();
	await other.unlock("123456");
	(await scan(other, await live("yellow"))).read(385, "ear");
	await new Promise((resolve) => setTimeout(resolve, 20));
	const again = await browser.open();
	assert.deepEqual([again.held()?.readings.length, again.held()?.verdict], [1, "CHECK"]);
	assert.equal(again.state().shift?.counts.pass, 1);
	assert.equal(again.held()?.read(384, "ear"), "abnormal");
	await again.unlock("123456");
	await again.begin("00000000000000c1");
	assert.equal(again.held()?.readings.length, 2, "also over the beginning of the next shift");
	assert.equal((await again.held()!.report("refused")).durable, true);
	await again.flush();
	assert.deepEqual(server.of("report").map(({ action, shift }) => [action, shift === app.state().shift?.id]), [["refused", true]]);
});

test("whom another inspector left behind is reported by whoever is there now, also when that shift was over", async () => {
	for (const over of [false, true]) {
		const { server, browser, app, codes } = await start();
		(await scan(app, await codes.pass(server.time, { live: { age: 0 } }))).read(385, "ear");
		await new Promise((resolve) => setTimeout(resolve, 20));
		if (over) {
			browser.pass(43_200);
			await app.tick();
		}
		const again = await browser.open();
		server.session = { staff: "00000000000000a2", name: "Jun", csrf: "other" };
		await again.begin("00000000000000c1");
		const now = again.state().shift;
		assert.equal(now?.name, "Jun");
		assert.equal(again.held()?.read(384, "ear"), "abnormal");
		await again.held()!.report("refused");
		await again.flush();
		assert.deepEqual(server.of("report").map(({ shift }) => shift), [now?.id]);
	}
});

test("a printed pass that may be another person's names nobody who gave their own document", async () => {
	const { server, app, codes } = await start();
	const person = await scan(app, await codes.pass(server.time, {}));
	assert.deepEqual([person.judged?.reasons, person.subject.kind], [["match_document"], "pass"]);
	person.setDocument(undefined);
	assert.equal(person.subject.kind, "pass", "nothing was given");
	person.setDocument("passport", "l898902c3");
	assert.deepEqual(person.subject, { kind: "document", document: "passport", last_four: "02C3" });
	const compared = await scan(app, await codes.pass(server.time, {}));
	await compared.matchDocument(true);
	compared.setDocument("passport", "l898902c3");
	assert.equal(compared.subject.kind, "pass");
});

test("what is typed and is no code says nothing about the person, and does not count", async () => {
	const { app } = await start();
	for (const text of ["7K3M92Q", "7K3M92QDD", "7K3M 92Q0", "36.6"]) {
		const scanned = await app.scan(text, "typed");
		assert.ok(scanned.kind === "person");
		assert.deepEqual(said(scanned.person).slice(0, 2), ["CHECK", ["mistyped"]], text);
		await scanned.person.done();
	}
	const { pass, check, stop } = app.state().shift!.counts;
	assert.deepEqual([pass, check, stop], [0, 0, 0]);
	const forged = await app.scan("TX1:NOTAPASS", "typed");
	assert.ok(forged.kind === "person" && forged.person.verdict === "STOP", "what claims to be a code is one");
});

test("a reading that is too old for a report counts, and nobody is in hand again", async () => {
	const { browser, app } = await start();
	const scanned = await app.nobody();
	assert.ok(scanned.kind === "person");
	scanned.person.read(385, "ear");
	await new Promise((resolve) => setTimeout(resolve, 20));
	browser.pass(82_801);
	assert.equal((await browser.open()).held(), undefined);
	await app.wake();
	assert.equal(app.state().shift?.counts.abnormal, 1);
});

test("an answer of the server that comes after the next question, or after it was given up, is nobody's", async () => {
	const { server, browser } = await start();
	server.check = { verdict: "CHECK", reasons: ["short_code"], scope: "full", source: "short", found: true, identity: null, pass: null };
	const waiting: (() => void)[] = [];
	const app = await browser.open({
		fetch: async (path, init) => {
			if (path.endsWith("/check")) await new Promise<void>((resolve) => waiting.push(resolve));
			return server.fetch(path, init);
		},
	});
	await app.unlock("123456");
	const late = app.scan("7K3M92QD", "typed");
	while (waiting.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
	const next = await app.nobody();
	assert.ok(next.kind === "person");
	waiting.pop()?.();
	assert.deepEqual(await late, { kind: "dropped" });
	assert.equal(next.person.read(385, "ear"), "again");
	assert.equal(app.held(), next.person, "the next person is still in hand");
	browser.pass(6);
	const given = app.scan("7K3M92QD", "typed");
	while (waiting.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
	app.drop();
	waiting.pop()?.();
	assert.deepEqual(await given, { kind: "dropped" });
	assert.equal(app.state().shift?.counts.check, 0);
});

test("a report says whom it is about, what was read, and what the code alone gave", async () => {
	const { server, app, codes } = await start();
	const person = await scan(app, await codes.pass(server.time, { colour: "yellow", live: { age: 0 } }));
	assert.throws(() => person.report("released"), /only an abnormal/);
	assert.throws(() => person.read(339, "ear"), RangeError);
	assert.throws(() => person.read(431, "ear"), RangeError);
	assert.throws(() => person.read(37.5, "ear"), RangeError);
	person.read(380, "forehead");
	person.read(379, "armpit");
	person.setDocument("passport", "9999");
	const [first, second] = [person.report("refused"), person.report("released")];
	assert.equal((await first).id, (await second).id, "twice is once");
	await person.done();
	await app.flush();
	const [report, ...more] = server.of("report");
	assert.deepEqual(more, []);
	assert.deepEqual(report, {
		v: 1, kind: "report", at: server.time, shift: app.state().shift?.id, subject: person.subject, verdict: "CHECK", threshold: 373, action: "refused",
		readings: [{ tenths: 380, site: "forehead", at: server.time }, { tenths: 379, site: "armpit", at: server.time }],
	});
	assert.match((person.subject as { pass: string }).pass, /^[\w-]{11}$/);
	assert.deepEqual(app.state().shift?.counts, { pass: 0, check: 0, stop: 1, normal: 0, abnormal: 1 });
});

test("a second reading below the threshold is normal", async () => {
	const { app } = await start();
	const scanned = await app.nobody("passport", "x123");
	assert.ok(scanned.kind === "person");
	const { person } = scanned;
	assert.deepEqual(person.subject, { kind: "document", document: "passport", last_four: "X123" });
	assert.equal(person.read(375, "forehead"), "again");
	assert.equal(person.read(368, "ear"), "normal");
	assert.throws(() => person.report("released"));
	await app.nobody();
	assert.deepEqual(app.state().shift?.counts, { pass: 0, check: 0, stop: 0, normal: 1, abnormal: 0 });
});

test("nobody is reported by a pass that somebody forged", async () => {
	const { server, app, codesOf } = await start();
	const person = await scan(app, await codesOf("OTHER").pass(server.time, { live: { age: 0 } }));
	assert.deepEqual([person.judged?.reasons, person.subject, person.judged?.identity], [["issuer", "status_unknown"], { kind: "nobody" }, null]);
	person.setDocument("other", "12-34");
	assert.deepEqual(person.subject, { kind: "document", document: "other", last_four: "1234" });
});

test("a clock that was set back ages the data all the same, and lets nobody pass", async () => {
	const { server, browser, app, codes } = await start();
	const picture = await codes.pass(server.time, { live: { age: 0 } });
	assert.deepEqual(said(await scan(app, picture)), ["PASS", [], "live"]);
	server.down = true;
	browser.ahead = -86_400_000;
	const again = await browser.open();
	assert.equal((await again.unlock("123456")).kind, "unlocked");
	assert.deepEqual(said(await scan(again, await codes.pass(server.time, { live: { age: 0 } }))), ["CHECK", ["clock"], "live"]);
	browser.pass(5 * 3600);
	await again.unlock("123456");
	assert.equal(again.state().signed.age, 5 * 3600);
	assert.deepEqual(said(await scan(again, picture)), ["CHECK", ["picture", "clock"], "live"]);
	assert.deepEqual(said(await scan(again, await codes.pass(server.time, { live: { age: 0 }, colour: "red" }))).slice(0, 1), ["STOP"]);
	server.down = false;
	await again.refresh();
	assert.deepEqual(said(await scan(again, await codes.pass(server.time, { live: { age: 0 } }))), ["PASS", [], "live"]);
});

test("a poster before the camera is nobody's code, and of two codes the health code is meant", async () => {
	const { server, app, codes } = await start();
	for (const text of ["https://museum.example/", "WIFI:S:guest;P:12345678;;", "4006381333931"]) {
		for (const source of ["camera", "photo"] as const) assert.deepEqual(await app.scan(text, source), { kind: "no_code" });
	}
	assert.deepEqual(app.state().shift?.counts, { pass: 0, check: 0, stop: 0, normal: 0, abnormal: 0 });
	assert.equal((await app.scan("TX1:NOTHING", "camera")).kind, "person", "what says that it is one is judged");
	const [ours, other] = [await codes.pass(server.time), await codes.pass(server.time)];
	assert.equal(meant(["https://museum.example/", ours]), ours);
	assert.equal(meant(["HC1:AB", ours]), ours);
	assert.equal(meant(["HC1:AB", "parcel 12 of 3"]), "HC1:AB");
	assert.equal(meant([ours, other]), undefined);
	assert.equal(meant(["https://a.example/", "https://b.example/"]), undefined);
});

test("somebody who is shown again is not counted again, and what is read then counts", async () => {
	const { server, app, codes } = await start();
	const person = await scan(app, await codes.pass(server.time, { live: { age: 0 } }));
	await person.done();
	await person.done();
	assert.deepEqual(app.state().shift?.counts, { pass: 1, check: 0, stop: 0, normal: 0, abnormal: 0 });
	assert.equal(person.read(366, "ear"), "normal");
	await person.done();
	await person.done();
	assert.deepEqual(app.state().shift?.counts, { pass: 1, check: 0, stop: 0, normal: 1, abnormal: 0 });
});

test("a short code that nobody has is typed again, and counts nothing; too many tries say so", async () => {
	const { server, app } = await start();
	server.check = { verdict: "STOP", reasons: ["unreadable"], scope: null, source: "short", found: false, identity: null, pass: null };
	await (await scan(app, "7K3M92QE")).done();
	assert.deepEqual(app.state().shift?.counts, { pass: 0, check: 0, stop: 0, normal: 0, abnormal: 0 });
	server.check = { verdict: "CHECK", reasons: ["short_code"], scope: "full", source: "short", found: true, pass: null, identity: { initials: "AE" } };
	await (await scan(app, "7K3M92QD")).done();
	assert.deepEqual(app.state().shift?.counts, { pass: 0, check: 1, stop: 0, normal: 0, abnormal: 0 });
	const through = server.fetch;
	server.fetch = async (path, init) => (path.endsWith("/check") ? new Response("{}", { status: 429 }) : through(path, init));
	const busy = await scan(app, "7K3M92QF");
	assert.deepEqual(said(busy), ["CHECK", ["too_many"], "short"]);
	assert.equal(busy.read(381, "ear"), "again");
	assert.equal(busy.read(381, "ear"), "abnormal");
	await busy.done();
	assert.deepEqual(app.state().shift?.counts, { pass: 0, check: 1, stop: 1, normal: 0, abnormal: 1 }, "a temperature counts whatever the code was");
});

test("what keyboard scanners make of a code is read, and what is none is the scanner's settings", async () => {
	const { server, app, codes } = await start();
	const wide = (text: string): string => text.replace(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0));
	const live = (): Promise<string> => codes.pass(server.time, { live: { age: 0 } });
	for (const typed of [(code: string) => `]Q1${code}`, wide, (code: string) => code.toLowerCase(), (code: string) => `]q1${code.toLowerCase()}`]) {
		assert.deepEqual(said(await scan(app, typed(await live()))), ["PASS", [], "live"]);
	}
	assert.equal((await scan(app, "hc1:6bf")).judged?.format, "hcert");
	for (const text of ["TX1>6BF", "4006381333931", "https://museum.example/"]) {
		const person = await scan(app, text);
		assert.deepEqual(said(person), ["CHECK", ["scanner"], "unknown"]);
		await person.done();
	}
	const { pass, check, stop } = app.state().shift!.counts;
	assert.deepEqual([pass, check, stop], [4, 0, 1], "what the scanner garbled counts nothing");
});
