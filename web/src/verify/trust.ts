/**
 * The trust list: whose signature counts, for which format and purpose, and when (docs/pass-format.md section 5). Keys
 * are imported when it is read, not with each check. Any fault refuses the whole list; an empty one trusts nobody.
 */

import type { Bytes } from "../bytes";
import { readCertificate, type Certificate } from "./certificate";
import { base64, base64url, equal, hex, withoutSpace } from "./encoding";
import type { Kind } from "./foreign";
import { closed, list, oneOf, open, strictJson, string, textOf, whole, type Json, type Members } from "./json";
import { jwkKey, ownKey, sha256, type Key } from "./key";
import { must, Refused } from "./refused";

export const FORMATS = ["tongxing", "hcert", "shc", "nzcp", "vds-nc"] as const;
export type Format = (typeof FORMATS)[number];

const PURPOSES = ["pass", "status", "rules"] as const;
export type Purpose = (typeof PURPOSES)[number];

const KINDS: Kind[] = ["test", "vaccination", "recovery"];

export interface TrustedKey {
	/** The name under which signed objects refer to it. */
	kid: Bytes;
	key: Key;
	/** The first and the last second in which it is valid. */
	notBefore: number;
	notAfter: number;
	withdrawn: boolean;
	/** Which kinds of EU certificate it may sign. */
	usage: Kind[];
	/** The certificate that it came in, where there was one. */
	certificate?: Certificate;
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
	const value = strictJson(text);
	return Array.isArray(value) ? readLoose(value) : readList(value);
}

/** A trust list; refused where it is not an object. */
export async function readList(value: Json): Promise<TrustList> {
	const members = closed(value, ["version", "issued", "issuers"], ["expires"]);
	const issuers = await Promise.all(list(members.issuers).map(readIssuer));
	const expires = given(members.expires) ? whole(members.expires) : undefined;
	return new TrustList(whole(members.version), whole(members.issued), expires, issuers);
}

const given = (value: Json | undefined): boolean => value !== undefined && value !== null;

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
	const members = closed(value, ["kid", "not_before", "not_after", "state"], ["jwk", "certificate", "usage"]);
	const kid = base64url(string(members.kid));
	const key = await material(members, format);
	// Only a foreign JWK does not carry its own name.
	must(equal(kid, key.kid) || (format !== "tongxing" && !key.certificate));
	const withdrawn = oneOf(["active", "withdrawn"], members.state) === "withdrawn";
	const usage = given(members.usage) ? list(members.usage).map((kind) => oneOf(KINDS, kind)) : KINDS;
	must(!given(members.usage) || format === "hcert");
	return {
		...key, kid, withdrawn,
		notBefore: whole(members.not_before),
		notAfter: whole(members.not_after),
		usage: key.usage.filter((kind) => usage.includes(kind)),
	};
}

/** A key by itself, from the one of its two forms that is given. */
async function material(members: Members, format: Format): Promise<TrustedKey> {
	must(given(members.jwk) !== given(members.certificate));
	const always = { notBefore: 0, notAfter: Infinity, withdrawn: false, usage: KINDS };
	if (format === "tongxing") {
		const key = await ownKey(members.jwk);
		return { kid: (await key.thumbprint()).slice(0, 8), key, ...always };
	}
	if (given(members.jwk)) {
		const key = await jwkKey(members.jwk);
		return { kid: await nameOf(members.jwk, key, format), key, ...always };
	}
	const certificate = await readCertificate(base64(withoutSpace(string(members.certificate))));
	const { key, notBefore, notAfter, usage } = certificate;
	return { kid: (await sha256(certificate.der)).slice(0, 8), key, notBefore, notAfter, withdrawn: false, usage, certificate };
}

/** The name of a JWK in a format, from its `kid` where it has one, else its thumbprint. */
async function nameOf(jwk: Json | undefined, key: Key, format: Format): Promise<Bytes> {
	const name = textOf(jwk, "kid");
	if (name !== undefined && format === "nzcp") return new TextEncoder().encode(name.slice(name.lastIndexOf("#") + 1));
	const bytes = name !== undefined && unless(() => base64(withoutSpace(name)));
	return bytes || (await key.thumbprint()).slice(0, format === "shc" ? 32 : 8);
}

function unless(read: () => Bytes): Bytes | undefined {
	try {
		return read();
	} catch {
		return undefined;
	}
}

/**
 * Keys without an issuer, as a single check may bring them: for passes and status lists, a certificate within its dates
 * and usages. A foreign key that cannot be used is left out: one of a whole set must not hide the others.
 */
async function readLoose(values: Json[]): Promise<TrustList> {
	const issuers = await Promise.all(values.map(async (value): Promise<Issuer[]> => {
		const members = open(value);
		const format = oneOf(FORMATS, members.format);
		const name = given(members.iss) ? string(members.iss) : undefined;
		must(given(members.jwk) !== given(members.certificate));
		try {
			return [{ name, format, purposes: ["pass", "status"], keys: [await material(members, format)] }];
		} catch (error) {
			if (error instanceof Refused && format !== "tongxing") return [];
			throw error;
		}
	}));
	return new TrustList(0, 0, undefined, issuers.flat());
}
