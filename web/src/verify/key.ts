/** Public keys, imported into WebCrypto once, and the check of a signature. */

import { toBase64url, type Bytes } from "../bytes";
import { decompress, P256, P384, point, type Curve } from "./curve";
import { fixed } from "./der";
import { base64url } from "./encoding";
import { member, textOf, type Json } from "./json";
import { must, Refused } from "./refused";

export type Algorithm = "ES256" | "ES384" | "PS256";

/** A key decides its algorithm, never what was signed. */
export interface Key {
	algorithm: Algorithm;
	/** Whether `signature` is this key's over `message`. ECDSA signatures are r and s, each as long as a coordinate. */
	verify(message: Bytes, signature: Bytes): Promise<boolean>;
	/** The same for a certificate's signature: in DER, with this hash; PKCS #1 v1.5 for RSA. */
	certifies(hash: string, message: Bytes, signature: Bytes): Promise<boolean>;
	/** Its SHA-256 JWK thumbprint (RFC 7638). */
	thumbprint(): Promise<Bytes>;
}

export const sha256 = async (bytes: Bytes): Promise<Bytes> => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

/** The digest of these members, in their order and without white space. */
const digest = (jwk: object): Promise<Bytes> => sha256(new TextEncoder().encode(JSON.stringify(jwk)));

/** A key from its uncompressed point, which is on the curve. */
export async function ecKey(curve: Curve, uncompressed: Bytes): Promise<Key> {
	const scheme = { name: "ECDSA", namedCurve: curve.name };
	const key = await crypto.subtle.importKey("raw", uncompressed, scheme, false, ["verify"]);
	const check = (hash: string, message: Bytes, signature: Bytes): Promise<boolean> =>
		crypto.subtle.verify({ name: "ECDSA", hash }, key, signature, message);
	const coordinate = (at: number): string => toBase64url(uncompressed.subarray(at, at + curve.size));
	return {
		algorithm: curve === P256 ? "ES256" : "ES384",
		verify: async (message, signature) => signature.length === curve.size * 2 && check(curve.hash, message, signature),
		certifies: async (hash, message, signature) => check(hash, message, fixed(signature, curve.size)),
		thumbprint: () => digest({ crv: curve.name, kty: "EC", x: coordinate(1), y: coordinate(1 + curve.size) }),
	};
}

const significant = (bytes: Bytes): Bytes => bytes.subarray(Math.max(bytes.findIndex((byte) => byte !== 0), 0));

/** An RSA key for PS256 from modulus and exponent, big-endian. */
export async function rsaKey(modulus: Bytes, exponent: Bytes): Promise<Key> {
	const [n, e] = [significant(modulus), significant(exponent)];
	const bits = n.length * 8 - Math.clz32(n[0] ?? 0) + 24;
	must(bits >= 2048 && bits <= 8192 && e.length <= 4);
	const jwk = { e: toBase64url(e), kty: "RSA", n: toBase64url(n) };
	const load = (name: string, hash: string): Promise<CryptoKey> =>
		crypto.subtle.importKey("jwk", jwk, { name, hash }, false, ["verify"]).catch(() => {
			throw new Refused();
		});
	const key = await load("RSA-PSS", "SHA-256");
	return {
		algorithm: "PS256",
		verify: (message, signature) => crypto.subtle.verify({ name: "RSA-PSS", saltLength: 32 }, key, signature, message),
		certifies: async (hash, message, signature) => {
			const name = "RSASSA-PKCS1-v1_5";
			return crypto.subtle.verify(name, await load(name, hash), signature, message);
		},
		thumbprint: () => digest(jwk),
	};
}

/** A key from its JWK (RFC 7517): EC on P-256 or P-384, or RSA. `alg` and `use` must agree where they stand. */
export async function jwkKey(jwk: Json | undefined): Promise<Key> {
	const bytes = (name: string): Bytes => {
		const value = textOf(jwk, name);
		must(value !== undefined);
		return base64url(value);
	};
	const key = textOf(jwk, "kty") === "RSA" ? await rsaKey(bytes("n"), bytes("e")) : await jwkEc(jwk, bytes);
	const agrees = (name: string, value: string): boolean => [undefined, value].includes(member(jwk, name) as string | undefined);
	must(agrees("alg", key.algorithm) && agrees("use", "sig"));
	return key;
}

async function jwkEc(jwk: Json | undefined, bytes: (name: string) => Bytes): Promise<Key> {
	const curve = [P256, P384].find(({ name }) => name === textOf(jwk, "crv"));
	must(textOf(jwk, "kty") === "EC" && curve !== undefined);
	return ecKey(curve, point(curve, bytes("x"), bytes("y")));
}

/** A key of our own format: P-256, whatever else its JWK says. */
export async function ownKey(jwk: Json | undefined): Promise<Key> {
	must(textOf(jwk, "crv") === "P-256");
	return jwkKey({ kty: member(jwk, "kty") ?? null, crv: "P-256", x: member(jwk, "x") ?? null, y: member(jwk, "y") ?? null });
}

/** The key of a holder's device; refused where x is on no point of the curve. */
export const deviceKey = (x: Bytes, odd: boolean): Promise<Key> => ecKey(P256, decompress(P256, x, odd));
