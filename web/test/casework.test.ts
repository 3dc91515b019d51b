import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { argon2id } from "hash-wasm";
import { concat, fromBase64url, toBase64url, type Bytes } from "../src/bytes";
import { Cannot, type Why } from "../src/casework/failure";
import { readKeyFile, Unlocked, type KeyFile } from "../src/casework/keyfile";
import { openRecords, openShares } from "../src/casework/opening";
import { header } from "../src/casework/sealed";

interface Vectors {
	units: { private: string; public: string }[];
	shares: { wrapped: string; opened: string }[];
	records: { location: string; slot: number; visit: string; record: string; kind: string; holder: string }[];
}

// Node runs the bundled test from web/.test.
const vectors = JSON.parse(readFileSync(new URL("../../vectors/visits.json", import.meta.url), "utf8")) as Vectors;
const PASSPHRASE = "five words nobody expects together";
const utf8 = (text: string): Bytes => new TextEncoder().encode(text);
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
const share = (at: number): Bytes => fromBase64url(vectors.shares[at]?.wrapped ?? "");

/** A key file of the unit, as `tongxing authority keys` makes it, with a lock that is quick to open. */
async function keyFile(at: number): Promise<KeyFile> {
	const { unit, day, kid } = header(share(at));
	const lock = { kdf: "argon2id", memory_kib: 64, passes: 1, lanes: 1, salt: base64(new Uint8Array(16).fill(at)) };
	const raw = await argon2id({ password: PASSPHRASE, salt: new Uint8Array(16).fill(at), memorySize: 64, iterations: 1, parallelism: 1, hashLength: 32, outputType: "binary" });
	const key = await crypto.subtle.importKey("raw", raw as Bytes, "AES-GCM", false, ["encrypt"]);
	const format = "tongxing-visit-day-keys-1";
	const parts = [format, unit, day, kid].map((part) => {
		const length = new Uint8Array(8);
		new DataView(length.buffer).setBigUint64(0, BigInt(utf8(part).length));
		return concat(length, utf8(part));
	});
	const nonce = new Uint8Array(12).fill(9);
	const { private: secret = "", public: point = "" } = vectors.units[at] ?? {};
	const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData: concat(...parts) }, key, fromBase64url(secret)));
	return { format, unit, lock, keys: [{ day, kid, public: point, sealed: base64(concat(nonce, sealed)) }] };
}

const lines = (...all: object[]): string => all.map((one) => JSON.stringify(one)).join("\n");
const nothing = (): void => undefined;
const is = (why: Why) => (error: unknown): boolean => error instanceof Cannot && error.why === why;

test("both units' key files open shares and records, as the command line does", async () => {
	const opened = [];
	for (const at of [0, 1]) {
		const unlocked = await Unlocked.open(readKeyFile(JSON.stringify(await keyFile(at))), PASSPHRASE);
		opened.push(await openShares(`${lines({ share: vectors.shares[at]?.wrapped })}\n`, unlocked, nothing));
		assert.deepEqual(opened[at]?.lines, [JSON.stringify({ opened: vectors.shares[at]?.opened })]);
	}
	const key = header(share(0)).id;
	const records = vectors.records.map(({ location, slot, visit, record }) => ({ key, location, slot, visit, record }));
	const said: number[] = [];
	const visits = await openRecords(opened[1]?.lines ?? [], (opened[0]?.lines ?? []).join("\n"), lines(...records), (done) => void said.push(done));
	assert.deepEqual(visits.lines.map((line) => JSON.parse(line)), vectors.records.map(({ location, slot, visit, kind, holder }) => ({ location, slot, visit, kind, holder })));
	assert.deepEqual([visits.left, said.at(-1)], [0, 4]);
	const one = { ...records[0], slot: 1 };
	const some = await openRecords(opened[1]?.lines ?? [], (opened[0]?.lines ?? []).join("\n"), lines(one, ...records), nothing);
	assert.deepEqual([some.lines.length, some.left], [4, 1], "what does not open is left out and counted");
	await assert.rejects(openRecords(opened[1]?.lines ?? [], "", lines(...records), nothing), is("apart"));
});

test("what stands in the way of a key file is told by its name", async () => {
	const file = await keyFile(0);
	for (const bad of ["", "null", "{}", "[]", JSON.stringify({ ...file, format: "another" }), JSON.stringify({ ...file, keys: [] }), JSON.stringify({ ...file, keys: [{ day: 1 }] })]) {
		assert.throws(() => readKeyFile(bad), is("file"), bad);
	}
	await assert.rejects(Unlocked.open(file, "another passphrase"), is("passphrase"));
	for (const lock of [{ ...file.lock, kdf: "scrypt" }, { ...file.lock, memory_kib: 4_000_000 }, { ...file.lock, passes: 0 }, { ...file.lock, lanes: 1.5 }]) {
		await assert.rejects(Unlocked.open({ ...file, lock }, PASSPHRASE), is("lock"));
	}
	const [only] = file.keys;
	assert.ok(only);
	const open = async (changed: KeyFile, at = 0): Promise<unknown> => openShares(lines({ share: toBase64url(share(at)) }), await Unlocked.open(changed, PASSPHRASE), nothing);
	await assert.rejects(open(file, 1), is("unit"));
	const { sealed: _, ...destroyed } = only;
	await assert.rejects(open({ ...file, keys: [destroyed] }), is("destroyed"));
	await assert.rejects(open({ ...file, keys: [{ ...destroyed, day: "2020-01-01" }] }), is("day"));
	await assert.rejects(open({ ...file, keys: [{ ...destroyed, kid: "AAAAAAAAAAA" }] }), is("key"));
	const changed = share(0);
	changed.set([(changed.at(-1) ?? 0) ^ 1], changed.length - 1);
	await assert.rejects(openShares(lines({ share: toBase64url(changed) }), await Unlocked.open(file, PASSPHRASE), nothing), is("changed"));
	const unlocked = await Unlocked.open(file, PASSPHRASE);
	const some = await openShares(lines({ share: toBase64url(changed) }, { share: vectors.shares[0]?.wrapped ?? "" }), unlocked, nothing);
	assert.deepEqual([some.lines.length, some.left], [1, 1]);
});
