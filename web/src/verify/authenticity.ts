/** Whether what is signed was signed by somebody whom the trust list lets sign it. */

import type { Bytes } from "../bytes";
import type { Key } from "./key";
import { may, type Format, type Issuer, type Purpose, type TrustedKey, type TrustList } from "./trust";

export type SignatureState = "valid" | "invalid" | "unknown_key" | "absent";

export interface Authenticity {
	signature: SignatureState;
	/** A key of that name is known, but not yet or no longer valid, or withdrawn. */
	keyInvalid: boolean;
	/** A key of that name is known, but its issuer may not sign this. */
	issuerUntrusted: boolean;
	/** Whose key it was, where one of that name is known. */
	issuer?: Issuer;
}

export interface Asked {
	format: Format;
	purpose: Purpose;
	/** The issuer that the object names, if it names one. */
	name: string | undefined;
	kid: Bytes;
	now: number;
	/** Whether this key signed it. */
	signed: (key: Key) => Promise<boolean>;
	/** Whether the key may sign such content, where its list says so for each key. */
	covered?: (key: TrustedKey) => boolean;
}

export const unsigned = (signature: SignatureState): Authenticity => ({ signature, keyInvalid: false, issuerUntrusted: false });

/** Signed by a valid key of an issuer who may: only then may anything of it be shown. */
export const holds = (found: Authenticity): boolean => found.signature === "valid" && !found.keyInvalid && !found.issuerUntrusted;

const rank = (found: Authenticity): number => (found.signature === "valid" ? 0 : 4) + (found.keyInvalid ? 2 : 0) + (found.issuerUntrusted ? 1 : 0);

/** Tries every key of that name, and answers for the best: first by signature, then by key, then by issuer. */
export async function authenticate(asked: Asked, trust: TrustList): Promise<Authenticity> {
	const { format, purpose, name, kid, now } = asked;
	const tries = trust.named(kid).map(async ([issuer, key]): Promise<Authenticity> => ({
		signature: (await asked.signed(key.key)) ? "valid" : "invalid",
		keyInvalid: !trust.valid(key, now),
		issuerUntrusted: asked.covered?.(key) === false || !may(issuer, format, purpose, name),
		issuer,
	}));
	const found = await Promise.all(tries);
	return found.reduce<Authenticity | undefined>((best, next) => (best && rank(best) <= rank(next) ? best : next), undefined) ?? unsigned("unknown_key");
}
