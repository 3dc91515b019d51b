import { Aes128Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core";
import assert from "node:assert/strict";
import { test } from "node:test";
import { toBase64url } from "../src/bytes";
import { makeDeviceKey } from "../src/live";
import { idBytes, padded, seal } from "../src/inspect/core/seal";
import { DEVICE, FakeServer } from "./inspect-server";

const bytes = (hex: string): ArrayBuffer => Uint8Array.from(Buffer.from(hex, "hex")).buffer;

test("the library opens the vector of RFC 9180, appendix A.3.1", async () => {
	const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes128Gcm() });
	const recipientKey = await suite.kem.deserializePrivateKey(bytes("f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2"));
	const enc = bytes("04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac98536d7b61a1af4b78e5b7f951c0900be863c403ce65c9bfcb9382657222d18c4");
	const context = await suite.createRecipientContext({ recipientKey, enc, info: bytes("4f6465206f6e2061204772656369616e2055726e") });
	const sealed = bytes("5ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f9076ac232e3ab2523f39513434");
	const plain = await context.open(sealed, bytes("436f756e742d30"));
	assert.equal(Buffer.from(plain).toString("hex"), "4265617574792069732074727574682c20747275746820626561757479");
});

test("what was sealed opens at the server, under its own id and device alone", async () => {
	const server = await FakeServer.make();
	const { privateKey, publicKey } = await makeDeviceKey();
	server.deviceKey = publicKey;
	const { payload } = { payload: JSON.parse(Buffer.from((await server.config()).split(".")[1] ?? "", "base64url").toString()) };
	const content = { v: 1, kind: "tally", at: 1, shift: "AAAAAAAAAAAAAAAAAAAAAA", pass: 1, check: 2, stop: 3, normal: 4, abnormal: 5 };
	const id = crypto.getRandomValues(new Uint8Array(16));
	const item = await seal(content, id, { key: payload.seal[0], device: idBytes(DEVICE), privateKey });
	assert.deepEqual(await server.open(item), content);
	const damaged = { ...item, sealed: toBase64url(Buffer.from(item.sealed, "base64url").fill(0, 0, 1)) };
	assert.equal(await server.open(damaged), "signature");
	assert.equal(await server.open({ ...item, id: toBase64url(new Uint8Array(16)) }), "signature");
	assert.equal(await server.open(item, "00000000000000d2"), "signature");
});

test("the length of what is sealed tells nothing of what it says", () => {
	assert.equal(padded({}).length, 512);
	assert.equal(padded({ text: "a".repeat(501) }).length, 512);
	assert.equal(padded({ text: "a".repeat(502) }).length, 1024);
	assert.deepEqual(JSON.parse(new TextDecoder().decode(padded({ a: "通行" }))), { a: "通行" });
});
