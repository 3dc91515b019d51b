import assert from "node:assert/strict";
import { test } from "node:test";
import { FRESH_MS, liveMessage, liveText, makeDeviceKey, makeLiveText } from "../src/live";
import { encode, outline, type Modules } from "../src/draw";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** An independent reader of RFC 9285. */
function fromBase45(text: string): Buffer {
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
	const out: number[] = [];
	for (const [group] of text.matchAll(/.{2,3}/g)) {
		const value = [...group].reduce((sum, letter, at) => sum + alphabet.indexOf(letter) * 45 ** at, 0);
		out.push(...(group.length === 3 ? [value >> 8, value & 255] : [value]));
	}
	return Buffer.from(out);
}

test("the signed message is deterministic CBOR, byte for byte", () => {
	// 83 = array(3); 70 … = text(16); 43 … = bytes(3); 1a 6924af80 = 1764011904
	const expected = "83" + "70" + Buffer.from("tongxing live v1").toString("hex") + "43d28443" + "1a6924af80";
	assert.equal(hex(liveMessage(Uint8Array.of(0xd2, 0x84, 0x43), 0x6924af80)), expected);
});

test("the text is TX1: and the Base45 of [pass, time, signature]", () => {
	const signature = Uint8Array.from({ length: 64 }, (_, at) => at);
	const text = liveText(Uint8Array.of(0xd2, 0x84, 0x43), 0x6924af80, signature);
	assert.ok(text.startsWith("TX1:"));
	assert.equal(fromBase45(text.slice(4)).toString("hex"), "83" + "43d28443" + "1a6924af80" + "5840" + hex(signature));
	assert.throws(() => liveText(new Uint8Array(3), 1, new Uint8Array(70)), RangeError);
});

test("a code made by the device key verifies under the public key that the server is sent", async () => {
	const { privateKey, publicKey } = await makeDeviceKey();
	assert.equal(publicKey.length, 65);
	assert.equal(publicKey[0], 4);
	assert.equal(privateKey.extractable, false);
	await assert.rejects(crypto.subtle.exportKey("jwk", privateKey));
	const pass = crypto.getRandomValues(new Uint8Array(250));
	const time = 1_795_424_000;
	const text = await makeLiveText(pass, time, privateKey);
	const bytes = fromBase45(text.slice(4));
	const signature = Uint8Array.from(bytes.subarray(bytes.length - 64));
	const key = await crypto.subtle.importKey("raw", publicKey, { name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]);
	const algorithm = { name: "ECDSA", hash: "SHA-256" };
	assert.equal(await crypto.subtle.verify(algorithm, key, signature, liveMessage(pass, time)), true);
	assert.equal(await crypto.subtle.verify(algorithm, key, signature, liveMessage(pass, time + 1)), false);
});

test("the code is fresh for verifiers all the time that it is shown", () => {
	assert.ok(FRESH_MS <= 60_000 - 15_000);
});

test("a live code of the budgeted length fits QR version 14 at level M", () => {
	const text = "TX1:" + "0A$".repeat(175).slice(0, 524);
	assert.equal(text.length, 528);
	assert.equal(encode(text).size, 17 + 4 * 14);
	assert.ok(encode(text + "A".repeat(20)).size > 17 + 4 * 14);
});

test("the outline covers exactly the dark modules, four modules in from the edge", () => {
	const code = encode("TX1:TEST");
	assert.deepEqual(cells(outline(code)), dark(code));
});

function dark(code: Modules): Set<string> {
	const set = new Set<string>();
	for (let y = 0; y < code.size; y++) for (let x = 0; x < code.size; x++) if (code.get(x, y)) set.add(`${x + 4},${y + 4}`);
	return set;
}

function cells(path: string): Set<string> {
	const set = new Set<string>();
	for (const [, x, y, run] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
		for (let at = 0; at < Number(run); at++) set.add(`${Number(x) + at},${y}`);
	}
	return set;
}
