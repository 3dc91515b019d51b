/** JSON Web Signatures in their compact form (RFC 7515 section 3.1), taken apart and not yet believed. */

import type { Bytes } from "../bytes";
import { base64url, text } from "./encoding";
import { open, strictJson, type Members } from "./json";
import { must } from "./refused";

export interface Jws {
	header: Members;
	payload: Bytes;
	/** What the signature covers: the first two parts as they stand. */
	message: Bytes;
	signature: Bytes;
}

export function readJws(compact: string): Jws {
	const parts = compact.split(".");
	must(parts.length === 3);
	const [header = "", payload = "", signature = ""] = parts;
	return {
		header: object(base64url(header)),
		payload: base64url(payload),
		message: new TextEncoder().encode(`${header}.${payload}`),
		signature: base64url(signature),
	};
}

/** One JSON object that fills the bytes, without white space around it. */
export function object(bytes: Bytes): Members {
	const json = text(bytes);
	must(json.startsWith("{") && json.endsWith("}"));
	return open(strictJson(json));
}
