/**
 * Just enough deterministic CBOR (RFC 8949 section 4.2.1) to write a live code: definite lengths and the
 * shortest heads. A library would cost more bytes than the page has, for four of its functions.
 */

import { concat, type Bytes } from "./bytes";

function head(major: number, value: number): Bytes {
	if (!Number.isSafeInteger(value) || value < 0) throw new RangeError("CBOR head out of range");
	const top = major << 5;
	if (value < 24) return Uint8Array.of(top | value);
	if (value < 0x100) return Uint8Array.of(top | 24, value);
	const size = value < 0x10000 ? 2 : value < 0x1_0000_0000 ? 4 : 8;
	const bytes = new Uint8Array(1 + size);
	bytes[0] = top | (size === 2 ? 25 : size === 4 ? 26 : 27);
	// No shifts: they would cut the number to 32 bits.
	for (let at = size, rest = value; at > 0; at--, rest = Math.floor(rest / 256)) bytes[at] = rest % 256;
	return bytes;
}

export const uint = (value: number): Bytes => head(0, value);

export const bstr = (bytes: Uint8Array): Bytes => concat(head(2, bytes.length), bytes);

export function tstr(text: string): Bytes {
	const bytes = new TextEncoder().encode(text);
	return concat(head(3, bytes.length), bytes);
}

export const array = (...items: Uint8Array[]): Bytes => concat(head(4, items.length), ...items);
