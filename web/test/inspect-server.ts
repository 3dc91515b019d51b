/**
 * The server's side of docs/checkpoint-protocol.md for tests: it really opens what was sealed and checks every
 * signature, keeps what it stored, and can fail at any point: before it stored, in the middle, and after.
 */

import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core";
import { createHash } from "node:crypto";
import { deflateSync } from "node:zlib";
import { concat, fromBase64url, toBase64url, type Bytes } from "../src/bytes";
import { rootKey } from "./root-key";

const utf8 = (text: string): Bytes => new TextEncoder().encode(text);
const hexBytes = (text: string): Bytes => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const own = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer;
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

export const ORIGIN = "https://code.example";
export const STATUS = `${ORIGIN}/status/1`;
export const DEVICE = "00000000000000d1";
export const CHECKPOINT = "00000000000000c1";

type Content = Record<string, unknown> & { kind: string; shift: string };
type Root = Awaited<ReturnType<typeof rootKey>>;

export interface Stored {
	id: string;
	hash: string;
	content: Content;
}

/** What is to go wrong with a request to the outbox. */
export type Fault = "unsent" | "unanswered" | "half" | "busy" | "late" | "twice";

export class FakeServer {
	/** Where it is, for browsers that ask it over HTTP. */
	origin = ORIGIN;
	/** Seconds. */
	time = 1_795_435_200;
	stored = new Map<string, Stored>();
	conflicts: Stored[] = [];
	refusedItems: string[] = [];
	shifts = new Set<string>();
	deviceKey: Bytes | undefined;
	code = "7K3M92QD";
	session: { staff: string; name: string; csrf: string } | undefined = { staff: "00000000000000a1", name: "Ines", csrf: "token" };
	withdrawn = false;
	/** The next faults, one a request to the outbox. */
	faults: Fault[] = [];
	down = false;
	/** Requests that went astray and arrive some time. */
	astray: (() => Promise<unknown>)[] = [];
	requests: string[] = [];
	check: Record<string, unknown> | undefined;
	configuration: Record<string, unknown> = {};
	withdrawnIndex = 1;
	trustVersion = 1;
	/** Whether the trust list says that the key of rules and lists is withdrawn. */
	keyWithdrawn = false;
	/** Whether lost items are refused for a shift that was not announced, as a strict server might. */
	strictShifts = false;

	private constructor(
		public root: Root,
		readonly rules: Root,
		private readonly sealKey: CryptoKeyPair,
		private readonly sealPoint: Bytes,
	) {}

	static async make(): Promise<FakeServer> {
		const kem = new DhkemP256HkdfSha256();
		const pair = (await kem.generateKeyPair()) as CryptoKeyPair;
		const point = new Uint8Array(await kem.serializePublicKey(pair.publicKey));
		return new FakeServer(await rootKey(), await rootKey(), pair, point);
	}

	/** Another with the same keys and nothing stored: making keys takes time. */
	fresh(): FakeServer {
		const other = new FakeServer(this.root, this.rules, this.sealKey, this.sealPoint);
		other.deviceKey = this.deviceKey;
		other.shifts = new Set(this.shifts);
		other.time = this.time;
		return other;
	}

	/** What a browser's `fetch` does with this server at the other end. */
	fetch = async (path: string, init: RequestInit = {}): Promise<Response> => {
		const url = new URL(path, this.origin);
		this.requests.push(`${init.method ?? "GET"} ${url.pathname}`);
		if (this.down) throw new TypeError("network");
		const answer = async (): Promise<Response> => this.dated(await this.answer(url.pathname, init));
		if (url.pathname !== "/api/v1/checkpoint/outbox") return answer();
		const fault = this.faults.shift();
		if (fault === "unsent") throw new TypeError("network");
		if (fault === "busy") return this.dated(new Response("", { status: 503, headers: { "retry-after": "7" } }));
		if (fault === "late") this.astray.push(answer);
		if (fault === "late") throw new TypeError("network");
		if (fault === "half") await this.outbox(init, true);
		if (fault === "half") throw new TypeError("network");
		const answered = await answer();
		if (fault === "twice") return answer();
		if (fault === "unanswered") throw new TypeError("network");
		return answered;
	};

	/** Everything that was stored of a kind. */
	of(kind: string): Content[] {
		return [...this.stored.values()].map(({ content }) => content).filter((content) => content.kind === kind);
	}

	private dated(response: Response): Response {
		response.headers.set("date", new Date(this.time * 1000).toUTCString());
		return response;
	}

	private async answer(path: string, init: RequestInit): Promise<Response> {
		if (path === "/.well-known/tongxing-root.json") return json(this.root.jwk);
		if (path === "/.well-known/tongxing-trust.jws") return tagged(await this.trust(), init);
		if (path === "/.well-known/tongxing-checkpoint.jws") return tagged(await this.config(), init);
		if (path === "/status/1") return tagged(await this.status(), init);
		if (path === "/api/v1/checkpoint/session") return this.session ? json(this.session) : problem(401, "session");
		if (path === "/staff/sign-out") return this.signOut(init);
		if (path === "/api/v1/checkpoint/devices") return this.enrol(init);
		if (path === "/api/v1/checkpoint/shifts") return this.begin(init);
		if (path === "/api/v1/checkpoint/outbox") return this.outbox(init, false);
		if (path === "/api/v1/checkpoint/check") return (await this.authentic(init, path)) ?? (this.check ? json(this.check) : problem(503, "busy"));
		return problem(404, "not-found");
	}

	trust(): Promise<string> {
		const { jwk: { kty, crv, x, y }, kid } = this.rules;
		const key = { kid, jwk: { kty, crv, x, y }, not_before: 0, not_after: 4_000_000_000, state: this.keyWithdrawn ? "withdrawn" : "active" };
		const issuers = [{ issuer: "UTO", format: "tongxing", purposes: ["pass", "status", "rules"], keys: [key] }];
		return this.root.sign({ version: this.trustVersion, issued: this.time - 10, expires: this.time + 604_800, issuers });
	}

	config(): Promise<string> {
		const content = {
			iss: "UTO", version: 1, issued: this.time - 10, expires: this.time + 604_800, app: { minimum: 1 },
			threshold: 373, lowest: 340, highest: 430, sites: ["forehead", "ear", "armpit"], amber_after: 14400, check_after: 86400,
			shift: 43200, idle: 300, apart: 259200, outbox: { items: 5000, warn_items: 4000, warn_after: 172800 },
			report_due: 900, acceptance: "fixed", apply: `${this.origin}/apply`, status_lists: [`${this.origin}/status/1`],
			seal: [{ kid: "c2VhbGtleTE", key: toBase64url(this.sealPoint) }],
			checkpoints: [{ id: CHECKPOINT, name: "Gate 3", place: "Hankou", kind: "station" }], later: "unknown members are left aside",
			...this.configuration,
		};
		return this.rules.sign(content, { alg: "ES256", kid: this.rules.kid, typ: "tongxing-checkpoint+jwt" });
	}

	private status(): Promise<string> {
		const bits = new Uint8Array(16);
		bits[this.withdrawnIndex >> 3] = 1 << (this.withdrawnIndex & 7);
		const list = { bits: 1, lst: toBase64url(deflateSync(bits)) };
		const claims = { iss: "UTO", sub: `${this.origin}/status/1`, iat: this.time - 10, exp: this.time + 86_390, ttl: 300, status_list: list };
		return this.rules.sign(claims, { alg: "ES256", kid: this.rules.kid, typ: "statuslist+jwt" });
	}

	private signOut(init: RequestInit): Response {
		if (!this.session || new URLSearchParams(init.body as URLSearchParams).get("csrf") !== this.session.csrf) return problem(403, "forged");
		this.session = undefined;
		return new Response("");
	}

	private enrol(init: RequestInit): Response {
		const { code, public_key } = bodyOf(init) as { code: string; public_key: string };
		if (!this.session || header(init, "x-csrf-token") !== this.session.csrf) return problem(401, "session");
		if (code !== this.code) return problem(400, "enrolment-code");
		this.deviceKey = fromBase64url(public_key);
		return json({ device: DEVICE, name: "Gate 3, phone 2" });
	}

	private async begin(init: RequestInit): Promise<Response> {
		const { shift, device, checkpoint, at, signature } = bodyOf(init) as Record<string, string> & { at: number };
		if (!this.session || header(init, "x-csrf-token") !== this.session.csrf) return problem(401, "session");
		if (this.withdrawn) return problem(403, "device-withdrawn");
		const time = new Uint8Array(8);
		new DataView(time.buffer).setBigUint64(0, BigInt(at));
		const message = concat(utf8("tongxing shift v1\0"), hexBytes(device!), fromBase64url(shift!), hexBytes(checkpoint!), time);
		if (!(await this.signed(message, fromBase64url(signature!)))) return problem(400, "signature");
		this.shifts.add(shift!);
		return json({ shift, until: at + 43_200 });
	}

	/** RFC 9421 as section 1 has it, taken apart without the client's code. `undefined`: it holds. */
	private async authentic(init: RequestInit, path: string): Promise<Response | undefined> {
		const input = header(init, "signature-input");
		const found = /^sig=(\("@method" "@target-uri" "content-digest" "content-type"\);created=(\d+);nonce="([\w-]{16,64})";keyid="(\w+)";tag="tongxing-device")$/.exec(input);
		const digest = `sha-256=:${createHash("sha256").update(init.body as Uint8Array).digest("base64")}:`;
		if (!found || header(init, "content-digest") !== digest || found[4] !== DEVICE) return problem(401, "signature");
		if (Math.abs(Number(found[2]) - this.time) > 300) return problem(401, "signature");
		const base = `"@method": POST\n"@target-uri": ${this.origin}${path}\n"content-digest": ${digest}\n"content-type": application/json\n"@signature-params": ${found[1]}`;
		const signature = Uint8Array.from(Buffer.from(header(init, "signature").slice(5, -1), "base64"));
		if (!(await this.signed(utf8(base), signature))) return problem(401, "signature");
		return this.withdrawn ? problem(403, "device-withdrawn") : undefined;
	}

	private async outbox(init: RequestInit, half: boolean): Promise<Response> {
		const refused = await this.authentic(init, "/api/v1/checkpoint/outbox");
		if (refused) return refused;
		const { items } = bodyOf(init) as { items: Item[] };
		if (items.length > 100 || (init.body as Uint8Array).length > 256 * 1024) return problem(413, "too-large");
		const outcomes = [];
		for (const [at, item] of items.entries()) {
			if (half && at >= items.length / 2) break;
			outcomes.push({ id: item.id, ...(await this.take(item)) });
		}
		return json({ time: this.time, items: outcomes });
	}

	private async take(item: Item): Promise<{ outcome: string; reason?: string }> {
		const hash = sha256(utf8(JSON.stringify(item)));
		const before = this.stored.get(item.id);
		const content = await this.open(item);
		if (typeof content === "string") {
			this.refusedItems.push(`${item.id} ${content}`);
			return { outcome: "refused", reason: content };
		}
		if (before) {
			if (before.hash === hash) return { outcome: "known" };
			this.conflicts.push({ id: item.id, hash, content });
			return { outcome: "conflict" };
		}
		if (content.kind === "shift_begun") this.shifts.add(content.shift);
		else if (this.strictShifts && !this.shifts.has(content.shift)) return { outcome: "refused", reason: "shift" };
		this.stored.set(item.id, { id: item.id, hash, content });
		return { outcome: "stored" };
	}

	/** The content, or why it is refused. */
	async open({ id, key, enc, sealed, signature }: Item, device = DEVICE): Promise<Content | string> {
		const [idBytes, kid, encBytes, sealedBytes] = [fromBase64url(id), fromBase64url(key), fromBase64url(enc), fromBase64url(sealed)];
		const message = concat(utf8("tongxing outbox v1\0"), hexBytes(device), idBytes, kid, encBytes, sealedBytes);
		if (!(await this.signed(message, fromBase64url(signature)))) return "signature";
		if (key !== "c2VhbGtleTE") return "key";
		try {
			const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
			const context = await suite.createRecipientContext({ recipientKey: this.sealKey, enc: own(encBytes), info: own(utf8("tongxing outbox v1")) });
			const plain = new Uint8Array(await context.open(own(sealedBytes), own(concat(hexBytes(device), idBytes))));
			if (plain.length % 512 !== 0) return "content";
			return JSON.parse(new TextDecoder().decode(plain)) as Content;
		} catch {
			return "seal";
		}
	}

	private async signed(message: Bytes, signature: Bytes): Promise<boolean> {
		if (!this.deviceKey || signature.length !== 64) return false;
		const key = await crypto.subtle.importKey("raw", this.deviceKey, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
		return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, message);
	}
}

export type Item = { id: string; key: string; enc: string; sealed: string; signature: string };

const json = (value: unknown, status = 200): Response => new Response(JSON.stringify(value), { status, headers: { "content-type": "application/json" } });
const problem = (status: number, name: string): Response => json({ type: `/problems/${name}`, title: name, status }, status);
const header = (init: RequestInit, name: string): string => new Headers(init.headers).get(name) ?? "";
const bodyOf = (init: RequestInit): unknown => JSON.parse(typeof init.body === "string" ? init.body : new TextDecoder().decode(init.body as Uint8Array));

/** With an `etag`, and 304 for who has it. */
function tagged(text: string, init: RequestInit): Response {
	// Signatures differ each time: what they are over is what counts.
	const etag = `"${sha256(utf8(text.split(".").slice(0, 2).join(".")))}"`;
	if (header(init, "if-none-match") === etag) return new Response(null, { status: 304, headers: { etag } });
	return new Response(text, { headers: { etag } });
}
