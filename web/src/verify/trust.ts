/**
 * The trust list: whose signature counts, for which format and purpose, and when (docs/pass-format.md section 5). Keys
 * are imported when it is read, not with each check. Any fault refuses the whole list; an empty one trusts nobody.
 */

import type { Bytes } from "../bytes";
import { base64url, equal, hex } from "./encoding";
import { closed, list, oneOf, open, strictJson, string, whole, type Json, type Members } from "./json";
import { namedKey, type Key } from "./key";
import { must } from "./refused";

export const FORMATS = ["tongxing", "hcert", "shc", "nzcp", "vds-nc"] as const;
export type Format = (typeof FORMATS)[number];

const PURPOSES = ["pass", "status", "rules"] as const;
export type Purpose = (typeof PURPOSES)[number];

export interface TrustedKey {
	/** The name under which signed objects refer to it. */
	kid: Bytes;
	key: Key;
	/** The first and the last second in which it is valid. */
	notBefore: number;
	notAfter: number;
	withdrawn: boolean;
}

export interface Issuer {
	/** The name that `iss` must equal; `undefined` accepts any (only lists given with a single check have that). */
	name: string | undefined;
	format: Format;
	purposes: Purpose[];
	keys: TrustedKey[];
}

export class TrustList {
	/** By the kid in hexadecimal: more than one key may have the same name. */
	private readonly index = new Map<string, [Issuer, TrustedKey][]>();

	constructor(
		readonly version: number,
		readonly issued: number,
		/** From when on it is good for nothing any more. */
		readonly expires: number | undefined,
		readonly issuers: Issuer[],
	) {
		for (const issuer of issuers) {
			for (const key of issuer.keys) {
				const name = hex(key.kid);
				this.index.set(name, [...(this.index.get(name) ?? []), [issuer, key]]);
			}
		}
	}

	static empty(): TrustList {
		return new TrustList(0, 0, undefined, []);
	}

	named(kid: Bytes): [Issuer, TrustedKey][] {
		return this.index.get(hex(kid)) ?? [];
	}

	/** Whether a key may be used at `now`. */
	valid(key: TrustedKey, now: number): boolean {
		const current = this.expires === undefined || now < this.expires;
		return current && !key.withdrawn && key.notBefore <= now && now <= key.notAfter;
	}
}

/** Whether it may sign objects of `format` for `purpose` in the name of `name`, if the object has one. */
export function may(issuer: Issuer, format: Format, purpose: Purpose, name: string | undefined): boolean {
	const named = issuer.name === undefined || name === undefined || issuer.name === name;
	return named && issuer.format === format && issuer.purposes.includes(purpose);
}

/** Reads either form: an object is a trust list, an array is loose keys without dates. */
export async function readTrust(text: string): Promise<TrustList> {
	return fromValue(strictJson(text));
}

export async function fromValue(value: Json): Promise<TrustList> {
	if (Array.isArray(value)) return new TrustList(0, 0, undefined, await Promise.all(value.map(looseIssuer)));
	const members = closed(value, ["version", "issued", "issuers"], ["expires"]);
	const issuers = await Promise.all(list(members.issuers).map(readIssuer));
	const expires = members.expires === undefined || members.expires === null ? undefined : whole(members.expires);
	return new TrustList(whole(members.version), whole(members.issued), expires, issuers);
}

async function readIssuer(value: Json): Promise<Issuer> {
	const members = closed(value, ["issuer", "format", "purposes", "keys"]);
	const format = oneOf(FORMATS, members.format);
	return {
		name: string(members.issuer),
		format,
		purposes: list(members.purposes).map((purpose) => oneOf(PURPOSES, purpose)),
		keys: await Promise.all(list(members.keys).map((key) => readKey(key, format))),
	};
}

async function readKey(value: Json, format: Format): Promise<TrustedKey> {
	const members = closed(value, ["kid", "jwk", "not_before", "not_after", "state"]);
	const kid = base64url(string(members.kid));
	const key = await namedKey(members.jwk);
	must(format !== "tongxing" || equal(kid, key.id));
	const withdrawn = oneOf(["active", "withdrawn"], members.state) === "withdrawn";
	return { kid, key, notBefore: whole(members.not_before), notAfter: whole(members.not_after), withdrawn };
}

/** A key without an issuer, as a single check may bring it: valid at any time, for passes and status lists. */
async function looseIssuer(value: Json): Promise<Issuer> {
	const members: Members = open(value);
	const format = oneOf(FORMATS, members.format);
	const name = members.iss === undefined || members.iss === null ? undefined : string(members.iss);
	const key = await namedKey(members.jwk);
	const keys = [{ kid: key.id, key, notBefore: 0, notAfter: Infinity, withdrawn: false }];
	return { name, format, purposes: ["pass", "status"], keys };
}
