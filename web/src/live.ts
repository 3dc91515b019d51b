/**
 * The live code: a pass, the time, and the device key's signature over both. Made anew every 30 seconds so that
 * a picture of it goes stale; needs nothing but the phone. The Rust verifier reads what is written here: both
 * sides hold to the same vectors.
 */

import { toBase45 } from "./base45";
import type { Bytes } from "./bytes";
import { array, bstr, tstr, uint } from "./cbor";

const CONTEXT = "tongxing live v1";
const PREFIX = "TX1:";

/** A new code is drawn when the shown one is this old. Verifiers accept 60 s, so a slow scan still passes. */
export const FRESH_MS = 30_000;

/** What the device key signs. `time` is in whole seconds since 1970, by the server's clock. */
export const liveMessage = (pass: Uint8Array, time: number): Bytes =>
	array(tstr(CONTEXT), bstr(pass), uint(time));

/** The text of the QR code. `signature` is r and s, 32 bytes each, as WebCrypto gives it. */
export function liveText(pass: Uint8Array, time: number, signature: Uint8Array): string {
	if (signature.length !== 64) throw new RangeError("a P-256 signature has 64 bytes");
	return PREFIX + toBase45(array(bstr(pass), uint(time), bstr(signature)));
}

export async function makeLiveText(pass: Uint8Array, time: number, key: CryptoKey): Promise<string> {
	const algorithm = { name: "ECDSA", hash: "SHA-256" };
	return liveText(pass, time, new Uint8Array(await crypto.subtle.sign(algorithm, key, liveMessage(pass, time))));
}

/** A device key that cannot leave the browser, and its public half as an uncompressed point of 65 bytes. */
export async function makeDeviceKey(): Promise<{ privateKey: CryptoKey; publicKey: Bytes }> {
	const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
	// The public half is always exportable, whatever `extractable` says.
	const raw = await crypto.subtle.exportKey("raw", pair.publicKey);
	return { privateKey: pair.privateKey, publicKey: new Uint8Array(raw) };
}
