/** Public keys, imported into WebCrypto once, and the check of a signature. */

import { toBase64url, type Bytes } from "../bytes";
import { decompress, P256, point, type Curve } from "./curve";
import { base64url } from "./encoding";
import { must } from "./refused";

export type Algorithm = "ES256" | "ES384" | "PS256";

export interface Key {
	algorithm: Algorithm;
	/** Whether `signature` is this key's over `message`. ECDSA signatures are r and s, each as long as a coordinate. */
	verify(message: Bytes, signature: Bytes): Promise<boolean>;
}

/** A key of our own format, with the name that its thumbprint gives it. */
export interface NamedKey extends Key {
	id: Bytes;
}

export const sha256 = async (bytes: Bytes): Promise<Bytes> => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

/** A key from its uncompressed point, which is on the curve. */
export async function ecKey(curve: Curve, uncompressed: Bytes): Promise<Key> {
	const scheme = { name: "ECDSA", namedCurve: curve.name, hash: curve.hash };
	const key = await crypto.subtle.importKey("raw", uncompressed, scheme, false, ["verify"]);
	return {
		algorithm: curve === P256 ? "ES256" : "ES384",
		verify: async (message, signature) => signature.length === curve.size * 2 && crypto.subtle.verify(scheme, key, signature, message),
	};
}

/** An RSA key for PS256 from its SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7). */
export async function rsaKey(spki: Bytes): Promise<Key> {
	const key = await crypto.subtle.importKey("spki", spki, { name: "RSA-PSS", hash: "SHA-256" }, false, ["verify"]);
	return {
		algorithm: "PS256",
		verify: (message, signature) => crypto.subtle.verify({ name: "RSA-PSS", saltLength: 32 }, key, signature, message),
	};
}

/** Both coordinates of an EC key in a JWK (RFC 7518 section 6.2.1), as a point on its curve. */
export function jwkPoint(jwk: unknown, curve: Curve): Bytes {
	must(typeof jwk === "object" && jwk !== null);
	const { kty, crv, x, y } = jwk as Record<string, unknown>;
	must(kty === "EC" && crv === curve.name && typeof x === "string" && typeof y === "string");
	return point(curve, base64url(x), base64url(y));
}

/** A P-256 key from its JWK, with the beginning of its thumbprint (RFC 7638). */
export async function namedKey(jwk: unknown): Promise<NamedKey> {
	const uncompressed = jwkPoint(jwk, P256);
	const [x, y] = [toBase64url(uncompressed.subarray(1, 33)), toBase64url(uncompressed.subarray(33))];
	const thumbprint = await sha256(new TextEncoder().encode(`{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`));
	return { ...(await ecKey(P256, uncompressed)), id: thumbprint.slice(0, 8) };
}

/** The key of a holder's device; refused where x is on no point of the curve. */
export const deviceKey = (x: Bytes, odd: boolean): Promise<Key> => ecKey(P256, decompress(P256, x, odd));
