/**
 * X.509 certificates (RFC 5280), as far as a trust list needs them: whose key, from when to when, what for, and whether
 * one issued another. There is no path building: what counts is on the trust list itself, or was issued by something on it.
 */

import type { Bytes } from "../bytes";
import { P256, P384, point, type Curve } from "./curve";
import { Der } from "./der";
import { equal } from "./encoding";
import type { Kind } from "./foreign";
import { ecKey, rsaKey, type Key } from "./key";
import { must } from "./refused";

/** The longest certificate that is looked at, in bytes. */
const LONGEST = 16_384;
const EC = "1.2.840.10045.2.1";
const RSA = ["1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10"];
const CURVES = new Map<string, Curve>([["1.2.840.10045.3.1.7", P256], ["1.3.132.0.34", P384]]);
/** Hashes of a certificate's signature by the last number of its algorithm: ECDSA (RFC 5758), RSA (RFC 4055). */
const ECDSA_HASHES = new Map([["1.2.840.10045.4.3.2", "SHA-256"], ["1.2.840.10045.4.3.3", "SHA-384"], ["1.2.840.10045.4.3.4", "SHA-512"]]);
const RSA_HASHES = new Map([["1.2.840.113549.1.1.11", "SHA-256"], ["1.2.840.113549.1.1.12", "SHA-384"], ["1.2.840.113549.1.1.13", "SHA-512"]]);
/** Both forms of the extended key usages of the EU DCC: their last number is the kind. */
const USAGE = /^1\.3\.6\.1\.4\.1\.(?:0\.)?1847\.2021\.1\.([123])$/;
const HEALTH_PROOFS = "2.23.136.1.1.14.2";
const KINDS: Kind[] = ["test", "vaccination", "recovery"];

export interface Certificate {
	der: Bytes;
	key: Key;
	/** The first and the last second of its validity. */
	notBefore: number;
	notAfter: number;
	/** Which kinds of EU certificate it may sign: all, unless it names some. */
	usage: Kind[];
	/** Whether it may sign certificates (RFC 5280 sections 4.2.1.3 and 4.2.1.9). */
	authority: boolean;
	/** Whether it may sign health proofs, or says nothing of what it is for (ICAO Doc 9303-13). */
	health: boolean;
	/** Whether what stands around the signed part names the algorithm that is named inside (section 4.1.1.2). */
	sound: boolean;
	subject: Bytes;
	issuer: Bytes;
	algorithm: string;
	message: Bytes;
	signature: Bytes;
}

export async function readCertificate(der: Bytes): Promise<Certificate> {
	must(der.length <= LONGEST);
	const outer = new Der(der);
	const certificate = outer.enter(0x30);
	outer.end();
	const message = certificate.whole(0x30);
	const named = certificate.whole(0x30);
	const signature = certificate.bits();
	certificate.end();
	const { inner, ...content } = await readContent(new Der(message).enter(0x30));
	const algorithm = new Der(named).enter(0x30).oid();
	return { der, algorithm, message, signature, ...content, sound: equal(inner, named) };
}

async function readContent(tbs: Der): Promise<Omit<Certificate, "der" | "algorithm" | "message" | "signature" | "sound"> & { inner: Bytes }> {
	if (tbs.is(0xa0)) tbs.whole(0xa0);
	tbs.whole(0x02);
	const inner = tbs.whole(0x30);
	const issuer = tbs.whole(0x30);
	const validity = tbs.enter(0x30);
	const [notBefore, notAfter] = [validity.time(), validity.time()];
	const subject = tbs.whole(0x30);
	const key = await readKey(tbs.enter(0x30));
	const extensions = readExtensions(tbs);
	const purposes = identifiers(extensions.get("2.5.29.37"));
	const health = purposes?.includes(HEALTH_PROOFS) ?? true;
	return { inner, key, notBefore, notAfter, subject, issuer, usage: usage(purposes ?? []), authority: authority(extensions), health };
}

/** Only named curves: explicit parameters could describe a curve of the attacker's choice. */
async function readKey(info: Der): Promise<Key> {
	const algorithm = info.enter(0x30);
	const kind = algorithm.oid();
	if (RSA.includes(kind)) {
		const rsa = new Der(info.bits()).enter(0x30);
		return rsaKey(rsa.value(0x02), rsa.value(0x02));
	}
	must(kind === EC);
	const curve = CURVES.get(algorithm.oid());
	const bytes = info.bits();
	must(curve !== undefined && bytes.length === curve.size * 2 + 1 && bytes[0] === 4);
	return ecKey(curve, point(curve, bytes.subarray(1, 1 + curve.size), bytes.subarray(1 + curve.size)));
}

/** The value of each extension by its identifier. */
function readExtensions(tbs: Der): Map<string, Bytes> {
	const found = new Map<string, Bytes>();
	while (tbs.more()) {
		if (!tbs.is(0xa3)) {
			tbs.skip();
			continue;
		}
		const list = tbs.enter(0xa3).enter(0x30);
		while (list.more()) {
			const extension = list.enter(0x30);
			const name = extension.oid();
			if (extension.is(0x01)) extension.skip();
			must(!found.has(name));
			found.set(name, extension.value(0x04));
		}
	}
	return found;
}

/** The extended key usages, where there is such an extension. */
function identifiers(extended: Bytes | undefined): string[] | undefined {
	if (extended === undefined) return undefined;
	const found: string[] = [];
	for (const list = new Der(extended).enter(0x30); list.more(); ) found.push(list.oid());
	return found;
}

function usage(purposes: string[]): Kind[] {
	const kinds = KINDS.filter((_, at) => purposes.some((purpose) => USAGE.exec(purpose)?.[1] === String(at + 1)));
	return kinds.length > 0 ? kinds : KINDS;
}

function authority(extensions: Map<string, Bytes>): boolean {
	const [constraints, bits] = [extensions.get("2.5.29.19"), extensions.get("2.5.29.15")];
	if (constraints === undefined) return false;
	const list = new Der(constraints).enter(0x30);
	const ca = list.is(0x01) && list.value(0x01)[0] !== 0;
	// keyCertSign is bit 5, counted from the highest of the first byte behind the number of unused bits.
	return ca && (bits === undefined || ((new Der(bits).value(0x03)[1] ?? 0) & 4) !== 0);
}

/** Whether `issuer` may sign certificates, has the name that this one gives its issuer, and signed it. */
export async function issuedBy(certificate: Certificate, issuer: Certificate): Promise<boolean> {
	const hash = (issuer.key.algorithm === "PS256" ? RSA_HASHES : ECDSA_HASHES).get(certificate.algorithm);
	if (!issuer.authority || !equal(certificate.issuer, issuer.subject) || hash === undefined) return false;
	return issuer.key.certifies(hash, certificate.message, certificate.signature);
}
