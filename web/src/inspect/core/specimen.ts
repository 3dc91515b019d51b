/**
 * Specimen codes for training: passes, a foreign certificate, trust list and status list, all under keys made for the
 * moment and known to nobody else, so that none of them ever counts anywhere. Formats: docs/pass-format.md.
 */

import { toBase45 } from "../../base45";
import { concat, toBase64url, type Bytes } from "../../bytes";
import { array, bstr, tstr, uint } from "../../cbor";
import { makeDeviceKey, makeLiveText } from "../../live";
import { sigStructure } from "../../verify/cose";
import { readStatus, StatusLists, VerifiedStatus } from "../../verify/status";
import { readTrust, type TrustList } from "../../verify/trust";
import { sign } from "./seal";

export const ISSUER = "SPECIMEN";
const LIST = "https://specimen.invalid/status/1";
/** The place in the list that is withdrawn; the others are good. */
const WITHDRAWN = 3;

/** What CBOR has beside `cbor.ts`: whole numbers below zero, maps, tags, and truth. */
const int = (value: number): Bytes => {
	if (value >= 0) return uint(value);
	const bytes = uint(-1 - value);
	return concat(Uint8Array.of(bytes[0]! | 0x20), bytes.subarray(1));
};
const map = (...pairs: [Bytes, Bytes][]): Bytes => concat(relabelled(array(...pairs.map(() => new Uint8Array())), 0xa0), ...pairs.flat());
const relabelled = (head: Bytes, major: number): Bytes => concat(Uint8Array.of((head[0]! & 0x1f) | major), head.subarray(1));
const tag18 = (item: Bytes): Bytes => concat(Uint8Array.of(0xd2), item);
const bool = (value: boolean): Bytes => Uint8Array.of(value ? 0xf5 : 0xf4);

const COLOURS = ["green", "yellow", "red"] as const;

export interface Wanted {
	colour?: (typeof COLOURS)[number];
	/** Seconds from now until it ends. */
	lasts?: number;
	index?: number;
	/** Bound to a device, whose code is this many seconds old. */
	live?: { age: number };
}

interface SigningKey {
	kid: Bytes;
	privateKey: CryptoKey;
	jwk: { kty: string; crv: string; x: string; y: string };
}

async function signingKey(): Promise<SigningKey> {
	const { privateKey, publicKey } = await makeDeviceKey();
	const jwk = { crv: "P-256", kty: "EC", x: toBase64url(publicKey.subarray(1, 33)), y: toBase64url(publicKey.subarray(33)) };
	const thumbprint = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(jwk)));
	return { kid: new Uint8Array(thumbprint, 0, 8).slice(), privateKey, jwk };
}

export class Specimens {
	/** Codes in the name of an issuer, whose passes stand in a status list. */
	constructor(
		private readonly key: Pick<SigningKey, "kid" | "privateKey">,
		readonly trust: TrustList,
		private readonly random: (length: number) => Bytes,
		private readonly issuer = ISSUER,
		private readonly list = LIST,
	) {}

	static async make(now: number, random: (length: number) => Bytes): Promise<Specimens> {
		const key = await signingKey();
		const listed = (format: string, jwk: object): object => ({ kid: toBase64url(key.kid), jwk, not_before: 0, not_after: now + 1e9, state: "active", ...(format === "hcert" && { usage: ["vaccination"] }) });
		const issuers = ["tongxing", "hcert"].map((format) => ({ issuer: ISSUER, format, purposes: ["pass", "status"], keys: [listed(format, { ...key.jwk })] }));
		return new Specimens(key, await readTrust(JSON.stringify({ version: 1, issued: now, issuers })), random);
	}

	/** The list of withdrawn passes, signed just now. */
	async statuses(now: number): Promise<StatusLists> {
		const header = { alg: "ES256", kid: toBase64url(this.key.kid), typ: "statuslist+jwt" };
		const list = { bits: 1, lst: toBase64url(stored(Uint8Array.of(1 << WITHDRAWN))) };
		const text = (value: object): string => toBase64url(new TextEncoder().encode(JSON.stringify(value)));
		const message = `${text(header)}.${text({ iss: this.issuer, sub: this.list, iat: now, exp: now + 86_400, ttl: 300, status_list: list })}`;
		const signature = await sign(this.key.privateKey, new TextEncoder().encode(message));
		const token = await readStatus(new TextEncoder().encode(`${message}.${toBase64url(signature)}`));
		const lists = new StatusLists();
		lists.insert(await VerifiedStatus.from(token, this.trust, now));
		return lists;
	}

	/** The text of a pass. */
	async pass(now: number, wanted: Wanted = {}): Promise<string> {
		const device = wanted.live && (await makeDeviceKey());
		const claims = this.claims(now, wanted, device?.publicKey);
		const pass = await this.signed(map([int(1), int(-7)], [int(4), bstr(this.key.kid)]), claims);
		if (!wanted.live || !device) return `TX1:${toBase45(pass)}`;
		return makeLiveText(pass, now - wanted.live.age, device.privateKey);
	}

	/** A withdrawn one. */
	withdrawn = (now: number): Promise<string> => this.pass(now, { index: WITHDRAWN, live: { age: 0 } });

	/** An EU certificate of a vaccination. */
	async foreign(now: number): Promise<string> {
		const entry = map(
			...Object.entries({
				tg: "840539006", vp: "1119349007", mp: "EU/1/20/1528", ma: "ORG-100030215", dt: "2021-05-01", co: "XK", is: "Specimen", ci: "URN:UVCI:01:SPECIMEN",
			}).map(([name, value]): [Bytes, Bytes] => [tstr(name), tstr(value)]),
			[tstr("dn"), uint(2)], [tstr("sd"), uint(2)],
		);
		const names = map([tstr("fnt"), tstr("ERIKSSON")], [tstr("gnt"), tstr("ANNA<MARIA")]);
		const certificate = map([tstr("ver"), tstr("1.3.0")], [tstr("nam"), names], [tstr("dob"), tstr("1974-08-12")], [tstr("v"), array(entry)]);
		const claims = map([int(1), tstr(this.issuer)], [int(4), uint(now + 86_400)], [int(6), uint(now - 60)], [int(-260), map([int(1), certificate])]);
		const cose = await this.signed(map([int(1), int(-7)], [int(4), bstr(this.key.kid)]), claims);
		return `HC1:${toBase45(stored(cose))}`;
	}

	/** docs/pass-format.md, section 3. */
	private claims(now: number, { colour = "green", lasts = 86_400, index = 0 }: Wanted, device: Bytes | undefined): Bytes {
		const key = device && map([int(1), map([int(1), int(2)], [int(-1), int(1)], [int(-2), bstr(device.subarray(1, 33))], [int(-3), bool((device[64]! & 1) === 1)])]);
		const status = map([tstr("status_list"), map([tstr("idx"), uint(index)], [tstr("uri"), tstr(this.list)])]);
		const says = map(
			[int(1), uint(COLOURS.indexOf(colour))], [int(2), tstr("AE")], [int(3), array(uint(12), uint(8))],
			[int(4), uint(1)], [int(5), tstr("02C3")], [int(6), uint(device ? 1 : 2)],
		);
		const begun: [Bytes, Bytes][] = [[int(1), tstr(this.issuer)], [int(4), uint(now + lasts)], [int(6), uint(now - 86_400)], [int(7), bstr(this.random(8))]];
		const bound: [Bytes, Bytes][] = key ? [[int(8), key]] : [];
		return map(...begun, ...bound, [uint(65535), status], [int(-70000), says]);
	}

	/** COSE_Sign1 under the specimens' key. */
	private async signed(header: Bytes, payload: Bytes): Promise<Bytes> {
		const signature = await sign(this.key.privateKey, sigStructure(header, payload));
		return tag18(array(bstr(header), map(), bstr(payload), bstr(signature)));
	}
}

/** zlib (RFC 1950) that stores without packing: a reader needs no more, and a packer would be code for nothing else. */
export function stored(bytes: Uint8Array): Bytes {
	let [a, b] = [1, 0];
	for (const byte of bytes) {
		a = (a + byte) % 65521;
		b = (b + a) % 65521;
	}
	const { length } = bytes;
	const head = Uint8Array.of(0x78, 0x01, 1, length & 255, length >> 8, ~length & 255, (~length >> 8) & 255);
	return concat(head, bytes, Uint8Array.of(b >> 8, b & 255, a >> 8, a & 255));
}
