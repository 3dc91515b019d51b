/**
 * The other people of this phone. Everybody's pass is renewed while there is a network, so that the phone can be
 * switched to any of them without one. Each has a key and a record of their own; a request names its person in the
 * token, whoever the phone shows.
 */

import { makeDeviceKey } from "./live";
import { askForPass, type Asking } from "./renewal";
import { load, save, type Kept } from "./vault";
import { measureOffset } from "./clock";

export interface Person {
	/** Their name in tokens; empty for the phone's owner. */
	tag: string;
	/** Under which their record stands. */
	holder: string;
}

/** Reads `data-people`: everybody of the phone who has a code, as `tag:holder`, but for the one of the page. */
export const othersOf = (people: string, holder: string): Person[] =>
	people
		.split(" ")
		.map((entry) => entry.split(":"))
		.filter(([, theirs]) => theirs && theirs !== holder)
		.map(([tag = "", theirs = ""]) => ({ tag, holder: theirs }));

/** The token of one person: that of the session, and the person's name after a point. */
export const tokenOf = (csrf: string, tag: string): string => csrf.split(".")[0] + (tag && `.${tag}`);

/** A new record with a key of its own, and whether it is kept. */
export async function keepFresh(holder: string): Promise<{ kept: Kept; stored: boolean }> {
	const kept = { holder, ...(await makeDeviceKey()) };
	return { kept, stored: await save(kept) };
}

let renewing = false;

/** Renews the passes of the others, one after the other. A pass that was withdrawn is forgotten at once. */
export async function renewOthers(others: readonly Person[], asking: Asking): Promise<void> {
	if (renewing) return;
	renewing = true;
	try {
		for (const { tag, holder } of others) {
			const kept = (await load(holder)) ?? (await keepFresh(holder)).kept;
			const answer = await askForPass({ ...asking, csrf: tokenOf(asking.csrf, tag), deviceKey: kept.publicKey });
			if (answer.kind === "pass") {
				kept.offset = measureOffset(answer.serverTime, answer.asked, answer.answered, kept.offset);
				kept.pass = answer.pass;
				delete kept.ended;
			} else if (answer.kind === "withdrawn" || answer.kind === "changed") {
				delete kept.pass;
				kept.ended = answer.kind;
			} else return;
			await save(kept);
		}
	} catch {
		// Storage refused: the next opening tries again.
	} finally {
		renewing = false;
	}
}
