/** A root key that signs trust lists, for tests. */

import { toBase64url } from "../src/bytes";


const text = (value: unknown): string => toBase64url(new TextEncoder().encode(JSON.stringify(value)));

interface Root {
	jwk: JsonWebKey;
	kid: string;
	privateKey: CryptoKey;
	sign: (list: unknown, header?: object) => Promise<string>;
}

export async function rootKey(): Promise<Root> {
	const scheme = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
	const pair = (await crypto.subtle.generateKey(scheme, true, ["sign"])) as CryptoKeyPair;
	const jwk = await crypto.subtle.exportKey("jwk", pair.publicKey);
	const { crv, kty, x, y } = jwk;
	const thumbprint = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify({ crv, kty, x, y })));
	const kid = toBase64url(new Uint8Array(thumbprint, 0, 8));
	const sign = async (list: unknown, header: object = { alg: "ES256", kid, typ: "tongxing-trust+jwt" }): Promise<string> => {
		const message = `${text(header)}.${text(list)}`;
		const signature = await crypto.subtle.sign(scheme, pair.privateKey, new TextEncoder().encode(message));
		return `${message}.${toBase64url(new Uint8Array(signature))}`;
	};
	return { jwk, kid, privateKey: pair.privateKey, sign };
}
