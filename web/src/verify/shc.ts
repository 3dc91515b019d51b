/**
 * SMART Health Cards: a JWS over deflated JSON with FHIR resources in it (smarthealth.cards, version 1.4), as the digits of
 * one or several QR codes, or as the bare JWS.
 */

import type { Bytes } from "../bytes";
import { base64url } from "./encoding";
import type { Foreign } from "./foreign";
import { inflateRaw } from "./inflate";
import { Float, isObject, member, plain, textOf, type Json, type Members } from "./json";
import { object, readJws } from "./jws";
import { must } from "./refused";
import { resources, statements, subject } from "./shc-fhir";

/** The most bytes that a payload unpacks to. */
const UNPACKED = 131_072;
/** The most characters of a JWS in one code of version 22, and in each of several, whose headers are longer. */
const WHOLE = 1_195;
const PART = 1_191;

export function readShc(text: string): Foreign {
	const { header, payload, message, signature } = readJws(text.startsWith("shc:/") ? joined(text) : text);
	must(member(header, "crit") === undefined);
	const kid = readKid(header);
	const claims = object(inflateRaw(payload, UNPACKED));
	const { issuer, notBefore, expires, bundle } = readClaims(claims);
	const entries = resources(bundle);
	return {
		format: "shc", kid, issuer, notBefore, expires,
		algorithm: "ES256",
		message, signature,
		subject: subject(entries),
		statements: statements(entries),
		payload: plain(claims),
	};
}

/** The name of the key is its whole JWK thumbprint. */
function readKid(header: Members): Bytes {
	must(textOf(header, "alg") === "ES256" && textOf(header, "zip") === "DEF");
	const kid = base64url(textOf(header, "kid") ?? "");
	must(kid.length === 32);
	return kid;
}

interface Code {
	index: number;
	of: number;
	characters: string;
}

/** The JWS from the digits of all its codes, one a line, in any order. Cutting what fits into one is refused. */
function joined(text: string): string {
	const codes = text.split("\n").map((line) => readCode(line.replace(/\r$/, "")));
	codes.sort((a, b) => a.index - b.index);
	must(codes.every(({ index, of }, at) => of === codes.length && index === at + 1));
	const whole = codes.map(({ characters }) => characters).join("");
	must(codes.length === 1 || whole.length > WHOLE);
	return whole;
}

function readCode(line: string): Code {
	const found = /^shc:\/(?:([1-9]\d?)\/([1-9]\d?)\/)?((?:[0-7]\d)+)$/.exec(line);
	must(found !== null);
	const [, index = "1", of = "1", digits = ""] = found;
	const codes = (digits.match(/../g) ?? []).map((pair) => Number(pair) + 45);
	must(codes.every((code) => code <= 122) && Number(index) <= Number(of) && codes.length <= (of === "1" ? WHOLE : PART));
	return { index: Number(index), of: Number(of), characters: String.fromCharCode(...codes) };
}

interface Claims {
	issuer: string;
	notBefore: number;
	expires: number | undefined;
	bundle: Members;
}

function readClaims(claims: Members): Claims {
	const [issuer, vc] = [textOf(claims, "iss"), member(claims, "vc")];
	must(issuer !== undefined && /^https:\/\/[!-~]*[!-.0-~]$/.test(issuer) && issuer.length <= 512);
	const types = member(vc, "type");
	const [about, rid] = [member(vc, "credentialSubject"), member(vc, "rid")];
	const bundle = member(about, "fhirBundle");
	must(Array.isArray(types) && types.every((type) => typeof type === "string") && types.includes("https://smarthealth.cards#health-card"));
	must(textOf(about, "fhirVersion") !== undefined && isObject(bundle));
	must(rid === undefined || (typeof rid === "string" && /^[\w-]{1,24}$/.test(rid)));
	const [from, until] = [number(member(claims, "nbf")), member(claims, "exp")];
	const end = until === undefined ? undefined : number(until);
	must(end === undefined || end >= from);
	return { issuer, notBefore: seconds(from), expires: end === undefined ? undefined : seconds(end), bundle };
}

function number(value: Json | undefined): number {
	must(typeof value === "number" || typeof value === "bigint" || value instanceof Float);
	return value instanceof Float ? value.value : Number(value);
}

/** Whole seconds, rounded up. Milliseconds are taken for what they say, a time some fifty thousand years away. */
function seconds(time: number): number {
	must(time >= 0 && time <= 1e15);
	return Math.ceil(time);
}

