/**
 * HPKE (RFC 9180) for one message, base mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM: what sealing needs
 * of it, on WebCrypto. A library for this (@hpke/core) takes 8.4 kB of the 60 that the application has, this 0.9; the
 * tests open everything with that library.
 */

import { concat, type Bytes } from "../../bytes";

const VERSION = utf8("HPKE-v1");
const KEM = concat(utf8("KEM"), Uint8Array.of(0, 0x10));
const SUITE = concat(utf8("HPKE"), Uint8Array.of(0, 0x10, 0, 1, 0, 2));
const NONE = new Uint8Array();
/** No salt is as many zeros as the hash is long (RFC 5869 section 2.2): browsers refuse an empty key. */
const ZEROS = new Uint8Array(32);
const CURVE = { name: "ECDH", namedCurve: "P-256" };

function utf8(text: string): Bytes {
	return new TextEncoder().encode(text);
}

async function hmac(key: Bytes, message: Bytes): Promise<Bytes> {
	const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
	return new Uint8Array(await crypto.subtle.sign("HMAC", imported, message));
}

/** RFC 9180 section 4; `salt` is never empty here. */
const extract = (suite: Bytes, salt: Bytes, label: string, input: Bytes): Promise<Bytes> => hmac(salt, concat(VERSION, suite, utf8(label), input));

/** The same, for no more than one block of the hash. */
async function expand(suite: Bytes, secret: Bytes, label: string, info: Bytes, length: number): Promise<Bytes> {
	return (await hmac(secret, concat(Uint8Array.of(0, length), VERSION, suite, utf8(label), info, Uint8Array.of(1)))).subarray(0, length);
}

/** Section 4.1: the secret that both sides share, from an ephemeral key and the receiver's. */
export async function encapsulate(ephemeral: CryptoKeyPair, receiver: Bytes): Promise<{ secret: Bytes; enc: Bytes }> {
	const theirs = await crypto.subtle.importKey("raw", receiver, CURVE, false, []);
	const shared = new Uint8Array(await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, ephemeral.privateKey, 256));
	const enc = new Uint8Array(await crypto.subtle.exportKey("raw", ephemeral.publicKey));
	const secret = await expand(KEM, await extract(KEM, ZEROS, "eae_prk", shared), "shared_secret", concat(enc, receiver), 32);
	return { secret, enc };
}

/** Seals to an uncompressed point. */
export async function sealTo(receiver: Bytes, info: Bytes, associated: Bytes, plain: Bytes): Promise<{ enc: Bytes; sealed: Bytes }> {
	const ephemeral = (await crypto.subtle.generateKey(CURVE, false, ["deriveBits"])) as CryptoKeyPair;
	const { secret: shared, enc } = await encapsulate(ephemeral, receiver);
	// Section 5.1: mode 0, and no key that was shared before.
	const context = concat(Uint8Array.of(0), await extract(SUITE, ZEROS, "psk_id_hash", NONE), await extract(SUITE, ZEROS, "info_hash", info));
	const secret = await extract(SUITE, shared, "secret", NONE);
	const key = await crypto.subtle.importKey("raw", await expand(SUITE, secret, "key", context, 32), "AES-GCM", false, ["encrypt"]);
	const nonce = await expand(SUITE, secret, "base_nonce", context, 12);
	// The first message of a context has the nonce as it is; there is no second.
	const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData: associated }, key, plain);
	return { enc, sealed: new Uint8Array(sealed) };
}
