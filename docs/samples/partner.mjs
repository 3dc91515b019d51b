// A partner of Tongxing in one file: signs requests as docs/partner-api.md says, on Node 20 or later, without
// dependencies. Copy it, and read it beside the documentation. The tests of Tongxing run it as it stands.
//
//   node partner.mjs keys   KEYFILE                         makes a key, keeps it, prints its public half (JWK)
//   node partner.mjs call   KEYFILE ORIGIN FUNCTION JSON    calls a function, prints status and answer
//   node partner.mjs pass   KEYFILE ORIGIN GRANT DEVICEKEY  makes the device's key if there is none, and asks for the pass
//   node partner.mjs show   DEVICEKEY PASS                  prints the text of the live code, for a QR code
import { createHash, randomBytes, webcrypto } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const { subtle } = webcrypto;
const P256 = { name: "ECDSA", namedCurve: "P-256" };
const SHA256 = { name: "ECDSA", hash: "SHA-256" };
const encode = (text) => new TextEncoder().encode(text);
const now = () => Math.floor(Date.now() / 1000);

/** Makes a key on P-256 and keeps its private half in a file. On a phone it belongs in the phone's key store. */
async function makeKey(file) {
	const pair = await subtle.generateKey(P256, true, ["sign", "verify"]);
	writeFileSync(file, JSON.stringify(await subtle.exportKey("jwk", pair.privateKey)), { mode: 0o600 });
	return readKey(file);
}

/** Reads a key: what signs, its public half as a JWK, and its name, the JWK thumbprint (RFC 7638). */
async function readKey(file) {
	const { kty, crv, x, y, d } = JSON.parse(readFileSync(file, "utf8"));
	const signing = await subtle.importKey("jwk", { kty, crv, x, y, d }, P256, false, ["sign"]);
	const keyid = createHash("sha256").update(JSON.stringify({ crv, kty, x, y })).digest("base64url");
	return { signing, keyid, jwk: { kty, crv, x, y } };
}

/** Calls a function: HTTP Message Signatures (RFC 9421) with Content-Digest (RFC 9530). */
async function call(key, origin, name, body) {
	const url = `${origin}/api/v1/partner/${name}`;
	const content = JSON.stringify(body);
	const headers = {
		"content-type": "application/json",
		"content-digest": `sha-256=:${createHash("sha256").update(content).digest("base64")}:`,
	};
	const nonce = randomBytes(16).toString("base64url");
	const input =
		`("@method" "@target-uri" "content-digest" "content-type")` +
		`;created=${now()};nonce="${nonce}";keyid="${key.keyid}";alg="ecdsa-p256-sha256";tag="tongxing"`;
	const base = [
		`"@method": POST`,
		`"@target-uri": ${url}`,
		`"content-digest": ${headers["content-digest"]}`,
		`"content-type": ${headers["content-type"]}`,
		`"@signature-params": ${input}`,
	].join("\n");
	const signature = Buffer.from(await subtle.sign(SHA256, key.signing, encode(base))).toString("base64");
	const signed = { ...headers, "signature-input": `sig=${input}`, signature: `sig=:${signature}:` };
	const answer = await fetch(url, { method: "POST", headers: signed, body: content });
	return { status: answer.status, body: await answer.json() };
}

/** Asks for the pass of a grant, bound to the device's own key, and proves that the key is there. */
async function makeCode(key, origin, grant, device) {
	const time = now();
	const message = encode(`tongxing partner pass v1\n${grant}\n${time}`);
	const proof = Buffer.from(await subtle.sign(SHA256, device.signing, message)).toString("base64url");
	return call(key, origin, "pass", { grant, device_key: device.jwk, time, proof });
}

/** The live code of this moment (docs/pass-format.md): the pass, the time, and the device's signature over both. */
async function liveCode(device, pass) {
	const time = now();
	const bytes = Buffer.from(pass, "base64url");
	const message = cbor(["tongxing live v1", bytes, time]);
	const signature = Buffer.from(await subtle.sign(SHA256, device.signing, message));
	return `TX1:${base45(cbor([bytes, time, signature]))}`;
}

function cbor(value) {
	const head = (major, n) => {
		if (n < 24) return Buffer.from([(major << 5) | n]);
		if (n < 0x100) return Buffer.from([(major << 5) | 24, n]);
		if (n < 0x10000) return Buffer.from([(major << 5) | 25, n >> 8, n & 0xff]);
		const four = Buffer.alloc(5);
		four[0] = (major << 5) | 26;
		four.writeUInt32BE(n, 1);
		return four;
	};
	if (typeof value === "number") return head(0, value);
	if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
	if (typeof value === "string") return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
	return Buffer.concat([head(4, value.length), ...value.map(cbor)]);
}

function base45(bytes) {
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
	let text = "";
	for (let at = 0; at < bytes.length; at += 2) {
		const pair = at + 1 < bytes.length;
		let n = pair ? bytes[at] * 256 + bytes[at + 1] : bytes[at];
		for (let digit = 0; digit < (pair ? 3 : 2); digit += 1) {
			text += alphabet[n % 45];
			n = Math.floor(n / 45);
		}
	}
	return text;
}

/** The device's key, made when it is first needed. */
async function deviceKey(file) {
	try {
		return await readKey(file);
	} catch {
		return makeKey(file);
	}
}

const [command, ...given] = process.argv.slice(2);
const print = (value) => console.log(typeof value === "string" ? value : JSON.stringify(value));
if (command === "keys") print((await makeKey(given[0])).jwk);
else if (command === "call") print(await call(await readKey(given[0]), given[1], given[2], JSON.parse(given[3])));
else if (command === "pass") print(await makeCode(await readKey(given[0]), given[1], given[2], await deviceKey(given[3])));
else if (command === "show") print(await liveCode(await readKey(given[0]), given[1]));
else {
	console.error("keys | call | pass | show: see the top of this file");
	process.exitCode = 2;
}
