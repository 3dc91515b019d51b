/**
 * CBOR from strangers (RFC 8949), read whole: keys in any order but once, heads of any length, arrays and maps with or
 * without a length. What counts is what was signed, not how it was written; only depth and keys are limited, for each
 * format as its reader in the reference does it.
 */

import { toBase64url, type Bytes } from "../bytes";
import { text } from "./encoding";
import { must } from "./refused";

/** Whole numbers beyond 2^53 stay exact. */
export type Item =
	| { is: "int"; value: number | bigint }
	| { is: "float"; value: number }
	| { is: "bool"; value: boolean }
	/** Null and other simple values, and numbers of half precision, by the low bits of their head. */
	| { is: "null"; low: number }
	| { is: "bytes"; value: Bytes }
	| { is: "text"; value: string }
	| { is: "array"; items: Item[] }
	| { is: "map"; pairs: [Item, Item][] }
	| { is: "tag"; tag: number; item: Item };

export interface Limits {
	/** How deep items nest. */
	depth: number;
	/** Whether what holds no others takes a level too, and numbers beyond 64 bits are refused. */
	leaves: boolean;
	/** Keys are whole numbers and texts, so many in a map; without it, anything, in any number. */
	keys?: number;
	/** Whether texts and byte strings may come in pieces. */
	pieces: boolean;
}

const BREAK = 0xff;

export class ItemReader {
	private at = 0;

	constructor(private readonly bytes: Bytes, private readonly limits: Limits) {}

	end(): void {
		must(this.at === this.bytes.length);
	}

	/** The tag of the next item, if it has one. */
	tag(): number | undefined {
		return this.peek() >> 5 === 6 ? Number(this.argument()) : undefined;
	}

	/** The head of an array of a definite length. */
	array(): number {
		must(this.peek() >> 5 === 4 && this.peek() !== 0x9f);
		return Number(this.argument());
	}

	item(depth = 0): Item {
		const { leaves, depth: deepest } = this.limits;
		const major = this.peek() >> 5;
		must(depth < deepest || (!leaves && (major < 4 || major === 7)));
		if (major === 2) return { is: "bytes", value: this.string(2) };
		if (major === 3) return { is: "text", value: this.texts() };
		if (major === 4) return { is: "array", items: this.many(() => this.item(depth + 1)) };
		if (major === 5) return { is: "map", pairs: this.map(depth + 1) };
		if (major === 6) return { is: "tag", tag: Number(this.argument()), item: this.item(depth + 1) };
		if (major === 7) return this.simple();
		const value = this.argument();
		const whole: Item = { is: "int", value: major === 1 ? minus(value) : value };
		must(!leaves || int64(whole) !== undefined);
		return whole;
	}

	private peek(): number {
		must(this.at < this.bytes.length);
		return this.bytes[this.at] ?? 0;
	}

	private take(length: number | bigint): Bytes {
		must(length <= this.bytes.length - this.at);
		return this.bytes.subarray(this.at, (this.at += Number(length)));
	}

	private argument(): number | bigint {
		const low = this.peek() & 31;
		this.at++;
		if (low < 24) return low;
		must(low < 28);
		let value = BigInt(0);
		for (const byte of this.take(1 << (low - 24))) value = value * BigInt(256) + BigInt(byte);
		return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
	}

	/** The parts of something without a length. */
	private *parts(): Generator<void> {
		this.at++;
		while (this.peek() !== BREAK) yield;
		this.at++;
	}

	private string(major: number): Bytes {
		must(this.peek() >> 5 === major);
		if ((this.peek() & 31) !== 31) return this.take(this.argument());
		must(this.limits.pieces);
		const whole: number[] = [];
		for (const _ of this.parts()) whole.push(...this.piece(major));
		return Uint8Array.from(whole);
	}

	private piece(major: number): Bytes {
		must(this.peek() >> 5 === major && (this.peek() & 31) !== 31);
		return this.take(this.argument());
	}

	/** Each piece of a text is UTF-8 by itself. */
	private texts(): string {
		if (this.peek() !== 0x7f) return text(this.string(3));
		must(this.limits.pieces);
		let whole = "";
		for (const _ of this.parts()) whole += text(this.piece(3));
		return whole;
	}

	private many<T>(read: () => T): T[] {
		const items: T[] = [];
		if ((this.peek() & 31) === 31) for (const _ of this.parts()) items.push(read());
		else for (let left = this.argument(); left > 0; left--) items.push(read());
		return items;
	}

	private map(depth: number): [Item, Item][] {
		const { keys } = this.limits;
		const seen = new Set<string>();
		return this.many(() => {
			const key = this.item(depth);
			must(keys === undefined || (seen.size < keys && (key.is === "text" || (key.is === "int" && int64(key) !== undefined))));
			const name = identity(key);
			must(!seen.has(name));
			seen.add(name);
			return [key, this.item(depth)];
		});
	}

	private simple(): Item {
		const low = this.peek() & 31;
		this.at++;
		if (low === 20 || low === 21) return { is: "bool", value: low === 21 };
		if (low < 24) return { is: "null", low };
		const body = this.take(low === 24 ? 1 : low === 25 ? 2 : low === 26 ? 4 : low === 27 ? 8 : Infinity);
		const view = new DataView(body.buffer, body.byteOffset);
		if (low === 26) return { is: "float", value: view.getFloat32(0) };
		if (low === 27) return { is: "float", value: view.getFloat64(0) };
		// Numbers of half precision are nobody's: where they are let through at all, nobody asks for them.
		must(low === 24 || !this.limits.leaves);
		return { is: "null", low };
	}
}

/** −1 − value */
function minus(value: number | bigint): number | bigint {
	const found = BigInt(-1) - BigInt(value);
	return Number.isSafeInteger(Number(found)) ? Number(found) : found;
}

/** What tells one key from another. */
function identity(item: Item): string {
	if (item.is === "bytes") return `bytes ${item.value.join()}`;
	if (item.is === "array") return `array ${JSON.stringify(item.items.map(identity))}`;
	if (item.is === "map") return `map ${JSON.stringify(item.pairs.map((pair) => pair.map(identity)))}`;
	if (item.is === "tag") return `tag ${item.tag} ${identity(item.item)}`;
	if (item.is === "null") return "null";
	return `${item.is} ${Object.is(item.value, -0) ? "-0" : String(item.value)}`;
}

/** One item that fills the bytes. */
export function readItem(bytes: Bytes, limits: Limits): Item {
	const reader = new ItemReader(bytes, limits);
	const item = reader.item();
	reader.end();
	return item;
}

/** What stands in a map under a number or text. */
export function at(item: Item | undefined, key: number | string): Item | undefined {
	if (item?.is !== "map") return undefined;
	return item.pairs.find(([known]) => (known.is === "int" || known.is === "text") && known.value === key)?.[1];
}

/** A whole number of 64 bits with sign; `undefined` for anything else. */
export function int64(item: Item | undefined): number | bigint | undefined {
	if (item?.is !== "int") return undefined;
	const whole = BigInt(item.value);
	return whole === BigInt.asIntN(64, whole) ? item.value : undefined;
}

export const textIn = (item: Item | undefined): string | undefined => (item?.is === "text" ? item.value : undefined);
export const bytesIn = (item: Item | undefined): Bytes | undefined => (item?.is === "bytes" ? item.value : undefined);

/** The item as JSON: byte strings in base64url, keys that are no texts as they would be printed, tags left out. */
export function toJson(item: Item): unknown {
	if (item.is === "null") return null;
	if (item.is === "float") return Number.isFinite(item.value) ? item.value : null;
	if (item.is === "int") return Number(item.value);
	if (item.is === "bytes") return toBase64url(item.value);
	if (item.is === "array") return item.items.map(toJson);
	if (item.is === "tag") return toJson(item.item);
	if (item.is !== "map") return item.value;
	const name = (key: Item): string => (key.is === "text" ? key.value : key.is === "int" ? String(key.value) : JSON.stringify(toJson(key)));
	return Object.fromEntries(item.pairs.map(([key, value]) => [name(key), toJson(value)]));
}
