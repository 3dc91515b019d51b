/**
 * ICAO visible digital seals for non-constrained environments: health proofs in signed JSON (types `icao.vacc` and
 * `icao.test`). What was signed is `data` in its canonical form (RFC 8785); nothing may stand beside `data` and `sig`.
 */

import { base64, withoutSpace } from "./encoding";
import type { Foreign, Statement } from "./foreign";
import { Float, isObject, member, open, plain, strictJson, string, textOf, type Json, type Members } from "./json";
import { sha256 } from "./key";
import { must } from "./refused";
import { birthDay, initials, lastFour, type Subject } from "./subject";

/** Vaccines against COVID-19 in ICD-11: any, inactivated, attenuated, both vectors, subunit, particle, DNA, RNA. */
const VACCINES = ["XM68M6", "XM1NL1", "XM5DF6", "XM9QW8", "XM0CX4", "XM5JC5", "XM1J92", "XM6AT1", "XM0GQ8"];

export async function readVdsNc(text: string): Promise<Foreign> {
	const seal = open(strictJson(text));
	const [data, sig] = [member(seal, "data"), member(seal, "sig")];
	must(isObject(data) && isObject(sig) && Object.keys(seal).length === 2 && Object.keys(sig).length === 3);
	const algorithm = textOf(sig, "alg");
	must(algorithm === "ES256" || algorithm === "ES384");
	const [certificate, signature] = ["cer", "sigvl"].map((name) => base64(withoutSpace(string(member(sig, name)))));
	must(certificate !== undefined && signature !== undefined);
	const issuer = textOf(member(data, "hdr"), "is");
	must(issuer !== undefined && /^[A-Z]{1,3}$/.test(issuer) && member(member(data, "hdr"), "v") === 1);
	return {
		format: "vds-nc",
		kid: (await sha256(certificate)).slice(0, 8),
		issuer, algorithm,
		message: new TextEncoder().encode(canonical(data)),
		signature, certificate,
		subject: readSubject(member(member(data, "msg"), "pid")),
		statements: statements(data),
		payload: plain(data),
	};
}

/** RFC 8785. Whole numbers beyond 2^53 have no exact double and are refused. */
function canonical(value: Json): string {
	must(typeof value !== "bigint");
	if (value instanceof Float) return JSON.stringify(value.value);
	if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
	if (typeof value !== "object" || value === null) return JSON.stringify(value);
	const members = Object.keys(value).sort();
	return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name] ?? null)}`).join(",")}}`;
}

/** The holder. The document's number is `i` beside a vaccination, `dn` beside a test. */
function readSubject(person: Json | undefined): Subject {
	const name = textOf(person, "n");
	must(name !== undefined);
	const birth = birthDay(textOf(person, "dob"));
	const last_four = lastFour(textOf(person, "i") ?? textOf(person, "dn"));
	return { initials: initials([name]), birth_day: birth?.day ?? null, birth_month: birth?.month ?? null, last_four };
}

function statements(data: Members): Statement[] {
	const message = member(data, "msg");
	const type = textOf(member(data, "hdr"), "t");
	must(type === "icao.vacc" || type === "icao.test");
	return type === "icao.vacc" ? vaccination(message) : [test(message)];
}

/** Each vaccination event with its doses; those against COVID-19 together are one statement. */
function vaccination(message: Json | undefined): Statement[] {
	const events = member(message, "ve");
	must(Array.isArray(events));
	let [doses, others] = [0, 0];
	for (const event of events) {
		const given = member(event, "vd");
		must(Array.isArray(given));
		const disease = textOf(event, "dis");
		// COVID-19 in ICD-11 is RA01 and what lies under it.
		const covid = disease === undefined ? VACCINES.includes(textOf(event, "des") ?? "") : disease.startsWith("RA01");
		if (covid) doses += given.length;
		else others++;
	}
	return [...(doses > 0 ? [{ is: "vaccination" } as const] : []), ...Array.from({ length: others }, () => ({ is: "other" }) as const)];
}

/** An antibody test does not tell whether the virus is there. */
function test(message: Json | undefined): Statement {
	const result = member(message, "tr");
	const kind = textOf(result, "tc");
	must(kind !== undefined);
	if (/^antibody$/i.test(kind)) return { is: "other" };
	const found = textOf(result, "r");
	must(found !== undefined);
	const detected = /^(?:negative|normal)$/i.test(found) ? false : /^(?:positive|abnormal)$/i.test(found) ? true : undefined;
	return { is: "test", detected };
}
