/** Passes and live codes (docs/pass-format.md sections 3 and 4). **Nothing in them is true before its signature is checked.** */

import type { Bytes } from "../bytes";
import { array, bstr, tstr, uint } from "../cbor";
import { LAST_SECOND, readClaims, type Claims } from "./claims";
import { ALG, ES256, KID, readSign1 } from "./cose";
import { deviceKey } from "./key";
import { Reader } from "./reader";
import { attempt, must } from "./refused";

export interface Pass {
	bytes: Bytes;
	kid: Bytes;
	claims: Claims;
	message: Bytes;
	signature: Bytes;
}

export interface Live {
	pass: Pass;
	/** When the device signed, by its clock. */
	time: number;
	signature: Bytes;
}

export function readPass(bytes: Bytes): Pass {
	const { protected: header, outerKid, payload, signature, message } = readSign1(bytes);
	must(outerKid === undefined);
	const r = new Reader(header);
	const kid = r.expectMap(2).expect(ALG, ES256, KID).fixed(8);
	r.end();
	return { bytes, kid, claims: readClaims(payload), message, signature };
}

export function readLive(bytes: Bytes): Live {
	const r = new Reader(bytes);
	const pass = r.expectArray(3).bstr();
	const time = r.uint();
	const signature = r.fixed(64);
	r.end();
	must(time <= LAST_SECOND);
	return { pass: readPass(pass), time, signature };
}

/** Whether the device named in the pass signed pass and time. A pass without a device has no right proof. */
export async function proven({ pass, time, signature }: Live): Promise<boolean> {
	const { device } = pass.claims;
	const key = device && (await attempt(() => deviceKey(device.x, device.odd)));
	return key !== undefined && key.verify(array(tstr("tongxing live v1"), bstr(pass.bytes), uint(time)), signature);
}
