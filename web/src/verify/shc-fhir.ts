/**
 * What a SMART Health Card's FHIR resources state, as far as acceptance looks at it. Completed immunisations against
 * COVID-19 are one statement together; each final COVID-19 test is one; other immunisations and observations are
 * `other`, which is not accepted.
 */

import type { Statement } from "./foreign";
import { isObject, itemsOf, member, textOf, type Json, type Members } from "./json";
import { must } from "./refused";
import { birthDay, initials, NOBODY, type Subject } from "./subject";

const CVX = "http://hl7.org/fhir/sid/cvx";
const SNOMED = "http://snomed.info/sct";
const LOINC = "http://loinc.org";

/** Vaccines against COVID-19 in CVX, from–to. */
const CVX_COVID = [[207, 208], [210, 213], [217, 219], [221, 221], [225, 230], [300, 302], [308, 313], [500, 521]] as const;
/** In SNOMED CT: the act of giving it, antigen and mRNA vaccines, and those of Canada's catalogue. */
const SNOMED_COVID = "840534001 1119305005 1119349007 28531000087107 28571000087109 28581000087106 28761000087108 28951000087107".split(" ");
/** Tests for SARS-CoV-2 itself, its RNA or antigen, in LOINC. */
const LOINC_COVID =
	"94309-2 94314-2 94315-9 94316-7 94500-6 94533-7 94534-5 94558-4 94559-2 94565-9 94640-0 94759-8 94845-5 95209-3 95406-5 95608-6 96119-3 97097-0".split(" ");
/** By system and code. */
const DETECTED = [`${SNOMED} 260373001`, `${SNOMED} 10828004`, `${SNOMED} 52101004`, `${LOINC} LA11882-0`, `${LOINC} LA6576-8`];
const NOT_DETECTED = [`${SNOMED} 260415000`, `${SNOMED} 260385009`, `${SNOMED} 2667000`, `${LOINC} LA11883-8`, `${LOINC} LA6577-6`];

export function resources(bundle: Members): Members[] {
	const entries = member(bundle, "entry");
	must(member(bundle, "resourceType") === "Bundle" && Array.isArray(entries));
	return entries.map((entry) => {
		const resource = member(entry, "resource");
		must(isObject(resource));
		return resource;
	});
}

const ofType = (entries: Members[], type: string): Members[] => entries.filter((entry) => textOf(entry, "resourceType") === type);

/** The first patient. */
export function subject(entries: Members[]): Subject {
	const [patient] = ofType(entries, "Patient");
	if (!patient) return NOBODY;
	const [name] = itemsOf(member(patient, "name"));
	const names = [member(name, "family"), ...itemsOf(member(name, "given"))].filter((part): part is string => typeof part === "string");
	const birth = birthDay(textOf(patient, "birthDate"));
	return { initials: initials(names), birth_day: birth?.day ?? null, birth_month: birth?.month ?? null, last_four: null };
}

export function statements(entries: Members[]): Statement[] {
	const given = ofType(entries, "Immunization").map(isCovidDose);
	return [
		...(given.includes(true) ? [{ is: "vaccination" } as const] : []),
		...given.filter((covid) => !covid).map(() => ({ is: "other" }) as const),
		...ofType(entries, "Observation").map(test),
	];
}

/** System and code of each coding in a CodeableConcept. */
function codings(resource: Members, name: string): [string, string][] {
	return itemsOf(member(member(resource, name), "coding")).flatMap((coding: Json) => {
		const [system, code] = [textOf(coding, "system"), textOf(coding, "code")];
		return system === undefined || code === undefined ? [] : [[system, code] as [string, string]];
	});
}

function isCovidDose(immunization: Members): boolean {
	const covid = ([system, code]: [string, string]): boolean => {
		if (system === SNOMED) return SNOMED_COVID.includes(code);
		return system === CVX && /^\+?\d+$/.test(code) && CVX_COVID.some(([from, to]) => Number(code) >= from && Number(code) <= to);
	};
	return textOf(immunization, "status") === "completed" && codings(immunization, "vaccineCode").some(covid);
}

function test(observation: Members): Statement {
	const done = ["final", "amended", "corrected"].includes(textOf(observation, "status") ?? "");
	const covid = codings(observation, "code").some(([system, code]) => system === LOINC && LOINC_COVID.includes(code));
	if (!done || !covid) return { is: "other" };
	const results = codings(observation, "valueCodeableConcept").map((coding) => coding.join(" "));
	const [found, notFound] = [DETECTED, NOT_DETECTED].map((codes) => results.some((result) => codes.includes(result)));
	return { is: "test", detected: found === notFound ? undefined : found };
}
