/**
 * From a text to what the inspector is told: the verifier's verdict by the data that the device has, never better than
 * the age of that data allows. What a device cannot judge alone (a short code, a national code's online form) goes to
 * the server while there is a network, and is CHECK without one.
 */

import { concat, fromBase64url, toBase64url, type Bytes } from "../../bytes";
import { NATIONAL } from "../../verify/verdict";
import { sha256 } from "../../verify/key";
import { verify, type Outcome } from "../../verify/index";
import type { Device } from "./device";
import { jsonOf } from "./request";
import type { Data } from "./signed";
import type { Freshness, Identity, Judged, Subject, Verdict } from "./types";

const ENDPOINT = "/api/v1/checkpoint/check";
const MARK = new TextEncoder().encode("tongxing mark v1\0");

/** A text judged, and what is noted of it beside the screen. */
export interface Judgement {
	judged: Judged;
	subject: Subject;
	/** The pass, where it is one of ours whose signature holds, in base64url. */
	pass: string | undefined;
	/** What two scans of one code have in common, and tells nothing of it. */
	mark: string;
}

export interface Standing {
	data: Data;
	freshness: Freshness;
	/** Age of the data in seconds. */
	age: number;
	now: number;
	/** The clock is known to be wrong, and no server has said how much: nobody knows how old a code is. */
	doubtful: boolean;
}

/** By this device alone. */
export async function judgeHere(text: string, standing: Standing, documentMatches = false): Promise<Judgement> {
	const { data, now, age } = standing;
	const outcome = await verify(text, data.trust, data.statuses, now, { documentMatches, acceptance: data.config.acceptance });
	const { format, scope, identity } = outcome;
	const source = sourceOf(outcome, text, data.config.national);
	const pass = passOf(outcome);
	const { verdict, reasons } = aged(outcome, standing, source);
	const judged: Judged = {
		verdict, reasons, format, source, age, at: now, by: "device",
		scope: source === "national" ? "entry" : scope,
		identity: identity && shown(identity),
	};
	return { judged, subject: subjectOf(judged, pass), pass, mark: await markOf(text, outcome) };
}

/** Whether the server can say more of it. */
export const needsServer = ({ judged }: Judgement, text: string, { data }: Standing): boolean =>
	judged.source === "short" || isNational(text, data.config.national);

/** By the server; `undefined` without an answer, and then the device's own judgement has the reason `unreachable`. */
export async function judgeThere(text: string, shift: string, device: Device, here: Judgement): Promise<Judgement | undefined> {
	const answer = await device.ask(ENDPOINT, { shift, text });
	if (answer?.status === 429) return undecided(here, "too_many");
	if (answer?.status !== 200) return undefined;
	const { verdict, reasons, scope, source, identity, pass, found } = await jsonOf(answer);
	if (!isVerdict(verdict) || !isTexts(reasons)) return undefined;
	// Eight characters that nobody has now were misread, mistyped or are overdue: that says nothing against the person.
	if (source === "short" && found === false) return undecided({ ...here, judged: { ...here.judged, by: "server", age: 0 } }, "mistyped");
	const judged: Judged = {
		...here.judged, verdict, reasons, by: "server", age: 0,
		scope: scope === "full" || scope === "entry" ? scope : null,
		source: source === "short" ? "short" : source === "national" ? "national" : here.judged.source,
		identity: asIdentity(identity),
	};
	const known = typeof pass === "string" && /^[\w-]{11}$/.test(pass) ? pass : undefined;
	const mark = known === undefined ? here.mark : await mark8(fromBase64url(known));
	return { judged, subject: subjectOf(judged, known), pass: known, mark };
}

/** Why a text says nothing about the person who showed it: it is asked for again, and such a try does not count. */
const UNDECIDED = ["mistyped", "too_many", "scanner"] as const;

export const undecided = (here: Judgement, reason: (typeof UNDECIDED)[number]): Judgement =>
	({ ...here, judged: { ...here.judged, verdict: "CHECK", reasons: [reason] } });

export const isUndecided = ({ reasons }: Judged): boolean => UNDECIDED.some((reason) => reasons.includes(reason));

/** The device could not ask. */
export const unreachable = (here: Judgement): Judgement => ({
	...here,
	judged: { ...here.judged, verdict: "CHECK", reasons: [...here.judged.reasons.filter((reason) => reason !== "unreadable"), "unreachable"] },
});

const isNational = (text: string, prefix: string): boolean => prefix !== "" && text.trim().startsWith(prefix);

function sourceOf({ format, reasons, payload, scope }: Outcome, text: string, national: string): Judged["source"] {
	if (isNational(text, national)) return "national";
	if (reasons.includes("short_code")) return "short";
	if (format === null || reasons.includes("unreadable")) return "unknown";
	if (format !== "tongxing") return "foreign";
	const { iss, kind } = payload as { iss: string; kind: "live" | "printed" };
	return scope === "entry" && iss === NATIONAL ? "national" : kind;
}

/** Data that is too old, and a clock that is wrong, never let anybody pass. */
function aged({ verdict, reasons }: Outcome, { freshness, doubtful }: Standing, source: Judged["source"]): { verdict: Verdict; reasons: string[] } {
	const old = freshness === "stale" || freshness === "none";
	if (!(old || doubtful) || verdict === "STOP" || source === "short") return { verdict, reasons };
	// The lists have ended with it: that trying again helped would be said in vain.
	const kept = old ? [...reasons.filter((reason) => reason !== "status_unknown"), "stale"] : reasons;
	return { verdict: "CHECK", reasons: doubtful ? [...kept, "clock"] : kept };
}

/** The id of a pass whose signature holds: nobody is reported by a pass that somebody forged. */
function passOf({ format, identity, payload }: Outcome): string | undefined {
	return format === "tongxing" && identity ? toBase64url(unhex((payload as { cti: string }).cti)) : undefined;
}

function subjectOf({ source, format }: Judged, pass: string | undefined): Subject {
	if (source === "national") return { kind: "national" };
	if (source === "foreign" && format) return { kind: "foreign", format };
	return pass === undefined ? { kind: "nobody" } : { kind: "pass", pass, printed: source === "printed" };
}

const unhex = (text: string): Bytes => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

const mark8 = async (of: Bytes): Promise<string> => toBase64url((await sha256(concat(MARK, of))).subarray(0, 8));

/** By the pass where there is one, so that live codes of one pass have the same. */
function markOf(text: string, { format, payload }: Outcome): Promise<string> {
	const cti = format === "tongxing" && (payload as { cti?: string } | null)?.cti;
	return mark8(cti ? unhex(cti) : new TextEncoder().encode(text.trim()));
}

/** Items that are not there are left out. */
function shown(identity: object): Partial<Identity> {
	const { initials, birth_day, birth_month, document, last_four } = identity as Record<string, unknown>;
	return {
		...(typeof initials === "string" && initials !== "" && { initials }),
		...(typeof birth_day === "number" && { birth_day }),
		...(typeof birth_month === "number" && { birth_month }),
		...(typeof document === "string" && { document }),
		...(typeof last_four === "string" && { last_four }),
	};
}

const asIdentity = (value: unknown): Partial<Identity> | null => (typeof value === "object" && value !== null ? shown(value) : null);
const isVerdict = (value: unknown): value is Verdict => value === "PASS" || value === "CHECK" || value === "STOP";
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every((one) => typeof one === "string");
