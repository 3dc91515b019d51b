/** DER (ITU-T X.690), one element after the other, as far as certificates need it. */

import { concat, type Bytes } from "../bytes";
import { text } from "./encoding";
import { must } from "./refused";

export class Der {
	private at = 0;

	constructor(private readonly bytes: Bytes) {}

	more = (): boolean => this.at < this.bytes.length;
	/** Whether the next element has this tag. */
	is = (tag: number): boolean => this.bytes[this.at] === tag;

	end(): void {
		must(!this.more());
	}

	/** The content of the next element, which has to have this tag. */
	value(tag: number): Bytes {
		must(this.is(tag));
		return this.element().content;
	}

	/** The next element with its head. */
	whole(tag: number): Bytes {
		must(this.is(tag));
		return this.element().whole;
	}

	enter = (tag: number): Der => new Der(this.value(tag));

	skip(): void {
		this.element();
	}

	private element(): { whole: Bytes; content: Bytes } {
		const start = this.at;
		const [, first = 0x80] = this.bytes.subarray(start);
		// Tags above 30 and lengths above 65,535 are nowhere in a certificate that is looked at.
		must(((this.bytes[start] ?? 31) & 31) !== 31 && (first < 0x80 || first === 0x81 || first === 0x82));
		const digits = first < 0x80 ? 0 : first - 0x80;
		const body = start + 2 + digits;
		const length = digits === 0 ? first : this.bytes.subarray(start + 2, body).reduce((sum, byte) => sum * 256 + byte, 0);
		must(length >= [0, 0x80, 0x100][digits]! && body + length <= this.bytes.length);
		this.at = body + length;
		return { whole: this.bytes.subarray(start, this.at), content: this.bytes.subarray(body, this.at) };
	}

	/** A bit string of whole bytes. */
	bits(): Bytes {
		const value = this.value(0x03);
		must(value[0] === 0);
		return value.subarray(1);
	}

	/** An object identifier with dots. */
	oid(): string {
		const numbers: number[] = [];
		let number = 0;
		for (const byte of this.value(0x06)) {
			number = number * 128 + (byte & 127);
			if (byte > 127) continue;
			if (numbers.length === 0) numbers.push(Math.min(Math.floor(number / 40), 2), number - 40 * Math.min(Math.floor(number / 40), 2));
			else numbers.push(number);
			number = 0;
		}
		return numbers.join(".");
	}

	/** UTCTime or GeneralizedTime as RFC 5280 section 4.1.2.5 wants them, in seconds since 1970; what lies before is 0. */
	time(): number {
		const short = this.is(0x17);
		const written = text(this.value(short ? 0x17 : 0x18));
		const century = short ? (Number(written.slice(0, 2)) < 50 ? "20" : "19") : "";
		const found = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(century + written);
		must(found !== null);
		const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1).map(Number);
		return Math.max(Date.UTC(year, month - 1, day, hour, minute, second) / 1000, 0);
	}
}

/** An ECDSA signature in DER (RFC 3279 section 2.2.3) as r and s of this length each. */
export function fixed(signature: Bytes, size: number): Bytes {
	const outer = new Der(signature);
	const list = outer.enter(0x30);
	const [r, s] = [list.value(0x02), list.value(0x02)].map((number) => {
		const bare = number.subarray(number.findIndex((byte) => byte !== 0));
		const [first = 128, second = 128] = number;
		must(bare.length <= size && first < 128 && (first > 0 || second > 127));
		return concat(new Uint8Array(size - bare.length), bare);
	});
	list.end();
	outer.end();
	return concat(r ?? new Uint8Array(), s ?? new Uint8Array());
}
