import { Aes128Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core";
import assert from "node:assert/strict";
import { test } from "node:test";
import { toBase64url } from "../src/bytes";
import { makeDeviceKey } from "../src/live";
import { encapsulate } from "../src/inspect/core/hpke";
import { idBytes, padded, seal } from "../src/inspect/core/seal";
import { DEVICE, FakeServer } from "./inspect-server";

const bytes = (hex: string): ArrayBuffer => Uint8Array.from(Buffer.from(hex, "hex")).buffer;

/** The private key of appendix A.3.1 with this scalar and point, for WebCrypto. */
function ephemeral(scalar: string, point: string): Promise<CryptoKeyPair> {
	const text = (hex: string): string => Buffer.from(hex, "hex").toString("base64url");
	const jwk = { kty: "EC", crv: "P-256", x: text(point.slice(2, 66)), y: text(point.slice(66)) };
	const curve = { name: "ECDH", namedCurve: "P-256" };
	return Promise.all([
		crypto.subtle.importKey("jwk", { ...jwk, d: text(scalar) }, curve, false, ["deriveBits"]),
		crypto.subtle.importKey("jwk", jwk, curve, true, []),
	]).then(([privateKey, publicKey]) => ({ privateKey, publicKey }));
}

test("the shared secret is that of RFC 9180, appendix A.3.1", async () => {
	const pair = await ephemeral(
		"4995788ef4b9d6132b249ce59a77281493eb39af373d236a1fe415cb0c2d7beb",
		"04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac98536d7b61a1af4b78e5b7f951c0900be863c403ce65c9bfcb9382657222d18c4",
	);
	const receiver = "04fe8c19ce0905191ebc298a9245792531f26f0cece2460639e8bc39cb7f706a826a779b4cf969b8a0e539c7f62fb3d30ad6aa8f80e30f1d128aafd68a2ce72ea0";
	const { secret } = await encapsulate(pair, new Uint8Array(bytes(receiver)));
	assert.equal(Buffer.from(secret).toString("hex"), "c0d26aeab536609a572b07695d933b589dcf363ff9d93c93adea537aeabb8cb8");
});

test("the library with which tests open what was sealed opens the vector of RFC 9180, appendix A.3.1", async () => {
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
