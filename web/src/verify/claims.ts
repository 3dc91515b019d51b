/** What a pass says: its one encoding (docs/pass-format.md section 3), and what of it is shown. */

import { toBase64url, type Bytes } from "../bytes";
import { byteLength, hex } from "./encoding";
import { Reader } from "./reader";
import { must } from "./refused";

/** 9999-12-31T23:59:59Z: later times have no RFC 3339 form. */
export const LAST_SECOND = 253_402_300_799;

const COLOURS = ["green", "yellow", "red", "none"] as const;
const DOCUMENTS = ["passport", "hk_macao_permit", "taiwan_permit"] as const;

export interface Claims {
	iss: string;
	exp: number;
	iat: number;
	cti: Bytes;
	/** The key of the holder's device: a pass that has one is live, one without is printed. */
	device: { x: Bytes; odd: boolean } | undefined;
	index: number;
	uri: string;
	colour: (typeof COLOURS)[number];
	initials: string;
	day: number;
	month: number;
	document: (typeof DOCUMENTS)[number];
	lastFour: string;
}

/** The four items that an inspector compares with the document in hand. */
export interface Identity {
	initials: string;
	birth_day: number;
	birth_month: number;
	document: string;
	last_four: string;
}

/** A text of at most `longest` bytes in UTF-8, without control characters. */
function plain(value: string, shortest: number, longest: number): string {
	const length = byteLength(value);
	must(length >= shortest && length <= longest && !/[\x00-\x1f\x7f-\x9f]/.test(value));
	return value;
}

function atMost(value: number, limit: number): number {
	must(value <= limit);
	return value;
}

function word<T>(words: readonly T[], at: number): T {
	const found = words[at];
	must(found !== undefined);
	return found;
}

function readDevice(r: Reader): Claims["device"] {
	r.expect(8).expectMap(1).expect(1).expectMap(4).expect(1, 2, -1, 1, -2);
	const x = r.fixed(32);
	return { x, odd: r.expect(-3).bool() };
}

export function readClaims(bytes: Bytes): Claims {
	const r = new Reader(bytes);
	const pairs = r.map();
	must(pairs === 6 || pairs === 7);
	const iss = plain(r.expect(1).tstr(), 1, 64);
	const exp = atMost(r.expect(4).uint(), LAST_SECOND);
	const iat = atMost(r.expect(6).uint(), LAST_SECOND);
	const cti = r.expect(7).fixed(8);
	const device = pairs === 7 ? readDevice(r) : undefined;
	r.expect(65535).expectMap(1).expectText("status_list").expectMap(2);
	const index = atMost(r.expectText("idx").uint(), 0xffff_ffff);
	const uri = plain(r.expectText("uri").tstr(), 1, 128);
	r.expect(-70000).expectMap(6);
	const colour = word(COLOURS, r.expect(1).uint());
	const initials = plain(r.expect(2).tstr(), 0, 16);
	r.expect(3).expectArray(2);
	const day = atMost(r.uint(), 31);
	const month = atMost(r.uint(), 12);
	const document = word(DOCUMENTS, r.expect(4).uint() - 1);
	const lastFour = r.expect(5).tstr();
	must(/^[0-9A-Z]{1,4}$/.test(lastFour));
	r.expect(6, device ? 1 : 2).end();
	return { iss, exp, iat, cti, device, index, uri, colour, initials, day, month, document, lastFour };
}

export function identity({ initials, day, month, document, lastFour }: Claims): Identity {
	return { initials, birth_day: day, birth_month: month, document, last_four: lastFour };
}

/** The claims by their names, times in seconds as they stand in the pass. */
export function payload(claims: Claims): Record<string, unknown> {
	const { iss, exp, iat, cti, device, index, uri, colour } = claims;
	return {
		iss, exp, iat, cti: hex(cti),
		status: { status_list: { idx: index, uri } },
		colour, ...identity(claims),
		kind: device ? "live" : "printed",
		...(device && { cnf: { x: toBase64url(device.x), y_odd: device.odd } }),
	};
}
