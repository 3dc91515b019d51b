/** What of a foreign credential's holder is kept for the inspector: never more than a pass of ours says. */

import { byteLength } from "./encoding";

export interface Subject {
	initials: string;
	birth_day: number | null;
	birth_month: number | null;
	/** Of a document's number, where the credential has one. */
	last_four: string | null;
}

export const NOBODY: Subject = { initials: "", birth_day: null, birth_month: null, last_four: null };

/** The first letter of each word of the names, in capitals and in the order given, up to 16 bytes. */
export function initials(names: string[]): string {
	let found = "";
	for (const word of names.flatMap((name) => name.split(/[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/))) {
		const letter = /[\p{Alphabetic}\p{N}]/u.exec(word)?.[0].toUpperCase() ?? "";
		if (byteLength(found + letter) > 16) break;
		found += letter;
	}
	return found;
}

/** Day and month of an ISO 8601 date, each 0 where it is not stated: `1990`, `1990-08`, `1990-08-31`. */
export function birthDay(date: string | undefined): { day: number; month: number } | undefined {
	const found = /^\d{4}(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?$/.exec(date ?? "");
	return found ? { month: Number(found[1] ?? 0), day: Number(found[2] ?? 0) } : undefined;
}

/** The last four letters and digits of a document's number, in capitals. */
export const lastFour = (number: string | undefined): string | null => number?.replace(/[^0-9a-z]/gi, "").slice(-4).toUpperCase() || null;
