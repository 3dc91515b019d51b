/**
 * The verifier for browsers: from scanned text to a verdict, offline, on WebCrypto. The same parse, verdict and reasons
 * as `crates/credential`, held to it by every case in `vectors/`. How to use it: web/README.md.
 *
 * The one decision that matters: nothing here is more lenient than the reference. Bytes are read by our own strict
 * readers (CBOR, JSON, inflate, curve points), and only signatures are left to the platform.
 */

import { authenticate, holds, unsigned, type Authenticity, type SignatureState } from "./authenticity";
import { identity, payload, type Identity } from "./claims";
import { ended } from "./foreign";
import { proven } from "./pass";
import { readScan, type Scan } from "./scan";
import type { StatusLists } from "./status";
import type { Subject } from "./subject";
import type { Format, TrustList } from "./trust";
import { judge, NATIONAL, type Observed, type Verdict } from "./verdict";

export { Refused } from "./refused";
export { readStatus, StatusLists, VerifiedStatus, type StatusToken } from "./status";
export { readTrust, TrustList, type Format } from "./trust";
export { readRoots, readSignedTrust } from "./trust-signed";
export type { Identity, Observed, SignatureState, Verdict };

/** Everything that came of one check: the JSON of `tongxing verify`, times in RFC 3339, `null` for what there is not. */
export interface Outcome {
	verdict: Verdict;
	/** Every reason, in the order of the table; the words for them are the page's. */
	reasons: string[];
	format: Format | null;
	signature: SignatureState;
	not_before: string | null;
	expires: string | null;
	expired: boolean | null;
	/** Our own pass counts for everything in the province; the national code and foreign credentials for entering it. */
	scope: "full" | "entry" | null;
	/** Only where the signature holds, under a valid key of an issuer who may. */
	identity: Identity | Subject | null;
	/** What the code says, checked or not: `signature` tells which. */
	payload: unknown;
}

/** Reads and checks a scanned or typed text. `now` is in whole seconds since 1970. Rejects only on a fault of ours. */
export async function verify(text: string, trust: TrustList, statuses: StatusLists, now: number, observed: Observed = {}): Promise<Outcome> {
	const scan = await readScan(text);
	const { pass, live, foreign } = scan;
	const [found, proof] = await Promise.all([authenticity(scan, trust, now), live ? proven(live) : false]);
	const status = pass ? statuses.answer(pass.claims, now) : "unknown";
	const { verdict, reasons } = judge(scan, found, status, now, proof, observed);
	const begins = pass?.claims.iat ?? foreign?.notBefore;
	const expires = pass?.claims.exp ?? foreign?.expires;
	const shown = pass ? identity(pass.claims) : foreign && !foreign.fault ? foreign.subject : null;
	return {
		verdict, reasons,
		format: scan.format,
		signature: found.signature,
		not_before: rfc3339(begins),
		expires: rfc3339(expires),
		expired: pass ? now >= pass.claims.exp : foreign ? ended(foreign, now) : null,
		scope: foreign || pass?.claims.iss === NATIONAL ? "entry" : pass ? "full" : null,
		identity: holds(found) ? shown : null,
		payload: pass ? payload(pass.claims) : (foreign?.payload ?? null),
	};
}

async function authenticity({ pass, foreign }: Scan, trust: TrustList, now: number): Promise<Authenticity> {
	const signed = pass ?? foreign;
	if (!signed) return unsigned("absent");
	const { kid, message, signature } = signed;
	return authenticate(
		{
			format: foreign?.format ?? "tongxing",
			purpose: "pass",
			name: pass ? pass.claims.iss : foreign?.issuer,
			kid, now,
			certificate: foreign?.certificate,
			covered: (key) => foreign?.kind === undefined || key.usage.includes(foreign.kind),
			signed: (key) => (foreign && foreign.algorithm !== key.algorithm ? Promise.resolve(false) : key.verify(message, signature)),
		},
		trust,
	);
}

/** `2026-11-23T08:00:00Z`; what lies beyond the last time that the reference can name is the end of the year 9999. */
function rfc3339(seconds: number | undefined): string | null {
	if (seconds === undefined) return null;
	if (seconds > 253_402_207_200) return "9999-12-31T23:59:59Z";
	return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}
