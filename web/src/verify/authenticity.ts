/** Whether what is signed was signed by somebody whom the trust list lets sign it. */

import type { Bytes } from "../bytes";
import { issuedBy, readCertificate, type Certificate } from "./certificate";
import type { Key } from "./key";
import { equal } from "./encoding";
import { attempt } from "./refused";
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
	/** The certificate that came along. */
	certificate?: Bytes | undefined;
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
	const attemptWith = async (issuer: Issuer, listed: TrustedKey, key: Key, inTime: boolean): Promise<Authenticity> => ({
		signature: (await asked.signed(key)) ? "valid" : "invalid",
		keyInvalid: !trust.valid(listed, now) || !inTime,
		issuerUntrusted: asked.covered?.(listed) === false || !may(issuer, format, purpose, name),
		issuer,
	});
	// Our own format and the foreign ones never share a key.
	const own = ({ format: other }: Issuer): boolean => (other === "tongxing") === (format === "tongxing");
	const named = trust.named(kid).filter(([issuer]) => own(issuer));
	const tries = named.map(([issuer, listed]) => attemptWith(issuer, listed, listed.key, true));
	for (const [issuer, authority, { key, notBefore, notAfter }] of await vouched(trust, asked.certificate)) {
		// An authority does not bring back what was withdrawn, in whatever certificate it comes.
		const good = notBefore <= now && now <= notAfter && !(await isWithdrawn(trust, key));
		tries.push(attemptWith(issuer, authority, key, good));
	}
	const found = await Promise.all(tries);
	return found.reduce<Authenticity | undefined>((best, next) => (best && rank(best) <= rank(next) ? best : next), undefined) ?? unsigned("unknown_key");
}

/** Whether the list says of this key that it is withdrawn, under any name and issuer. */
async function isWithdrawn(trust: TrustList, key: Key): Promise<boolean> {
	const withdrawn = trust.issuers.flatMap(({ keys }) => keys).filter((listed) => listed.withdrawn);
	if (withdrawn.length === 0) return false;
	const thumbprint = await key.thumbprint();
	for (const listed of withdrawn) if (equal(thumbprint, await listed.key.thumbprint())) return true;
	return false;
}

/**
 * The certificate in a VDS-NC may have been issued by one on the list: then it is its key that counts, within its own
 * dates and the issuer's. It is not an authority's itself and, where it says what it is for, for health proofs.
 */
async function vouched(trust: TrustList, der: Bytes | undefined): Promise<[Issuer, TrustedKey, Certificate][]> {
	const signer = der && (await attempt(() => readCertificate(der)));
	if (!signer || signer.authority || !signer.health || !signer.sound) return [];
	const keys = trust.issuers.filter(({ format }) => format === "vds-nc").flatMap((issuer) => issuer.keys.map((key) => [issuer, key] as const));
	const found: [Issuer, TrustedKey, Certificate][] = [];
	for (const [issuer, key] of keys) {
		const authority = key.certificate;
		if (authority && (await attempt(() => issuedBy(signer, authority)))) found.push([issuer, key, signer]);
	}
	return found;
}
