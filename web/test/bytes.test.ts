import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBase64url, toBase64url } from "../src/bytes";
import { toBase45 } from "../src/base45";
import { array, bstr, tstr, uint } from "../src/cbor";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

test("Base45 writes the examples of RFC 9285 section 4.3", () => {
	for (const [text, encoded] of [["AB", "BB8"], ["Hello!!", "%69 VD92EX0"], ["base-45", "UJCLQE7W581"], ["ietf!", "QED8WEX0"]] as const) {
		assert.equal(toBase45(new TextEncoder().encode(text)), encoded);
	}
	assert.equal(toBase45(new Uint8Array()), "");
	assert.equal(toBase45(Uint8Array.of(255, 255, 255)), "FGWU5");
});

test("CBOR heads are the shortest (RFC 8949 appendix A)", () => {
	const examples: [number, string][] = [
		[0, "00"], [1, "01"], [10, "0a"], [23, "17"], [24, "1818"], [25, "1819"], [100, "1864"], [255, "18ff"], [256, "190100"],
		[1000, "1903e8"], [65535, "19ffff"], [65536, "1a00010000"], [1000000, "1a000f4240"], [4294967295, "1affffffff"],
		[4294967296, "1b0000000100000000"], [1000000000000, "1b000000e8d4a51000"],
	];
	for (const [value, expected] of examples) assert.equal(hex(uint(value)), expected);
	for (const bad of [-1, 1.5, Number.NaN, 2 ** 53]) assert.throws(() => uint(bad), RangeError);
});

test("CBOR strings and arrays (RFC 8949 appendix A)", () => {
	assert.equal(hex(bstr(new Uint8Array())), "40");
	assert.equal(hex(bstr(Uint8Array.of(1, 2, 3, 4))), "4401020304");
	assert.equal(hex(tstr("IETF")), "6449455446");
	assert.equal(hex(tstr("\u6c34")), "63e6b0b4");
	assert.equal(hex(array(uint(1), uint(2), uint(3))), "83010203");
	assert.equal(hex(bstr(new Uint8Array(300))).slice(0, 6), "59012c");
});

test("base64url comes back, without padding, and nothing else is accepted", () => {
	for (let length = 0; length < 70; length++) {
		const bytes = Uint8Array.from({ length }, (_, at) => (at * 37 + length * 101) & 255);
		const text = toBase64url(bytes);
		assert.equal(text, Buffer.from(bytes).toString("base64url"));
		assert.deepEqual(fromBase64url(text), bytes);
	}
	for (const bad of ["a+b/", "ab==", "a b", "é"]) assert.throws(() => fromBase64url(bad));
});
