/**
 * Runs a file of `vectors/` on the verifier: in Node by `verify.test.ts`, in Chromium by `e2e/verify.test.mjs`. Answers
 * what differs, so that a test can print it.
 */

import { concat, type Bytes } from "../src/bytes";
import { toBase45 } from "../src/base45";
import { base45, base64, hex } from "../src/verify/encoding";
import { readStatus, readTrust, StatusLists, verify, VerifiedStatus, type TrustList } from "../src/verify/index";
import { attempt } from "../src/verify/refused";

interface Case {
	name: string;
	text?: string;
	code?: number;
	splice?: [number, number, string];
	at?: number;
	trust?: string;
	status?: string;
	document_matches?: boolean;
	temperature?: number;
	rules?: boolean;
	verdict: string;
	reasons: string[];
	signature: string;
	format: string | null;
	json: string;
}

export interface Vectors {
	at: number;
	trust: Record<string, unknown>;
	status: Record<string, string>;
	codes: string[];
	cases: Case[];
}

function text(vectors: Vectors, { text, code = 0, splice }: Case): string {
	const whole = text ?? vectors.codes[code] ?? "";
	if (!splice) return whole;
	const [at, length, by] = splice;
	const bytes = base45(whole.slice(4));
	const middle = Uint8Array.from(by.match(/../g) ?? [], (byte) => parseInt(byte, 16));
	return `TX1:${toBase45(concat(bytes.subarray(0, at), middle, bytes.subarray(at + length)))}`;
}

/** JSON with the members of each object in order, as the reference writes it for the digest. */
function canonical(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
	if (typeof value !== "object" || value === null) return JSON.stringify(value);
	const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
	return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(",")}}`;
}

export async function digest(outcome: unknown): Promise<string> {
	const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(canonical(outcome)));
	return hex(new Uint8Array(hash, 0, 4));
}

/** The lists of a file, each read once, and those that count, verified once. */
class Lists {
	private readonly trust = new Map<string, Promise<TrustList>>();
	private readonly status = new Map<string, Promise<StatusLists>>();

	constructor(private readonly vectors: Vectors) {}

	trusted(name: string): Promise<TrustList> {
		return once(this.trust, name, () => readTrust(JSON.stringify(this.vectors.trust[name])));
	}

	verified(name: string, trust: string, at: number): Promise<StatusLists> {
		return once(this.status, `${name} ${trust} ${at}`, async () => {
			const lists = new StatusLists();
			const token = this.vectors.status[name];
			const bytes: Bytes | undefined = token === undefined ? undefined : base64(token);
			const list = bytes && (await attempt(async () => VerifiedStatus.from(await readStatus(bytes), await this.trusted(trust), at)));
			if (list) lists.insert(list);
			return lists;
		});
	}
}

function once<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
	const found = known.get(key) ?? make();
	known.set(key, found);
	return found;
}

/** Runs every case; the answer names those that came out differently. */
export async function run(vectors: Vectors): Promise<{ cases: number; wrong: string[] }> {
	const lists = new Lists(vectors);
	const wrong: string[] = [];
	for (const one of vectors.cases) {
		const { at = vectors.at, trust = "ours", status = "good", temperature } = one;
		const observed = { documentMatches: one.document_matches ?? true, temperature, acceptance: one.rules === false ? "none" : "fixed" } as const;
		const found = await verify(text(vectors, one), await lists.trusted(trust), await lists.verified(status, trust, at), at, observed);
		const same = (["verdict", "signature", "format"] as const).every((field) => found[field] === one[field]);
		if (!same || found.reasons.join() !== one.reasons.join() || (await digest(found)) !== one.json) {
			wrong.push(`${JSON.stringify(one)}\n    ${JSON.stringify(found)}`);
		}
	}
	return { cases: vectors.cases.length, wrong };
}
