/**
 * Requests to the server: with a time limit, never following a redirect (to a sign-in or a captive portal), and with the
 * clock measured by every answer. What a device sends by itself is signed (RFC 9421, RFC 9530).
 */

import { toBase64url, type Bytes } from "../../bytes";
import type { Clock } from "./clock";
import type { Env } from "./env";
import { sign } from "./seal";

const TIMEOUT = 15_000;
const COVERED = '("@method" "@target-uri" "content-digest" "content-type")';

export interface Asking {
	env: Env;
	clock: Clock;
}

/** The answer; `undefined` without one. */
export async function ask({ env, clock }: Asking, path: string, init: RequestInit = {}): Promise<Response | undefined> {
	const aborter = new AbortController();
	const timer = setTimeout(() => aborter.abort(), TIMEOUT);
	try {
		const asked = env.wall();
		const response = await env.fetch(path, { credentials: "same-origin", redirect: "error", cache: "no-store", ...init, signal: aborter.signal });
		// The body within the same time: a network may die in the middle of it.
		const body = await response.arrayBuffer();
		const whole = new Response([204, 304].includes(response.status) ? null : body, response);
		await clock.note(whole, asked, env.wall());
		return whole;
	} catch {
		return undefined;
	} finally {
		clearTimeout(timer);
	}
}

/** JSON as an inspector's session sends it. */
export const askJson = (asking: Asking, path: string, csrf: string, body: object): Promise<Response | undefined> =>
	ask(asking, path, { method: "POST", headers: { "content-type": "application/json", accept: "application/json", "x-csrf-token": csrf }, body: JSON.stringify(body) });

/** The type of a problem+json, without its path; empty for anything else. */
export async function problemOf(response: Response): Promise<string> {
	const { type } = await jsonOf(response);
	return typeof type === "string" ? (type.split("/").pop() ?? "") : "";
}

/** The members of an answer; none where it is no JSON object. */
export async function jsonOf(response: Response): Promise<Record<string, unknown>> {
	try {
		const value: unknown = await response.clone().json();
		return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
	} catch {
		return {};
	}
}

export interface Signer {
	id: string;
	privateKey: CryptoKey;
}

const base64 = (bytes: Bytes): string => btoa(String.fromCharCode(...bytes));

/** The headers of a signed request. */
export async function signedHeaders(signer: Signer, url: string, body: Bytes, created: number, nonce: Bytes): Promise<Record<string, string>> {
	const digest = `sha-256=:${base64(new Uint8Array(await crypto.subtle.digest("SHA-256", body)))}:`;
	const parameters = `${COVERED};created=${created};nonce="${toBase64url(nonce)}";keyid="${signer.id}";tag="tongxing-device"`;
	const lines = ['"@method": POST', `"@target-uri": ${url}`, `"content-digest": ${digest}`, '"content-type": application/json', `"@signature-params": ${parameters}`];
	const signature = await sign(signer.privateKey, new TextEncoder().encode(lines.join("\n")));
	return {
		"content-type": "application/json", accept: "application/json",
		"content-digest": digest, "signature-input": `sig=${parameters}`, signature: `sig=:${base64(signature)}:`,
	};
}

/** Sends JSON signed by the device. On 401 the clock has been measured by that answer: once more with it. */
export async function askSigned(asking: Asking, signer: Signer, path: string, content: object): Promise<Response | undefined> {
	const body = new TextEncoder().encode(JSON.stringify(content));
	const send = async (): Promise<Response | undefined> => {
		const headers = await signedHeaders(signer, asking.env.origin + path, body, asking.clock.now(), asking.env.random(16));
		return ask(asking, path, { method: "POST", headers, body });
	};
	const answer = await send();
	return answer?.status === 401 ? send() : answer;
}
