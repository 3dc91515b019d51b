import assert from "node:assert/strict";
import { test } from "node:test";
import { constants, deflateRawSync, deflateSync, inflateRawSync, inflateSync } from "node:zlib";
import { toBase64url, type Bytes } from "../src/bytes";
import { decompress, P256, P384, point } from "../src/verify/curve";
import { base32, base64, base64url, hex } from "../src/verify/encoding";
import { inflateRaw, inflateZlib } from "../src/verify/inflate";
import { plain, strictJson } from "../src/verify/json";
import { readRoots, readSignedTrust } from "../src/verify/index";
import { Refused } from "../src/verify/refused";
import { rootKey } from "./root-key";

/** Numbers that look random and are the same each time (Numerical Recipes). */
function noise(seed: number): () => number {
	let state = seed;
	return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 8;
}

const or = <T>(read: () => T): T | undefined => {
	try {
		return read();
	} catch {
		return undefined;
	}
};

const LIMIT = 100_000;

/** What zlib itself makes of a stream that fills the bytes. */
function reference(stream: Uint8Array, raw: boolean): Buffer | undefined {
	const options = { maxOutputLength: LIMIT, info: true } as const;
	const found = or(() => (raw ? inflateRawSync : inflateSync)(stream, options)) as unknown as { buffer: Buffer; engine: { bytesWritten: number } } | undefined;
	return found && found.engine.bytesWritten === stream.length ? found.buffer : undefined;
}

test("our inflate takes and refuses what zlib does, on 6,000 altered streams", () => {
	const random = noise(7);
	let [taken, refused] = [0, 0];
	for (let round = 0; round < 3_000; round++) {
		const length = random() % 600;
		const letters = 1 + (random() % 60);
		const data = Uint8Array.from({ length }, () => random() % letters);
		const strategy = [constants.Z_DEFAULT_STRATEGY, constants.Z_FIXED, constants.Z_HUFFMAN_ONLY, constants.Z_RLE][round % 4] ?? 0;
		for (const raw of [true, false]) {
			const stream = Uint8Array.from((raw ? deflateRawSync : deflateSync)(data, { strategy, level: round % 10 }));
			for (let flips = random() % 3; flips > 0; flips--) stream[random() % stream.length]! ^= 1 << random() % 8;
			const want = reference(stream, raw);
			const got = or(() => (raw ? inflateRaw : inflateZlib)(stream, LIMIT));
			assert.deepEqual(got && hex(got), want?.toString("hex"), `round ${round}, ${hex(stream)}`);
			if (got) taken++;
			else refused++;
		}
	}
	assert.ok(taken > 1_000 && refused > 1_000, `${taken} taken, ${refused} refused`);
});

test("unpacking ends at its limit", () => {
	const bomb = Uint8Array.from(deflateSync(new Uint8Array(10_000_000), { level: 9 }));
	assert.ok(bomb.length < 10_000);
	assert.throws(() => inflateZlib(bomb, 131_072), Refused);
	const whole = Uint8Array.from(deflateSync(new Uint8Array(1_000)));
	assert.equal(inflateZlib(whole, 1_000).length, 1_000);
	assert.throws(() => inflateZlib(whole, 999), Refused);
});

test("JSON has one reading", () => {
	for (const text of ['{"a": [1, -2, 1.5, "é\\n\\ud842\\udfb7", true, null, {}], "__proto__": {"b": []}}', " [ ] ", "3", '""', "-0.5e-3", "[[],[]]"]) {
		assert.deepEqual(plain(strictJson(text)), JSON.parse(text), text);
	}
	const refused = [
		'{"a":1,"a":1}', '{"a":1,"\\u0061":2}', "{} {}", "", "\ufeff{}", '"\0"', "1e999", "[1,]", "[,1]", "{,}", '{"a"}', '{"a":1,}', "{1:2}", "01", "+1", ".5", "1.",
		'"\\ud800"', '"\\udc00\\ud800"', '"\\x"', "tru", "nul l", "[1 2]", "]", "'a'", "[".repeat(10_000), "[".repeat(128) + "]".repeat(128),
	];
	for (const text of refused) assert.throws(() => strictJson(text), Refused, text);
	assert.ok(strictJson("[".repeat(127) + "]".repeat(127)));
});

test("Base64 and Base32 have no bits left over", () => {
	for (let length = 0; length < 20; length++) {
		const bytes = Uint8Array.from({ length }, (_, at) => at * 91 + length);
		assert.deepEqual(base64url(toBase64url(bytes)), bytes);
		assert.deepEqual(base64(Buffer.from(bytes).toString("base64")), bytes);
	}
	for (const bad of ["A", "AB", "AAB", "AA==", "A A", "ÄA"]) assert.throws(() => base64url(bad), Refused, bad);
	for (const bad of ["=", "AA===", "AAA==", "AAAA=", "A-+A", "AA=A"]) assert.throws(() => base64(bad), Refused, bad);
	assert.equal(hex(base32("MZXW6YTBOI")), "666f6f626172");
	for (const bad of ["A", "AAA", "AAAAAA", "AB", "mz", "M1", "MZXW6YTBOI======"]) assert.throws(() => base32(bad), Refused, bad);
});

test("only points on the curve are keys", async () => {
	for (const curve of [P256, P384]) {
		const pair = (await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: curve.name }, true, ["sign"])) as CryptoKeyPair;
		const raw: Bytes = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
		const [x, y] = [raw.slice(1, 1 + curve.size), raw.slice(1 + curve.size)];
		assert.deepEqual(point(curve, x, y), raw);
		assert.deepEqual(decompress(curve, x, ((y[y.length - 1] ?? 0) & 1) === 1), raw);
		const [zero, ones] = [new Uint8Array(curve.size), new Uint8Array(curve.size).fill(255)];
		for (const [a, b] of [[x, x], [y, x], [zero, zero], [ones, y], [x, ones]] as const) assert.throws(() => point(curve, a, b), Refused);
		assert.throws(() => decompress(curve, ones, true), Refused);
		assert.throws(() => point(curve, x.subarray(1), y), Refused);
	}
});

test("a signed trust list counts under its root, in its time, and never goes back", async () => {
	const now = 1_795_420_800;
	const root = await rootKey();
	const roots = await readRoots(JSON.stringify({ keys: [root.jwk] }));
	const read = (text: string, minimum = 3, at = now): Promise<number> => readSignedTrust(text, roots, minimum, at).then(({ version }) => version);
	const list = { version: 3, issued: now - 60, expires: now + 60, issuers: [] };
	const usual = await root.sign(list);
	assert.equal(await read(usual), 3);
	assert.equal(await read(usual, 0), 3);
	for (const [minimum, at] of [[4, now], [3, now + 60], [3, now - 361]] as const) await assert.rejects(read(usual, minimum, at), Refused);
	assert.equal(await read(usual, 3, now - 360), 3);
	const header = { alg: "ES256", kid: root.kid, typ: "tongxing-trust+jwt" };
	const refused = [
		root.sign(list, { ...header, alg: "none" }), root.sign(list, { ...header, typ: "JWT" }), root.sign(list, { ...header, kid: "AAAAAAAAAAA" }),
		root.sign(list, { ...header, crit: [] }), root.sign(list, { alg: "ES256", typ: header.typ }), root.sign({ ...list, expires: undefined }),
		root.sign({ ...list, expires: now - 60 }), root.sign({ ...list, more: 1 }), root.sign([]), (await rootKey()).sign(list),
		usual.replace(/.$/, ""), `${usual}.`, ` ${usual}`, usual.replace("eyJ", "eyK"), "", "..",
	];
	for (const text of refused) await assert.rejects(read(await text), Refused, await text);
	await assert.rejects(readSignedTrust(usual, [], 0, now), Refused);
	await assert.rejects(readRoots('{"keys":[]}'), Refused);
});
