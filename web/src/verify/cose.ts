/** A tagged COSE_Sign1 in its parts (RFC 9052 section 4.2); nothing is checked but the shape. */

import { concat, type Bytes } from "../bytes";
import { array, bstr, tstr } from "../cbor";
import { Reader } from "./reader";
import { must } from "./refused";

export const ALG = 1;
export const ES256 = -7;
export const KID = 4;

export interface Sign1 {
	protected: Bytes;
	/** The key id where it stands outside the signature; our passes have it inside. */
	outerKid: Bytes | undefined;
	payload: Bytes;
	signature: Bytes;
	/** What the signature covers. */
	message: Bytes;
}

export function readSign1(bytes: Bytes): Sign1 {
	const r = new Reader(bytes);
	must(r.tag() === 18);
	r.expectArray(4);
	const header = r.bstr();
	const pairs = r.map();
	must(pairs < 2);
	const outerKid = pairs === 1 ? r.expect(KID).bstr() : undefined;
	const payload = r.bstr();
	const signature = r.fixed(64);
	r.end();
	return { protected: header, outerKid, payload, signature, message: sigStructure(header, payload) };
}

/** RFC 9052 section 4.4, without external data. */
export function sigStructure(header: Bytes, payload: Bytes): Bytes {
	return concat(array(tstr("Signature1"), bstr(header), bstr(new Uint8Array()), bstr(payload)));
}
