/**
 * The payload against the public schema (`DCC.combined-schema.json` of ehn-dcc-development, version 1.3.3), written as
 * code: members that are required, their types, lengths and forms. Others are passed over.
 */

import type { Kind, Statement } from "./foreign";
import { int64, type Item } from "./item";
import { must, Refused } from "./refused";
import { birthDay, initials, NOBODY, type Subject } from "./subject";

/** SNOMED CT: COVID-19; not detected, detected. */
const COVID_19 = "840539006";
const NOT_DETECTED = "260415000";
const DETECTED = "260373001";

/** ISO 3166-1 alpha-2, with the codes that it reserves and the EU uses: EL and UK, and XK for Kosovo. */
const COUNTRIES =
	"ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDM" +
	"DODZECEEEGEHELERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKM" +
	"KNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPL" +
	"PMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUKUMUSUYUZVAVCVE" +
	"VGVIVNVUWFWSXKYEYTZAZMZW";

const DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:T[\d:.+\-Zz,]{1,31})?$/;
const BIRTH = /^(?:(?:19|20)\d\d(?:-\d\d){0,2})?$/;

const TEXTS = ["tg", "co", "is", "ci", "vp", "mp", "ma", "dt", "tt", "nm", "sc", "tr", "tc", "fr", "df", "du"];
const KINDS: Record<string, Kind> = { v: "vaccination", t: "test", r: "recovery" };

export interface Read {
	kind: Kind;
	subject: Subject;
	statement: Statement;
}

/** The certificate (the value under -260, 1); `undefined` where it is not what the schema asks for. */
export function readCertificate(certificate: Item): Read | undefined {
	try {
		return read(certificate);
	} catch (error) {
		if (error instanceof Refused) return undefined;
		throw error;
	}
}

/** The kind of a certificate that is otherwise against the schema: the one group that it has. */
export function kindOf(certificate: Item): Kind | undefined {
	if (certificate.is !== "map") return undefined;
	const members = named(certificate);
	const there = (item: Item | undefined): boolean => item !== undefined && (item.is !== "null" || item.low !== 22);
	const kinds = Object.entries(KINDS).filter(([name]) => there(members.get(name)));
	return kinds.length === 1 ? kinds[0]?.[1] : undefined;
}

function read(certificate: Item): Read {
	const members = named(certificate);
	must(/^\d+\.\d+\.\d+$/.test(dated(members.get("ver"), false)));
	const born = dated(members.get("dob"));
	must(BIRTH.test(born));
	const birth = birthDay(born);
	const groups = Object.entries(KINDS).filter(([name]) => members.has(name));
	const [group] = groups;
	must(groups.length === 1 && group !== undefined);
	const [name, kind] = group;
	const entries = members.get(name);
	must(entries?.is === "array" && entries.items.length === 1);
	const statement = new Entry(entries.items[0]).statement(kind);
	const subject = { ...NOBODY, initials: holder(members.get("nam")), birth_day: birth?.day ?? null, birth_month: birth?.month ?? null };
	return { kind, subject, statement };
}

/** The members of a map that have texts as keys. */
function named(item: Item | undefined): Map<string, Item> {
	must(item?.is === "map");
	return new Map(item.pairs.flatMap(([key, value]) => (key.is === "text" ? [[key.value, value] as const] : [])));
}

/** A text; where it may be a date, some encoders tag it (RFC 8949 section 3.4.1, RFC 8943). */
function dated(item: Item | undefined, tags = true): string {
	const inner = item?.is === "tag" && tags && (item.tag === 0 || item.tag === 1004) ? item.item : item;
	must(inner?.is === "text");
	return inner.value;
}

const short = (text: string): boolean => text.length <= 80 || [...text].length <= 80;

/** Initials come from the standardised names (ICAO Doc 9303 part 3), of which one is enough. */
function holder(item: Item | undefined): string {
	const members = named(item);
	for (const name of ["fn", "gn"]) must(!members.has(name) || short(dated(members.get(name), false)));
	const names = ["fnt", "gnt"].filter((name) => members.has(name)).map((name) => dated(members.get(name), false));
	must(names.length > 0 && names.every((name) => /^[A-Z<]{0,80}$/.test(name)));
	return initials(names.flatMap((name) => name.split("<")));
}

/** One entry of any kind, its members by name. */
class Entry {
	private readonly texts = new Map<string, string>();

	constructor(item: Item | undefined) {
		const members = named(item);
		for (const name of TEXTS) if (members.has(name)) this.texts.set(name, dated(members.get(name)));
		for (const name of ["dn", "sd"]) if (members.has(name)) this.texts.set(name, positive(members.get(name)));
	}

	statement(kind: Kind): Statement {
		const covid = this.get("tg") === COVID_19;
		must(country(this.get("co")) && short(this.get("is")) && short(this.get("ci")));
		const statement = this[kind]();
		return covid ? statement : { is: "other" };
	}

	vaccination(): Statement {
		for (const name of ["vp", "mp", "dn", "sd"]) this.get(name);
		must(DATE.test(this.get("dt")) && /^(?:ORG-1\d{8}$|(?!ORG-))/.test(this.get("ma")));
		return { is: "vaccination" };
	}

	test(): Statement {
		this.get("tt");
		const result = this.get("tr");
		must(DATE.test(this.get("sc")) && short(this.texts.get("nm") ?? "") && short(this.texts.get("tc") ?? ""));
		const kit = this.texts.get("ma") ?? "";
		must(!/^\d+$/.test(kit) || (Number(kit) >= 1 && Number(kit) <= 5_000));
		return { is: "test", detected: result === DETECTED ? true : result === NOT_DETECTED ? false : undefined };
	}

	recovery(): Statement {
		for (const name of ["fr", "df", "du"]) must(DATE.test(this.get(name)));
		return { is: "recovery" };
	}

	private get(name: string): string {
		const text = this.texts.get(name);
		must(text !== undefined);
		return text;
	}
}

/** A country, or an organisation in place of one: one to ten capital letters. */
function country(code: string): boolean {
	const countries: string[] = COUNTRIES.match(/../g) ?? [];
	return /^[A-Z]{1,10}$/.test(code) && (code.length !== 2 || countries.includes(code));
}

/** A dose number: whole, 1 or more. */
function positive(item: Item | undefined): string {
	const value = int64(item);
	must(value !== undefined && value > 0 && value < 2 ** 32);
	return String(value);
}
