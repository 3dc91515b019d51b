/**
 * The trust list as it travels: a compact JWS (RFC 7515), ES256 by a root key that the checker was given beforehand. A
 * checker says which version it has already seen, so that nobody can hand it an older list in which a key is still good.
 */

import { toBase64url } from "../bytes";
import { byteLength } from "./encoding";
import { closed, isObject, itemsOf, member, strictJson } from "./json";
import { object, readJws } from "./jws";
import { ownKey, type Key } from "./key";
import { must, Refused } from "./refused";
import { readList, type TrustList } from "./trust";

const LONGEST = 4 * 1024 * 1024;
/** How far the issuer's clock may be ahead of the checker's, in seconds. */
const AHEAD = 300;

/** Root keys as they are given to checkers: a JWK, or a JWK set of up to 16. */
export async function readRoots(text: string): Promise<Key[]> {
	const value = strictJson(text);
	const keys = isObject(value) && member(value, "keys") !== undefined ? itemsOf(member(value, "keys")) : [value];
	must(keys.length > 0 && keys.length <= 16);
	return Promise.all(keys.map(ownKey));
}

/** The list, if one of `roots` signed it, it is not older than `minimumVersion`, and `now` lies in its time. */
export async function readSignedTrust(text: string, roots: Key[], minimumVersion: number, now: number): Promise<TrustList> {
	must(byteLength(text) <= LONGEST);
	const { header, payload, message, signature } = readJws(text);
	const { alg, typ, kid } = closed(header, ["alg", "kid", "typ"]);
	must(alg === "ES256" && typ === "tongxing-trust+jwt");
	const signed = await Promise.all(
		roots.map(async (root) => toBase64url((await root.thumbprint()).subarray(0, 8)) === kid && root.verify(message, signature)),
	);
	must(signed.includes(true));
	const list = await readList(object(payload));
	const { version, issued, expires } = list;
	if (expires === undefined || expires <= issued || version < minimumVersion || issued > now + AHEAD || now >= expires) throw new Refused();
	return list;
}
