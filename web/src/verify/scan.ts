/** From scanned text to one of the things that a scan can be. */

import { base45, byteLength } from "./encoding";
import type { Foreign } from "./foreign";
import type { ForeignFormat } from "./foreign-readers";
import { readLive, readPass, type Live, type Pass } from "./pass";
import { attempt } from "./refused";
import type { Format } from "./trust";

/** The longest text that is looked at, in bytes of UTF-8. */
const LONGEST = 8_192;
/** White space as Unicode has it: `trim` of the browser also takes U+FEFF, and leaves U+0085. */
const SPACE = /^[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/;

export interface Scan {
	/** Whose format the text has, where that can be told. */
	format: Format | null;
	/** A pass by itself or inside a live code. */
	pass?: Pass;
	live?: Live;
	shortCode?: true;
	foreign?: Foreign;
}

const UNREADABLE: Scan = { format: null };

/** Eight characters, typed in either case, with spaces or hyphens between them. */
const shortCode = (text: string): boolean => /^[2-9A-HJKMNP-Z]{8}$/i.test(text.replace(/[ -]/g, ""));

function trim(text: string): string {
	let [from, to] = [0, text.length];
	while (from < to && SPACE.test(text.charAt(from))) from++;
	while (to > from && SPACE.test(text.charAt(to - 1))) to--;
	return text.slice(from, to);
}

export async function readScan(given: string): Promise<Scan> {
	const text = trim(given);
	if (byteLength(text) > LONGEST) return UNREADABLE;
	if (text.startsWith("TX1:")) return (await attempt(() => ours(text.slice(4)))) ?? UNREADABLE;
	const begun = foreignText(given, text);
	if (!begun) return shortCode(text) ? { format: "tongxing", shortCode: true } : UNREADABLE;
	const { format } = begun;
	// Loaded when the first one comes; where that fails the text stays unread, which lets nobody pass.
	const readers = await import("./foreign-readers").catch(() => undefined);
	const foreign = await readers?.readForeign(format, begun.text);
	return foreign ? { format, foreign } : { format };
}

/**
 * Whose a text is that begins like a foreign credential, and what of it is read. One line break at the end is how files end; any other white
 * space around a text that allows none was added by somebody. A JWS by itself is a SMART Health Card.
 */
function foreignText(given: string, text: string): { format: ForeignFormat; text: string } | undefined {
	const exact = given.replace(/\r?\n$/, "");
	const begins = (prefix: string): boolean => text.slice(0, prefix.length).toUpperCase() === prefix && /^[\x00-\x7f]*$/.test(text.slice(0, prefix.length));
	if (begins("HC1:")) return { format: "hcert", text };
	if (begins("SHC:/") || (text.startsWith("eyJ") && text.includes("."))) return { format: "shc", text: exact };
	if (begins("NZCP:/")) return { format: "nzcp", text: exact };
	if (text.startsWith("{") && text.includes('"icao.')) return { format: "vds-nc", text };
	return undefined;
}

/** A pass begins with the tag of COSE_Sign1, a live code with an array of three. */
function ours(text: string): Scan {
	const bytes = base45(text);
	if (bytes[0] !== 0x83) return { format: "tongxing", pass: readPass(bytes) };
	const live = readLive(bytes);
	return { format: "tongxing", pass: live.pass, live };
}
