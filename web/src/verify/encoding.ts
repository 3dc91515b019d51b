/** Texts to bytes, strictly: no two texts mean the same bytes, and what no bytes encode to is refused. */

import { toBase64url, type Bytes } from "../bytes";
import { must, Refused } from "./refused";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** UTF-8 (RFC 3629) without replacement characters. */
export function text(bytes: Uint8Array): string {
	try {
		return utf8.decode(bytes);
	} catch {
		throw new Refused();
	}
}

/** The length in UTF-8. */
export const byteLength = (value: string): number => new TextEncoder().encode(value).length;

const BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/** Base45 (RFC 9285). */
export function base45(value: string): Bytes {
	must(value.length % 3 !== 1);
	const bytes = new Uint8Array(Math.floor(value.length / 3) * 2 + (value.length % 3 ? 1 : 0));
	let to = 0;
	for (let at = 0; at < value.length; at += 3) {
		const group = value.slice(at, at + 3);
		let number = 0;
		for (let digit = group.length; digit > 0; digit--) {
			const symbol = BASE45.indexOf(group.charAt(digit - 1));
			must(symbol >= 0);
			number = number * 45 + symbol;
		}
		must(number < (group.length === 3 ? 0x10000 : 0x100));
		if (group.length === 3) bytes[to++] = number >> 8;
		bytes[to++] = number & 255;
	}
	return bytes;
}

/** Base64url without padding (RFC 4648 section 5). */
export function base64url(value: string): Bytes {
	must(/^[\w-]*$/.test(value) && value.length % 4 !== 1);
	const bytes = Uint8Array.from(atob(value.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
	// The unused bits of the last letter have to be 0.
	must(toBase64url(bytes) === value);
	return bytes;
}

/** Base64 in either alphabet (RFC 4648 sections 4 and 5), with or without padding, no bits left over. */
export function base64(value: string): Bytes {
	const bare = value.replace(/=+$/, "");
	const [over, padding] = [bare.length % 4, value.length - bare.length];
	must(padding === 0 || (over > 1 && over + padding <= 4));
	must(!/[-_]/.test(bare) || !/[+/]/.test(bare));
	return base64url(bare.replace(/\+/g, "-").replace(/\//g, "_"));
}

/** What is pasted often comes with line breaks. */
export const withoutSpace = (value: string): string => value.replace(/[\t\n\f\r ]/g, "");

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Base32 without padding (RFC 4648 section 6), no bits left over. */
export function base32(value: string): Bytes {
	const bytes = new Uint8Array(Math.floor((value.length * 5) / 8));
	must(![1, 3, 6].includes(value.length % 8));
	let [held, bits, to] = [0, 0, 0];
	for (const letter of value) {
		const symbol = BASE32.indexOf(letter);
		must(symbol >= 0);
		held = ((held << 5) | symbol) & 0xfff;
		bits += 5;
		if (bits >= 8) bytes[to++] = (held >> (bits -= 8)) & 255;
	}
	must((held & ((1 << bits) - 1)) === 0);
	return bytes;
}

export const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export const equal = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, at) => byte === b[at]);
