/**
 * Credentials that others made, in one common form: what was signed, by which key as it says, and what it states.
 * **Nothing in it is true before its signature has been checked**, nothing of it is kept, and it never becomes a
 * colour: {@link Statement} is what acceptance looks at, for entry only.
 */

import type { Bytes } from "../bytes";
import type { Algorithm } from "./key";
import type { Subject } from "./subject";
import type { Format } from "./trust";

/** The kinds of EU certificate, for which a key needs the right. */
export type Kind = "test" | "vaccination" | "recovery";

export type Statement = { is: "vaccination" | "recovery" | "cleared" | "other" } | { is: "test"; detected: boolean | undefined };

export interface Foreign {
	format: Format;
	kid: Bytes;
	/** The issuer as it names itself. */
	issuer?: string | undefined;
	notBefore?: number | undefined;
	expires?: number | undefined;
	algorithm: Algorithm;
	message: Bytes;
	signature: Bytes;
	/** The certificate that came along (DER). It counts only if it, or its issuer, is on the trust list. */
	certificate?: Bytes;
	subject: Subject;
	/** Of which kind it is, for an EU DCC. */
	kind?: Kind | undefined;
	statements: Statement[];
	/** Its content is not what the schema asks for: then it is `unreadable`, whoever signed it. */
	fault?: boolean;
	payload: unknown;
}

/** Which rules decide about entry: none are loaded, or the fixed mapping. */
export type Acceptance = "none" | "fixed";

/** Whether a credential with these statements is accepted for entry; `undefined` if there are no rules. */
export function accepts(acceptance: Acceptance, statements: Statement[]): boolean | undefined {
	if (acceptance === "none") return undefined;
	const counts = (statement: Statement): boolean => (statement.is === "test" ? statement.detected === false : statement.is !== "other");
	return statements.length > 0 && statements.every(counts);
}

/** Whether it has ended. An EU DCC counts through the second that it names, others until that second. */
export function ended({ format, expires }: Foreign, now: number): boolean | null {
	if (expires === undefined) return null;
	return format === "hcert" ? now > expires : now >= expires;
}
