/**
 * Credentials that others made, in one common form: what was signed, by which key as it says, and what it states.
 * **Nothing in it is true before its signature has been checked**, and it never becomes a colour: {@link Statement} is
 * what acceptance looks at, for entry only.
 */

import type { Bytes } from "../bytes";
import type { Identity } from "./claims";
import type { Algorithm } from "./key";
import type { Format } from "./trust";

export type Statement = { kind: "vaccination" | "recovery" | "cleared" | "other" } | { kind: "test"; detected: boolean | undefined };

export interface Foreign {
	format: Format;
	kid: Bytes;
	/** The issuer as it names itself. */
	issuer: string | undefined;
	notBefore: number | undefined;
	expires: number | undefined;
	algorithm: Algorithm;
	message: Bytes;
	signature: Bytes;
	/** The certificate that came along (DER). It counts only if it, or its issuer, is on the trust list. */
	certificate?: Bytes;
	identity: Identity;
	statements: Statement[];
	payload: unknown;
}

/** Which rules decide about entry: none are loaded, or the fixed mapping. */
export type Acceptance = "none" | "fixed";

/** Whether a credential with these statements is accepted for entry; `undefined` if there are no rules. */
export function accepts(acceptance: Acceptance, statements: Statement[]): boolean | undefined {
	if (acceptance === "none") return undefined;
	const counts = (statement: Statement): boolean =>
		statement.kind === "test" ? statement.detected === false : statement.kind !== "other";
	return statements.length > 0 && statements.every(counts);
}
