/**
 * Opens sealed visits as docs/sealed-visits.md describes them, with WebCrypto and nothing else: a second reading of the
 * document, which shares nothing with the first (crates/visits). Throws where something does not open.
 */

import { concat, fromBase64url, toBase64url, type Bytes } from "../bytes";

const utf8 = (text: string): Bytes => new TextEncoder().encode(text);
const NONE = new Uint8Array();
const ZEROS = new Uint8Array(32);
const KEM = concat(utf8("KEM"), Uint8Array.of(0, 0x10));
const SUITE = concat(utf8("HPKE"), Uint8Array.of(0, 0x10, 0, 1, 0, 2));

async function hmac(key: Bytes, message: Bytes): Promise<Bytes> {
	const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
	return new Uint8Array(await crypto.subtle.sign("HMAC", imported, message));
}

const extract = (suite: Bytes, salt: Bytes, label: string, input: Bytes): Promise<Bytes> => hmac(salt, concat(utf8("HPKE-v1"), suite, utf8(label), input));

async function expand(suite: Bytes, secret: Bytes, label: string, info: Bytes, length: number): Promise<Bytes> {
	const block = concat(Uint8Array.of(0, length), utf8("HPKE-v1"), suite, utf8(label), info, Uint8Array.of(1));
	return (await hmac(secret, block)).slice(0, length);
}

/** A key of AES-256-GCM that only opens. */
export const cipher = (key: Bytes): Promise<CryptoKey> => crypto.subtle.importKey("raw", key, "AES-GCM", false, ["decrypt"]);

/** Throws where key, nonce, associated data or the sealed bytes are others. */
export async function decrypt(key: Bytes | CryptoKey, nonce: Bytes, associated: Bytes, sealed: Bytes): Promise<Bytes> {
	const imported = key instanceof CryptoKey ? key : await cipher(key);
	return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce, additionalData: associated }, imported, sealed));
}

export interface DayKey {
	point: Bytes;
	key: CryptoKey;
}

/** A day key as the key file has it, once its passphrase has opened it. */
export async function dayKey(privateKey: string, publicKey: string): Promise<DayKey> {
	const point = fromBase64url(publicKey);
	const half = (from: number): string => toBase64url(point.slice(from, from + 32));
	const jwk = { kty: "EC", crv: "P-256", d: privateKey, x: half(1), y: half(33) };
	return { point, key: await crypto.subtle.importKey("jwk", jwk, { name: "ECDH", namedCurve: "P-256" }, false, ["deriveBits"]) };
}

/** What stands before a share in the clear. */
export interface Header {
	/** 1 or 2. */
	half: number;
	/** The data key's id, in Base64url. */
	id: string;
	/** The day in Asia/Shanghai, as a date. */
	day: string;
	/** The short name of the day key, in Base64url. */
	kid: string;
	unit: string;
}

/** Reads it. */
export function header(share: Bytes): Header {
	const at = headerLength(share);
	const days = new DataView(share.buffer, share.byteOffset).getUint32(24);
	return {
		half: share[1] ?? 0,
		id: toBase64url(share.slice(2, 18)),
		day: new Date(days * 86_400_000).toISOString().slice(0, 10),
		kid: toBase64url(share.slice(44, 52)),
		unit: new TextDecoder("utf-8", { fatal: true }).decode(share.slice(53, at)),
	};
}

/** The length of what stands before a share. */
function headerLength(share: Bytes): number {
	const length = 53 + (share[52] ?? 0);
	const minute = new DataView(share.buffer, share.byteOffset).getUint32(18);
	if (share.length < length || new DataView(share.buffer, share.byteOffset).getUint32(24) !== Math.floor((minute + 480) / 1440)) throw new Error("not a share");
	return length;
}

/** A wrapped share, opened with the unit's key of the day. */
export async function openShare(wrapped: Bytes, { point, key }: DayKey): Promise<Bytes> {
	if (wrapped[0] !== 0x11) throw new Error("not a wrapped share");
	const at = headerLength(wrapped);
	if (wrapped.length !== at + 65 + 48) throw new Error("its length is another");
	const [header, enc, sealed] = [wrapped.slice(0, at), wrapped.slice(at, at + 65), wrapped.slice(at + 65)];
	const theirs = await crypto.subtle.importKey("raw", enc, { name: "ECDH", namedCurve: "P-256" }, false, []);
	const dh = new Uint8Array(await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, key, 256));
	const shared = await expand(KEM, await extract(KEM, ZEROS, "eae_prk", dh), "shared_secret", concat(enc, point), 32);
	const infoHash = await extract(SUITE, ZEROS, "info_hash", utf8("tongxing visits share v1"));
	const context = concat(Uint8Array.of(0), await extract(SUITE, ZEROS, "psk_id_hash", NONE), infoHash);
	const secret = await extract(SUITE, shared, "secret", NONE);
	const share = await decrypt(await expand(SUITE, secret, "key", context, 32), await expand(SUITE, secret, "base_nonce", context, 12), header, sealed);
	return concat(Uint8Array.of(0x21), header.slice(1), share);
}

/** The record key of two opened shares. */
export async function join(one: Bytes, other: Bytes): Promise<Bytes> {
	if (one[1] !== 1) return other[1] === 1 ? join(other, one) : Promise.reject(new Error("the first half is missing"));
	const halves = [one, other].map((share) => ({ share, at: headerLength(share) }));
	const common = (share: Bytes): string => toBase64url(share.slice(2, 44));
	if (halves.some(({ share, at }) => share[0] !== 0x21 || share.length !== at + 32) || other[1] !== 2 || common(one) !== common(other)) throw new Error("they do not belong together");
	const [first, second] = halves.map(({ share, at }) => share.slice(at)) as [Bytes, Bytes];
	const key = first.map((byte, at) => byte ^ (second[at] ?? 0));
	// kid and unit of each half stand one behind the other in the header.
	const info = concat(utf8("tongxing visits key v1"), one.slice(2, 24), ...halves.map(({ share, at }) => share.slice(44, at)));
	const imported = await crypto.subtle.importKey("raw", key, "HKDF", false, ["deriveBits"]);
	const okm = new Uint8Array(await crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt: ZEROS, info }, imported, 48 * 8));
	if (okm.slice(32).some((byte, at) => byte !== one[28 + at])) throw new Error("they do not make the data key");
	return okm.slice(0, 32);
}

export interface Sealed {
	location: string;
	slot: number;
	visit: string;
	record: string;
}

/** What a record holds. */
export async function openRecord(key: Bytes | CryptoKey, { location, slot, visit, record }: Sealed): Promise<{ kind: string; holder: Bytes }> {
	const bytes = fromBase64url(record);
	if (bytes.length !== 61 || bytes[0] !== 0x31) throw new Error("not a record");
	const place = new Uint8Array(12);
	new DataView(place.buffer).setBigUint64(0, BigInt(`0x${location}`));
	new DataView(place.buffer).setUint32(8, slot);
	const associated = concat(utf8("tongxing visits record v1"), place, fromBase64url(visit));
	const plain = await decrypt(key, bytes.slice(1, 13), associated, bytes.slice(13));
	const kind = { 1: "entry", 2: "exit" }[plain[0] ?? 0];
	if (!kind) throw new Error("its content is of another version");
	return { kind, holder: plain.slice(2, 2 + (plain[1] ?? 0)) };
}
