/**
 * EU Digital COVID Certificates: `HC1:`, Base45, zlib, COSE_Sign1, CWT (eHealth Network, "Technical Specifications for EU
 * Digital COVID Certificates"). A payload against the schema is a credential that is `unreadable` and still says whose
 * signature it has.
 */

import type { Bytes } from "../bytes";
import { LAST_SECOND } from "./claims";
import { sigStructure } from "./cose";
import { base45 } from "./encoding";
import type { Foreign } from "./foreign";
import { kindOf, readCertificate } from "./hcert-schema";
import { inflateZlib } from "./inflate";
import { at, bytesIn, int64, ItemReader, readItem, textIn, toJson, type Item, type Limits } from "./item";
import type { Algorithm } from "./key";
import { must } from "./refused";
import { NOBODY } from "./subject";

const LIMITS: Limits = { depth: 16, leaves: false, keys: 32, pieces: false };
/** The most that is unpacked, in bytes. */
const UNPACKED = 65_536;
const ALGORITHMS = new Map<number | bigint | undefined, Algorithm>([[-7, "ES256"], [-35, "ES384"], [-37, "PS256"]]);

export function readHcert(text: string): Foreign {
	must(text.startsWith("HC1:"));
	const { header, outer, protectedBytes, payload, signature } = readParts(inflateZlib(base45(text.slice(4)), UNPACKED));
	const algorithm = ALGORITHMS.get(header.algorithm ?? outer.algorithm);
	must(algorithm !== undefined);
	const claims = readItem(payload, LIMITS);
	must(claims.is === "map");
	const issuer = at(claims, 1);
	must(issuer === undefined || issuer.is === "text");
	// It counts through the second of `exp`, so a part is cut off.
	const [expires, issued, from] = [date(at(claims, 4), Math.floor), date(at(claims, 6), Math.ceil), date(at(claims, 5), Math.ceil)];
	const certificate = at(at(claims, -260), 1);
	must(expires !== undefined && issued !== undefined && certificate !== undefined);
	const read = readCertificate(certificate);
	return {
		format: "hcert",
		kid: header.kid ?? outer.kid ?? new Uint8Array(),
		issuer: textIn(issuer),
		notBefore: Math.max(issued, from ?? 0),
		expires, algorithm,
		// RFC 9052 section 4.4: a header without content is signed as no bytes, however it was written.
		message: sigStructure(header.empty ? new Uint8Array() : protectedBytes, payload),
		signature,
		subject: read?.subject ?? NOBODY,
		kind: read ? read.kind : kindOf(certificate),
		statements: read ? [read.statement] : [],
		fault: !read,
		payload: printable(certificate) ? toJson(certificate) : null,
	};
}

interface Header {
	kid: Bytes | undefined;
	algorithm: number | bigint | undefined;
	empty: boolean;
}

/** The tags 61 (CWT) and 18 (COSE_Sign1) may be there. */
function readParts(cose: Bytes): { header: Header; outer: Header; protectedBytes: Bytes; payload: Bytes; signature: Bytes } {
	const reader = new ItemReader(cose, LIMITS);
	const [first, second] = [reader.tag(), reader.tag()];
	must(second === undefined ? first === undefined || first === 18 || first === 61 : first === 61 && second === 18);
	must(reader.array() === 4);
	const protectedBytes = bytesIn(reader.item());
	const outer = readHeader(reader.item());
	const [payload, signature] = [bytesIn(reader.item()), bytesIn(reader.item())];
	reader.end();
	must(protectedBytes !== undefined && payload !== undefined && signature !== undefined);
	const header = protectedBytes.length === 0 ? { kid: undefined, algorithm: undefined, empty: true } : readHeader(readItem(protectedBytes, LIMITS));
	return { header, outer, protectedBytes, payload, signature };
}

function readHeader(item: Item): Header {
	must(item.is === "map" && at(item, 2) === undefined);
	const [algorithm, kid] = [at(item, 1), at(item, 4)];
	must((algorithm === undefined || int64(algorithm) !== undefined) && (kid === undefined || kid.is === "bytes"));
	return { kid: bytesIn(kid), algorithm: int64(algorithm), empty: item.pairs.length === 0 };
}

/** A NumericDate (RFC 8392 section 2), which may have a fraction. */
function date(item: Item | undefined, round: (value: number) => number): number | undefined {
	if (item === undefined) return undefined;
	const value = item.is === "float" ? round(item.value) : int64(item);
	must(value !== undefined && value >= 0 && value !== Infinity);
	return Math.min(Number(value), LAST_SECOND);
}

/** Numbers of half precision and beyond 64 bits with sign have no place in its JSON. */
function printable(item: Item): boolean {
	if (item.is === "int") return int64(item) !== undefined;
	if (item.is === "null") return item.low !== 25;
	if (item.is === "array") return item.items.every(printable);
	if (item.is === "map") return item.pairs.every(([, value]) => printable(value));
	return item.is !== "tag" || printable(item.item);
}
