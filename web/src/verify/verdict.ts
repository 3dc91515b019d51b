/**
 * The table of rules (docs/pass-format.md section 7), as one pure function: the most severe row wins, every row that
 * holds gives its reason, in this order. Rows are independent: a verdict only ever gets worse by what a code says.
 */

import type { Authenticity } from "./authenticity";
import { accepts, ended, type Acceptance } from "./foreign";
import type { Scan } from "./scan";
import type { StatusAnswer } from "./status";

export type Verdict = "PASS" | "CHECK" | "STOP";

/** How long a proof is fresh, and how far ahead of the checker's clock it may be, in seconds. */
const FRESH = 60;
const AHEAD = 15;

/** What the inspector saw besides the code. */
export interface Observed {
	/** The document in hand was compared and agrees. */
	documentMatches?: boolean;
	/** Degrees Celsius; readings are cut to tenths. */
	temperature?: number | undefined;
	/** From which reading on a person is stopped. */
	threshold?: number;
	acceptance?: Acceptance;
}

/** The issuer of the national code, which is recognised like a foreign credential though its form is ours. */
export const NATIONAL = "CN";

/** Tenths of a degree, cut off; a decimal such as 36.7 has no exact binary form, hence the millionth. */
function tenths(degrees: number): number {
	if (!(degrees >= 0 && degrees <= 100)) throw new RangeError("a temperature is 0 to 100 degrees Celsius");
	return Math.floor(degrees * 10 + 1e-6);
}

/** `proof` is whether the device signed the live code; for a scan without one it does not matter. */
export function judge(scan: Scan, found: Authenticity, status: StatusAnswer, now: number, proof: boolean, observed: Observed): { verdict: Verdict; reasons: string[] } {
	const { pass, live, foreign } = scan;
	const claims = pass?.claims;
	const printed = claims !== undefined && claims.device === undefined;
	const over = claims ? now >= claims.exp : foreign !== undefined && ended(foreign, now) === true;
	const begins = claims?.iat ?? foreign?.notBefore;
	const { documentMatches = false, temperature, threshold = 37.3, acceptance = "fixed" } = observed;
	const fault = foreign?.fault === true;
	const accepted = foreign && !fault ? accepts(acceptance, foreign.statements) : true;
	const stop: [boolean, string][] = [
		[fault || (!pass && !foreign && !scan.shortCode), "unreadable"],
		[found.signature === "invalid", "signature"],
		[found.signature === "unknown_key", "unknown_key"],
		[found.keyInvalid, "key_invalid"],
		[found.issuerUntrusted, "issuer"],
		[over, "expired"],
		[begins !== undefined && now < begins, "not_yet_valid"],
		[claims !== undefined && status === "withdrawn", "withdrawn"],
		[live !== undefined && !proof, "live_proof"],
		[claims?.colour === "red", "red"],
		[temperature !== undefined && tenths(temperature) >= tenths(threshold), "temperature"],
	];
	const check: [boolean, string][] = [
		[claims !== undefined && status === "unknown", "status_unknown"],
		[live ? now - live.time > FRESH : claims !== undefined && !printed, "picture"],
		[live !== undefined && live.time - now > AHEAD, "clock"],
		[claims?.colour === "yellow", "yellow"],
		[claims?.colour === "none", "no_colour"],
		[printed && !documentMatches, "match_document"],
		[scan.shortCode === true, "short_code"],
		[accepted === undefined || (claims?.iss === NATIONAL && acceptance === "none"), "no_rules"],
		[accepted === false, "not_accepted"],
	];
	const reasons = [...stop, ...check].filter(([row]) => row).map(([, reason]) => reason);
	const verdict = stop.some(([row]) => row) ? "STOP" : reasons.length > 0 ? "CHECK" : "PASS";
	return { verdict, reasons };
}
