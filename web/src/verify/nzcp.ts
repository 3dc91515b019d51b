/** NZ COVID Pass: a CWT in COSE_Sign1, in Base32 (nzcp.covid19.health.nz, version 1). It says that its holder met the policy. */

import type { Bytes } from "../bytes";
import { LAST_SECOND } from "./claims";
import { readSign1 } from "./cose";
import { base32, hex } from "./encoding";
import type { Foreign } from "./foreign";
import { at, bytesIn, int64, readItem, textIn, toJson, type Item, type Limits } from "./item";
import { must } from "./refused";
import { birthDay, initials, type Subject } from "./subject";

const LIMITS: Limits = { depth: 16, leaves: true, pieces: true };
const CONTEXT = "https://www.w3.org/2018/credentials/v1";
const TYPES = ["VerifiableCredential", "PublicCovidPass"];

export function readNzcp(text: string): Foreign {
	must(text.startsWith("NZCP:/1/"));
	const { protected: header, payload, message, signature } = readSign1(base32(text.slice(8)));
	const kid = readKid(readItem(header, LIMITS));
	const claims = readItem(payload, LIMITS);
	const [issuer, id, vc] = [textIn(at(claims, 1)), bytesIn(at(claims, 7)), at(claims, "vc")];
	const [notBefore, expires] = [time(at(claims, 5)), time(at(claims, 4))];
	must(issuer?.startsWith("did:web:") === true && id?.length === 16 && vc !== undefined && isPublicCovidPass(vc));
	const pass = { iss: issuer, nbf: notBefore, exp: expires, jti: `urn:uuid:${uuid(id)}`, vc: toJson(vc) };
	return {
		format: "nzcp", kid, issuer, notBefore, expires,
		algorithm: "ES256",
		message, signature,
		subject: readSubject(at(vc, "credentialSubject")),
		statements: [{ is: "cleared" }],
		payload: pass,
	};
}

/** The key's name, which issuers write as text or as bytes. */
function readKid(header: Item): Bytes {
	must(at(header, 2) === undefined && int64(at(header, 1)) === -7);
	const kid = at(header, 4);
	if (kid?.is === "bytes") return kid.value;
	must(kid?.is === "text");
	return new TextEncoder().encode(kid.value);
}

function time(item: Item | undefined): number {
	const value = int64(item);
	must(value !== undefined && value >= 0 && value <= LAST_SECOND);
	return Number(value);
}

const uuid = (id: Bytes): string => hex(id).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");

function texts(item: Item | undefined): string[] {
	must(item?.is === "array");
	return item.items.map((one) => {
		const text = textIn(one);
		must(text !== undefined);
		return text;
	});
}

/** The holder: family name first, as on a document. */
function readSubject(holder: Item | undefined): Subject {
	const [given, family, dob] = [textIn(at(holder, "givenName")), at(holder, "familyName"), textIn(at(holder, "dob"))];
	const birth = dob?.length === 10 ? birthDay(dob) : undefined;
	must(given !== undefined && birth !== undefined);
	const surname = textIn(family);
	must((family === undefined) === (surname === undefined));
	const names = surname === undefined ? [given] : [surname, given];
	must(names.every((name) => [...name].length <= 100));
	return { initials: initials(names), birth_day: birth.day, birth_month: birth.month, last_four: null };
}

function isPublicCovidPass(vc: Item): boolean {
	const types = texts(at(vc, "type"));
	return texts(at(vc, "@context"))[0] === CONTEXT && types.join() === TYPES.join() && textIn(at(vc, "version")) === "1.0.0";
}
