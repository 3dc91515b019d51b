/**
 * The signed status list, a CWT or a JWT (docs/pass-format.md section 6): which passes are withdrawn. A list answers only
 * for passes of the issuer whose key signed it, under its own address, and never later than a day after it was signed.
 * What does not count is a missing list.
 */

import type { Bytes } from "../bytes";
import { authenticate, holds } from "./authenticity";
import { LAST_SECOND, type Claims } from "./claims";
import { ALG, ES256, KID, readSign1 } from "./cose";
import { base64url, text } from "./encoding";
import { inflateZlib } from "./inflate";
import { closed, member, string, textOf, whole, type Json } from "./json";
import { object, readJws } from "./jws";
import { Reader } from "./reader";
import { attempt, must, Refused } from "./refused";
import type { TrustList } from "./trust";

const TYPE = 16;
const LIST = 65533;
const TTL = 65534;
const ENTRIES = 1 << 20;
/** After how many seconds a list is refused, and how far ahead of the checker's clock it may be. */
const LIFE = 86_400;
const AHEAD = 300;

export type StatusAnswer = "good" | "withdrawn" | "unknown";

/** A token that was read. It answers nothing before {@link VerifiedStatus.from}. */
export interface StatusToken {
	kid: Bytes;
	message: Bytes;
	signature: Bytes;
	uri: string;
	issuer: string | undefined;
	issued: number;
	expires: number;
	/** Bits an entry. */
	bits: number;
	bytes: Bytes;
}

/** Reads the pairs of a map: each key at most once, and only those that have a reader. */
function pairs<K, V>(r: Reader, key: () => K, readers: Map<K, () => V>): Map<K, V> {
	const found = new Map<K, V>();
	for (let left = r.map(); left > 0; left--) {
		const name = key();
		const read = readers.get(name);
		must(read !== undefined && !found.has(name));
		found.set(name, read());
	}
	return found;
}

/** The kid in the protected header, if it stands there. */
function readHeader(bytes: Bytes): Bytes | undefined {
	const r = new Reader(bytes);
	const found = pairs<number, unknown>(r, r.int, new Map<number, () => unknown>([
		[ALG, () => r.expect(ES256)],
		[KID, r.bstr],
		[TYPE, () => r.expectText("application/statuslist+cwt")],
	]));
	r.end();
	must(found.has(ALG) && found.has(TYPE));
	return found.get(KID) as Bytes | undefined;
}

/** The claims set as it stands, in either form. */
interface StatusClaims {
	uri: unknown;
	issuer: unknown;
	issued: unknown;
	expires: unknown;
	bits: unknown;
	packed: unknown;
}

type Signed = Pick<StatusToken, "kid" | "message" | "signature">;

function fromCwt(bytes: Bytes): [Signed, StatusClaims] {
	const { protected: header, outerKid, payload, message, signature } = readSign1(bytes);
	const kid = readHeader(header) ?? outerKid;
	must(kid !== undefined);
	const r = new Reader(payload);
	const list = (): Map<string, unknown> => pairs<string, unknown>(r, r.tstr, new Map<string, () => unknown>([["bits", r.uint], ["lst", r.bstr]]));
	const claims = pairs<number, unknown>(r, r.int, new Map<number, () => unknown>([
		[1, r.tstr], [2, r.tstr], [4, r.uint], [6, r.uint], [TTL, r.uint], [LIST, list],
	]));
	r.end();
	const packed = claims.get(LIST) as Map<string, unknown> | undefined;
	return [
		{ kid, message, signature },
		{ uri: claims.get(2), issuer: claims.get(1), issued: claims.get(6), expires: claims.get(4), bits: packed?.get("bits"), packed: packed?.get("lst") },
	];
}

/** A `kid` that is not base64url stands for its characters. */
async function fromJwt(bytes: Bytes): Promise<[Signed, StatusClaims]> {
	const { header, payload, message, signature } = readJws(text(bytes));
	const name = textOf(header, "kid");
	must(member(header, "crit") === undefined && textOf(header, "alg") === "ES256" && textOf(header, "typ") === "statuslist+jwt");
	must(name !== undefined && signature.length === 64);
	const kid = (await attempt(() => base64url(name))) ?? new TextEncoder().encode(name);
	const { iss, sub, iat, exp, ttl, status_list } = closed(object(payload), [], ["iss", "sub", "iat", "exp", "ttl", "status_list"]);
	const { bits, lst } = closed(status_list, ["bits", "lst"]);
	const number = (value: Json | undefined): unknown => (value === undefined ? undefined : whole(value));
	number(ttl);
	return [{ kid, message, signature }, { uri: sub, issuer: iss, issued: number(iat), expires: number(exp), bits: number(bits), packed: base64url(string(lst)) }];
}

/** Reads a token in either form: a CWT begins with the tag of COSE_Sign1, a JWT with text. */
export async function readStatus(bytes: Bytes): Promise<StatusToken> {
	const [signed, claims] = bytes[0] === 0xd2 ? fromCwt(bytes) : await fromJwt(bytes);
	const { uri, issuer, issued, expires = LAST_SECOND, bits, packed } = claims;
	must(typeof uri === "string" && (issuer === undefined || typeof issuer === "string"));
	must(typeof issued === "number" && issued <= LAST_SECOND && typeof expires === "number" && expires <= LAST_SECOND);
	must(typeof bits === "number" && [1, 2, 4, 8].includes(bits) && packed instanceof Uint8Array);
	const list = inflateZlib(packed as Bytes, (ENTRIES / 8) * bits);
	must(list.length > 0);
	return { ...signed, uri, issuer, issued, expires: Math.min(issued + LIFE, expires), bits, bytes: list };
}

/** A list whose signature has been checked. */
export class VerifiedStatus {
	private constructor(private readonly token: StatusToken, readonly issuer: string | undefined) {}

	get uri(): string {
		return this.token.uri;
	}

	get issued(): number {
		return this.token.issued;
	}

	/** Checks signature, issuer and time; refused where one is not right. */
	static async from(token: StatusToken, trust: TrustList, now: number): Promise<VerifiedStatus> {
		const signed = (key: { verify(message: Bytes, signature: Bytes): Promise<boolean> }): Promise<boolean> => key.verify(token.message, token.signature);
		const found = await authenticate({ format: "tongxing", purpose: "status", name: token.issuer, kid: token.kid, now, signed }, trust);
		if (!holds(found) || !inTime(token, now)) throw new Refused();
		return new VerifiedStatus(token, found.issuer?.name ?? token.issuer);
	}

	answer({ iss, uri, index }: Claims, now: number): StatusAnswer {
		const { bits, bytes } = this.token;
		if (uri !== this.uri || (this.issuer !== undefined && this.issuer !== iss) || !inTime(this.token, now)) return "unknown";
		const bit = index * bits;
		const byte = bytes[Math.floor(bit / 8)];
		if (byte === undefined) return "unknown";
		return ((byte >> bit % 8) & (0xff >> (8 - bits))) === 0 ? "good" : "withdrawn";
	}
}

const inTime = ({ issued, expires }: StatusToken, now: number): boolean => now < expires && issued <= now + AHEAD;

/** The lists at hand, by address. */
export class StatusLists {
	private readonly lists = new Map<string, VerifiedStatus[]>();

	/**
	 * Adds a list. Of one issuer's lists for one address the newest counts, and of two of the same second both do: one may
	 * have been signed again for a withdrawal. Another issuer's list is no answer and takes no place.
	 */
	insert(list: VerifiedStatus): void {
		const known = this.lists.get(list.uri) ?? [];
		const theirs = ({ issuer }: VerifiedStatus): boolean => issuer === list.issuer;
		if (known.some((other) => theirs(other) && other.issued > list.issued)) return;
		this.lists.set(list.uri, [...known.filter((other) => !theirs(other) || other.issued === list.issued), list]);
	}

	/** Withdrawn where any list that counts says so. */
	answer(claims: Claims, now: number): StatusAnswer {
		const answers = (this.lists.get(claims.uri) ?? []).map((list) => list.answer(claims, now));
		return answers.find((answer) => answer === "withdrawn") ?? answers.find((answer) => answer === "good") ?? "unknown";
	}
}
