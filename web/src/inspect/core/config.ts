/**
 * The signed configuration of checkpoints (docs/checkpoint-protocol.md, section 2): read strictly, and believed only
 * under a key that the trust list allows for rules.
 */

import { toBase64url } from "../../bytes";
import { authenticate, holds } from "../../verify/authenticity";
import { base64url } from "../../verify/encoding";
import { closed, list, member, oneOf, open, string, whole, type Json, type Members } from "../../verify/json";
import { object, readJws } from "../../verify/jws";
import { must, Refused } from "../../verify/refused";
import type { TrustList } from "../../verify/trust";
import { SITES, type Checkpoint, type Config } from "./types";

const LONGEST = 1024 * 1024;
/** How far the issuer's clock may be ahead of the device's, in seconds. */
const AHEAD = 300;
/** What the national platform's codes begin with unless the configuration says otherwise. */
const NATIONAL = "GJM:";
const KINDS = ["road", "station", "port", "building"] as const;

/** The configuration, if it counts now and is no older than what was seen. Throws {@link Refused}. */
export async function readConfig(text: string, trust: TrustList, minimumVersion: number, now: number): Promise<Config> {
	must(text.length <= LONGEST);
	const { header, payload, message, signature } = readJws(text);
	const { alg, typ, kid } = closed(header, ["alg", "kid", "typ"]);
	must(alg === "ES256" && typ === "tongxing-checkpoint+jwt" && signature.length === 64);
	const config = parse(object(payload));
	const found = await authenticate(
		{ format: "tongxing", purpose: "rules", name: config.iss, kid: base64url(string(kid)), now, signed: (key) => key.verify(message, signature) },
		trust,
	);
	if (!holds(found)) throw new Refused();
	must(config.expires > config.issued && config.version >= minimumVersion && config.issued <= now + AHEAD);
	return config;
}

/** A whole number within reason: temperatures and periods. */
function number(value: Json | undefined, most = 100 * 365 * 86_400): number {
	const found = whole(value);
	must(found <= most);
	return found;
}

/** Members that this version does not know are left aside. */
function parse(members: Members): Config {
	const outbox = open(members.outbox);
	const [lowest, threshold, highest] = [number(members.lowest, 1000), number(members.threshold, 1000), number(members.highest, 1000)];
	must(lowest <= threshold && threshold <= highest);
	const sites = list(members.sites).map(string);
	const config: Config = {
		iss: string(members.iss), version: whole(members.version), issued: whole(members.issued), expires: whole(members.expires),
		minimum: whole(member(members.app, "minimum")),
		threshold, lowest, highest,
		sites: SITES.filter((site) => sites.includes(site)),
		amberAfter: number(members.amber_after), checkAfter: number(members.check_after),
		shift: number(members.shift), idle: number(members.idle), apart: number(members.apart),
		outbox: { items: number(outbox.items), warnItems: number(outbox.warn_items), warnAfter: number(outbox.warn_after) },
		reportDue: number(members.report_due),
		acceptance: oneOf(["fixed", "none"] as const, members.acceptance),
		apply: string(members.apply),
		national: members.national === undefined ? NATIONAL : string(members.national),
		statusLists: list(members.status_lists).map(string),
		seal: list(members.seal).map(sealKey),
		checkpoints: list(members.checkpoints).map(checkpoint),
	};
	must(config.sites.length > 0 && config.seal.length > 0);
	return config;
}

function sealKey(value: Json): Config["seal"][number] {
	const { kid, key } = open(value);
	const [name, point] = [base64url(string(kid)), base64url(string(key))];
	must(name.length === 8 && point.length === 65 && point[0] === 4);
	return { kid: toBase64url(name), key: toBase64url(point) };
}

function checkpoint(value: Json): Checkpoint {
	const { id, name, place, kind } = open(value);
	must(/^[\da-f]{16}$/.test(string(id)));
	return { id: string(id), name: string(name), place: string(place), kind: oneOf(KINDS, kind) };
}
