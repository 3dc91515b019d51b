/** Opens the files of an opening (docs/sealed-visits.md, section 5): one JSON object a line, as `tongxing authority open` does. */

import { fromBase64url, toBase64url, type Bytes } from "../bytes";
import { Cannot } from "./failure";
import type { Unlocked } from "./keyfile";
import { cipher, header, join, openRecord, openShare, type Sealed } from "./sealed";

/** Said after each piece: how many are done, of how many. */
export type Progress = (done: number, of: number) => void;

/** What came of a file, and how many lines of it did not open. */
export interface Outcome {
	lines: string[];
	left: number;
}

/** So many are opened at once: enough to keep the browser busy, and little enough to show how far it is. */
const AT_ONCE = 32;

const rows = <T>(text: string): T[] => text.split("\n").filter((line) => line.trim() !== "").map((line) => JSON.parse(line) as T);

/** Opens each; those that do not are counted. Where none does, why the first did not is thrown. */
async function each<T>(all: T[], open: (one: T) => Promise<string>, progress: Progress): Promise<Outcome> {
	const lines: string[] = [];
	let left = 0;
	let why: unknown;
	for (let at = 0; at < all.length; at += AT_ONCE) {
		for (const done of await Promise.allSettled(all.slice(at, at + AT_ONCE).map(open))) {
			if (done.status === "fulfilled") lines.push(done.value);
			else {
				left += 1;
				why ??= done.reason;
			}
		}
		progress(Math.min(at + AT_ONCE, all.length), all.length);
	}
	if (lines.length === 0 && all.length > 0) throw why;
	return { lines, left };
}

/** Opens the wrapped shares of a unit. */
export function openShares(text: string, unlocked: Unlocked, progress: Progress): Promise<Outcome> {
	const open = async ({ share }: { share: string }): Promise<string> => {
		const bytes = fromBase64url(share);
		const key = await unlocked.keyFor(bytes);
		const opened = await openShare(bytes, key).catch(() => Promise.reject(new Cannot("changed")));
		return JSON.stringify({ opened: toBase64url(opened) });
	};
	return each(rows<{ share: string }>(text), open, progress);
}

/** Joins both units' opened shares, and opens the records with them. */
export async function openRecords(ours: string[], theirs: string, records: string, progress: Progress): Promise<Outcome> {
	const other = new Map<string, Bytes>();
	for (const { opened } of rows<{ opened: string }>(theirs)) {
		const bytes = fromBase64url(opened);
		other.set(header(bytes).id, bytes);
	}
	const keys = new Map<string, Promise<CryptoKey>>();
	for (const { opened } of rows<{ opened: string }>(ours.join("\n"))) {
		const bytes = fromBase64url(opened);
		const second = other.get(header(bytes).id);
		if (second) keys.set(header(bytes).id, join(bytes, second).then(cipher));
	}
	// What cannot be joined is told of each of its records.
	for (const key of keys.values()) key.catch(() => undefined);
	const open = async ({ key, ...sealed }: Sealed & { key: string }): Promise<string> => {
		const joined = await Promise.resolve(keys.get(key)).catch(() => undefined);
		if (!joined) throw new Cannot("apart");
		const { kind, holder } = await openRecord(joined, sealed).catch(() => Promise.reject(new Cannot("changed")));
		const { location, slot, visit } = sealed;
		return JSON.stringify({ location, slot, visit, kind, holder: toBase64url(holder) });
	};
	return each(rows<Sealed & { key: string }>(records), open, progress);
}
