/**
 * JSON that can be read in one way only (RFC 8259): a member that is there twice, half a surrogate pair, a number out
 * of range and nesting deeper than 127 are refused, which the browser's own parser lets pass. Used for whatever is
 * signed or says whom to trust.
 */

import { must, Refused } from "./refused";

/** A number that was not written as a whole one of 64 bits: 1.0 is not 1. */
export class Float {
	constructor(readonly value: number) {}
}

/** Whole numbers beyond 2^53 stay exact. */
export type Json = null | boolean | number | bigint | Float | string | Json[] | Members;
export interface Members {
	[name: string]: Json;
}

const DEEPEST = 127;
const TOKEN = /[ \t\n\r]*(?:([{}[\]:,])|("(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/y;

/** A sign, or a value that holds no others. */
interface Token {
	sign?: string;
	value?: Json;
}

class Parser {
	private at = 0;

	constructor(private readonly text: string) {}

	whole(): Json {
		const value = this.value(this.next(), 0);
		must(/^[ \t\n\r]*$/.test(this.text.slice(this.at)));
		return value;
	}

	private next(): Token {
		TOKEN.lastIndex = this.at;
		const found = TOKEN.exec(this.text);
		must(found !== null);
		this.at = TOKEN.lastIndex;
		const [, sign, scalar = ""] = found;
		if (sign !== undefined) return { sign };
		const value = JSON.parse(scalar) as Json;
		must(typeof value !== "string" || !/[\ud800-\udfff]/u.test(value));
		return { value: typeof value === "number" ? exact(scalar, value) : value };
	}

	private value({ sign, value }: Token, depth: number): Json {
		if (value !== undefined) return value;
		must(depth < DEEPEST);
		if (sign === "[") return this.array(depth + 1);
		if (sign === "{") return this.object(depth + 1);
		throw new Refused();
	}

	private array(depth: number): Json[] {
		const items: Json[] = [];
		for (let token = this.next(); items.length > 0 || token.sign !== "]"; token = this.next()) {
			items.push(this.value(token, depth));
			if (this.ends("]")) break;
		}
		return items;
	}

	private object(depth: number): Members {
		const members = new Map<string, Json>();
		for (let token = this.next(); members.size > 0 || token.sign !== "}"; token = this.next()) {
			must(typeof token.value === "string" && !members.has(token.value));
			must(this.next().sign === ":");
			members.set(token.value, this.value(this.next(), depth));
			if (this.ends("}")) break;
		}
		return Object.fromEntries(members);
	}

	/** Whether this sign comes next; a comma is the only other that may. */
	private ends(sign: string): boolean {
		const token = this.next();
		must(token.sign === sign || token.sign === ",");
		return token.sign === sign;
	}
}

function exact(written: string, value: number): Json {
	if (/^-?\d{1,20}$/.test(written) && written !== "-0") {
		if (Number.isSafeInteger(value)) return value;
		const whole = BigInt(written);
		if (whole === BigInt.asIntN(64, whole) || whole === BigInt.asUintN(64, whole)) return whole;
	}
	must(Number.isFinite(value));
	return new Float(value);
}

/** As plain JavaScript values, whole numbers beyond 2^53 rounded. */
export function plain(value: Json): unknown {
	if (value instanceof Float) return value.value;
	if (typeof value === "bigint") return Number(value);
	if (Array.isArray(value)) return value.map(plain);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}

export const strictJson = (text: string): Json => new Parser(text).whole();

/** An object with these members, the ones in `optional` perhaps, and no other. */
export function closed(value: Json | undefined, needed: string[], optional: string[] = []): Members {
	const members = open(value);
	must(needed.every((name) => Object.keys(members).includes(name)));
	must(Object.keys(members).every((name) => needed.includes(name) || optional.includes(name)));
	return members;
}

/** An object with any members. */
export function open(value: Json | undefined): Members {
	must(isObject(value));
	return value;
}

export const isObject = (value: Json | undefined): value is Members =>
	typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Float);

/** What an object has under a name; `undefined` for what is no object. Names of the language itself are no members. */
export const member = (value: Json | undefined, name: string): Json | undefined =>
	isObject(value) && Object.prototype.hasOwnProperty.call(value, name) ? value[name] : undefined;

export const textOf = (value: Json | undefined, name: string): string | undefined => {
	const found = member(value, name);
	return typeof found === "string" ? found : undefined;
};

/** The items of an array; none for anything else. */
export const itemsOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

export function list(value: Json | undefined): Json[] {
	must(Array.isArray(value));
	return value;
}

export function string(value: Json | undefined): string {
	must(typeof value === "string");
	return value;
}

/** A whole number from 0 to 2^64 − 1. Above 2^53 it is not exact: for the dates of keys without an end. */
export function whole(value: Json | undefined): number {
	must((typeof value === "number" || typeof value === "bigint") && value >= 0);
	return Number(value);
}

export function oneOf<T extends string>(words: readonly T[], value: Json | undefined): T {
	const found = words.find((word) => word === value);
	must(found !== undefined);
	return found;
}
