/**
 * Deterministic CBOR (RFC 8949 section 4.2.1), read strictly: a head longer than needed, an indefinite length and
 * bytes left over are refused. The caller's schema names each key in its place, so nothing nests deeper than it does.
 */

import type { Bytes } from "../bytes";
import { text } from "./encoding";
import { must } from "./refused";

export class Reader {
	private at = 0;

	constructor(private readonly bytes: Bytes) {}

	/** The major type of the next item (RFC 8949 section 3.1), without taking it. */
	next(): number {
		must(this.at < this.bytes.length);
		return (this.bytes[this.at] ?? 0) >> 5;
	}

	/** The argument of a head of this major type. Above 2^53 it is not exact, which is beyond every limit of ours. */
	private head(major: number): number {
		must(this.next() === major);
		const low = (this.bytes[this.at++] ?? 0) & 31;
		if (low < 24) return low;
		must(low < 28);
		const size = 1 << (low - 24);
		const body = this.take(size);
		let value = 0;
		for (const byte of body) value = value * 256 + byte;
		must(value >= (size === 1 ? 24 : 2 ** (size * 4)));
		return value;
	}

	private take(length: number): Bytes {
		must(length <= this.bytes.length - this.at);
		return this.bytes.subarray(this.at, (this.at += length));
	}

	uint = (): number => this.head(0);
	int = (): number => (this.next() === 1 ? -1 - this.head(1) : this.head(0));
	bstr = (): Bytes => this.take(this.head(2));
	tstr = (): string => text(this.take(this.head(3)));
	array = (): number => this.head(4);
	map = (): number => this.head(5);
	tag = (): number => this.head(6);

	bool(): boolean {
		const value = this.take(1)[0];
		must(value === 0xf4 || value === 0xf5);
		return value === 0xf5;
	}

	/** A byte string of this length. */
	fixed(length: number): Bytes {
		const bytes = this.bstr();
		must(bytes.length === length);
		return bytes;
	}

	/** These integers, one after the other: map keys and constants. */
	expect(...values: number[]): this {
		for (const value of values) must(this.int() === value);
		return this;
	}

	expectArray(length: number): this {
		must(this.array() === length);
		return this;
	}

	expectMap(pairs: number): this {
		must(this.map() === pairs);
		return this;
	}

	expectText(value: string): this {
		must(this.tstr() === value);
		return this;
	}

	/** Nothing is left over. */
	end(): void {
		must(this.at === this.bytes.length);
	}
}
