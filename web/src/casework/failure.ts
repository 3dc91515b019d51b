/** Why something was not opened: the name of a word on the page, and what goes into its slots. Nothing of a person. */

import type { Slots } from "../words";

export type Why =
	| "no-file" | "no-passphrase" | "file" | "lock" | "passphrase" | "unit" | "day" | "destroyed" | "key" | "changed" | "apart" | "empty" | "network" | "refused" | "browser";

export class Cannot extends Error {
	constructor(readonly why: Why, readonly slots: Slots = {}) {
		super(why);
	}
}
