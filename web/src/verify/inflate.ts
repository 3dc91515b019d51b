/**
 * DEFLATE (RFC 1951) and zlib (RFC 1950) with an exact limit on the output, and no byte after the end. The browser's
 * own DecompressionStream is too young for old phones and does not say where a stream ended; the reference and this
 * must agree on every malformed stream, so this follows zlib's rules to the letter.
 */

import type { Bytes } from "../bytes";
import { must, Refused } from "./refused";

const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Lengths and distances (RFC 1951 section 3.2.5): the first value of each symbol, from the number of extra bits. */
function ranges(symbols: number, from: number, extra: (symbol: number) => number): { base: number; extra: number }[] {
	let base = from;
	return Array.from({ length: symbols }, (_, symbol) => {
		const range = { base, extra: extra(symbol) };
		base += 1 << range.extra;
		return range;
	});
}

const LENGTHS = ranges(28, 3, (symbol) => (symbol < 8 ? 0 : (symbol >> 2) - 1)).concat({ base: 258, extra: 0 });
const DISTANCES = ranges(30, 1, (symbol) => (symbol < 4 ? 0 : (symbol >> 1) - 1));

/** A canonical Huffman code: how many symbols have each length, and the symbols in order. */
interface Code {
	counts: number[];
	symbols: number[];
}

/** Refuses over-subscribed codes, and incomplete ones but for a single code of one bit where `one` allows it. */
function code(lengths: number[], one: boolean): Code {
	const counts = new Array<number>(16).fill(0);
	for (const length of lengths) counts[length]!++;
	const used = lengths.length - counts[0]!;
	let left = 1;
	for (let length = 1; length < 16; length++) {
		left = left * 2 - counts[length]!;
		must(left >= 0);
	}
	must(left === 0 || (one && (used === 0 || (used === 1 && counts[1] === 1))));
	const symbols: number[] = [];
	for (let length = 1; length < 16; length++) lengths.forEach((own, symbol) => own === length && symbols.push(symbol));
	return { counts, symbols };
}

const fixed = Array.from({ length: 288 }, (_, symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8));
const FIXED: [Code, Code] = [code(fixed, false), code(new Array<number>(32).fill(5), false)];

class Inflater {
	private at: number;
	private bit = 0;
	private out = new Uint8Array(1024);
	private length = 0;

	constructor(private readonly input: Bytes, from: number, private readonly limit: number) {
		this.at = from;
	}

	run(): { bytes: Bytes; end: number } {
		for (let last = false; !last; ) {
			last = this.bits(1) === 1;
			const kind = this.bits(2);
			must(kind < 3);
			if (kind === 0) this.stored();
			else this.compressed(...(kind === 1 ? FIXED : this.dynamic()));
		}
		return { bytes: this.out.subarray(0, this.length), end: this.at + (this.bit > 0 ? 1 : 0) };
	}

	private bits(count: number): number {
		let value = 0;
		for (let read = 0; read < count; read++) {
			must(this.at < this.input.length);
			value |= (((this.input[this.at] ?? 0) >> this.bit) & 1) << read;
			if (++this.bit === 8) {
				this.bit = 0;
				this.at++;
			}
		}
		return value;
	}

	private symbol({ counts, symbols }: Code): number {
		let value = 0;
		let first = 0;
		let index = 0;
		for (let length = 1; length < 16; length++) {
			value |= this.bits(1);
			const count = counts[length]!;
			if (value - count < first) return symbols[index + value - first]!;
			index += count;
			first = (first + count) << 1;
			value <<= 1;
		}
		throw new Refused();
	}

	/** Room for so many bytes more, or refused. */
	private grow(more: number): void {
		must(this.length + more <= this.limit);
		if (this.length + more <= this.out.length) return;
		const out = new Uint8Array(Math.min(this.limit, Math.max(this.out.length * 2, this.length + more)));
		out.set(this.out.subarray(0, this.length));
		this.out = out;
	}

	private stored(): void {
		if (this.bit > 0) this.at++;
		this.bit = 0;
		const length = this.bits(16);
		must((length ^ this.bits(16)) === 0xffff && this.at + length <= this.input.length);
		this.grow(length);
		this.out.set(this.input.subarray(this.at, this.at + length), this.length);
		this.at += length;
		this.length += length;
	}

	private compressed(literals: Code, distances: Code): void {
		for (let symbol = this.symbol(literals); symbol !== 256; symbol = this.symbol(literals)) {
			if (symbol < 256) {
				this.grow(1);
				this.out[this.length++] = symbol;
				continue;
			}
			const length = this.range(LENGTHS, symbol - 257);
			const distance = this.range(DISTANCES, this.symbol(distances));
			must(distance <= this.length);
			this.grow(length);
			for (let copied = 0; copied < length; copied++, this.length++) this.out[this.length] = this.out[this.length - distance]!;
		}
	}

	private range(ranges: { base: number; extra: number }[], symbol: number): number {
		const range = ranges[symbol];
		must(range !== undefined);
		return range.base + this.bits(range.extra);
	}

	private dynamic(): [Code, Code] {
		const literals = this.bits(5) + 257;
		const distances = this.bits(5) + 1;
		const count = this.bits(4) + 4;
		must(literals <= 286 && distances <= 30);
		const small = new Array<number>(19).fill(0);
		for (const symbol of ORDER.slice(0, count)) small[symbol] = this.bits(3);
		const lengths = this.lengths(code(small, false), literals + distances);
		must(lengths[256] !== 0);
		return [code(lengths.slice(0, literals), true), code(lengths.slice(literals), true)];
	}

	private lengths(small: Code, count: number): number[] {
		const lengths: number[] = [];
		while (lengths.length < count) {
			const symbol = this.symbol(small);
			if (symbol < 16) {
				lengths.push(symbol);
				continue;
			}
			must(symbol > 16 || lengths.length > 0);
			const value = symbol === 16 ? lengths[lengths.length - 1]! : 0;
			const times = symbol === 16 ? 3 + this.bits(2) : symbol === 17 ? 3 + this.bits(3) : 11 + this.bits(7);
			must(lengths.length + times <= count);
			for (let time = 0; time < times; time++) lengths.push(value);
		}
		return lengths;
	}
}

/** A raw DEFLATE stream and nothing after it, of at most `limit` bytes. */
export function inflateRaw(input: Bytes, limit: number): Bytes {
	const { bytes, end } = new Inflater(input, 0, limit).run();
	must(end === input.length);
	return bytes;
}

/** A zlib stream (without preset dictionary) and nothing after it. */
export function inflateZlib(input: Bytes, limit: number): Bytes {
	const [method = 0, flags = 0] = input;
	must(input.length > 5 && (method & 15) === 8 && method >> 4 < 8 && (method * 256 + flags) % 31 === 0 && (flags & 32) === 0);
	const { bytes, end } = new Inflater(input, 2, limit).run();
	must(end + 4 === input.length);
	let [a, b] = [1, 0];
	for (const byte of bytes) {
		a = (a + byte) % 65521;
		b = (b + a) % 65521;
	}
	must(new DataView(input.buffer, input.byteOffset).getUint32(end) === b * 65536 + a);
	return bytes;
}
