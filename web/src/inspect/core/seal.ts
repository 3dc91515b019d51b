/**
 * Sealing what the device writes for the server (docs/checkpoint-protocol.md, section 4): HPKE (RFC 9180) base mode, so
 * that nobody but the server opens it, the device included; and the device's signature over what was sealed.
 */

import { concat, fromBase64url, toBase64url, type Bytes } from "../../bytes";
import { sealTo } from "./hpke";
import type { Stored } from "./store";
import type { Config } from "./types";

const CONTEXT = new TextEncoder().encode("tongxing outbox v1");
const ZERO = Uint8Array.of(0);
/** Plaintexts are filled up to a multiple of this: their length tells nothing. */
const BLOCK = 512;
const SPACE = 0x20;

/** JSON in UTF-8, filled with spaces. */
export function padded(content: object): Bytes {
	const text = new TextEncoder().encode(JSON.stringify(content));
	const filled = new Uint8Array(Math.ceil(text.length / BLOCK) * BLOCK).fill(SPACE);
	filled.set(text);
	return filled;
}

export interface Sealing {
	/** The first key of the signed configuration. */
	key: Config["seal"][number];
	/** The device's id, 8 bytes. */
	device: Bytes;
	/** The device's key. */
	privateKey: CryptoKey;
}

/** The id's 16 hexadecimal digits as bytes. */
export const idBytes = (id: string): Bytes => Uint8Array.from(id.match(/../g) ?? [], (pair) => parseInt(pair, 16));

/** ECDSA P-256 with SHA-256; r and s. */
export const sign = async (key: CryptoKey, message: Bytes): Promise<Bytes> =>
	new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, message));

/** What the device signs of an item. */
export const signedItem = (device: Bytes, id: Bytes, kid: Bytes, enc: Bytes, sealed: Bytes): Bytes =>
	concat(CONTEXT, ZERO, device, id, kid, enc, sealed);

/** Seals and signs one item. */
export async function seal(content: object, id: Bytes, { key, device, privateKey }: Sealing): Promise<Stored["wire"]> {
	const { enc, sealed } = await sealTo(fromBase64url(key.key), CONTEXT, concat(device, id), padded(content));
	const signature = await sign(privateKey, signedItem(device, id, fromBase64url(key.kid), enc, sealed));
	return { id: toBase64url(id), key: key.kid, enc: toBase64url(enc), sealed: toBase64url(sealed), signature: toBase64url(signature) };
}
