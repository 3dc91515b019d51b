/**
 * Asking the server for a pass, and when. Pure but for the `fetch` and the times it is given, so that tests can
 * play any network and any clock.
 */

import { fromBase64url, toBase64url, type Bytes } from "./bytes";

export const COLOURS = ["green", "yellow", "red", "none"] as const;
export type Colour = (typeof COLOURS)[number];

export interface Pass {
	bytes: Bytes;
	/** Milliseconds since 1970, by the server's clock, as all times here. */
	expires: number;
	notBefore: number;
	colour: Colour;
	/** Reason codes; the page holds their words. */
	reasons: string[];
}

export type Answer =
	| { kind: "pass"; pass: Pass; ahead: Pass[]; serverTime: number; asked: number; answered: number }
	/** The pass was withdrawn (410), or the holder's state has changed (409): what is shown must go. */
	| { kind: "withdrawn" | "changed" }
	/** The device session is gone (401, 403). The pass itself may still be good. */
	| { kind: "session" }
	/** Overloaded or limited; `retryAfter` in milliseconds. */
	| { kind: "busy"; retryAfter: number }
	/** No usable answer: no network, a captive portal, a fault. The stored pass goes on. */
	| { kind: "offline" };

export interface Asking {
	fetch: (url: string, init: RequestInit) => Promise<Response>;
	now: () => number;
	endpoint: string;
	csrf: string;
	deviceKey: Uint8Array;
}

const TIMEOUT = 10_000;
const RENEW_BELOW = 12 * 3_600_000;
const QUIET = 20_000;
const FIRST_RETRY = 30_000;
const LONGEST_RETRY = 15 * 60_000;

export async function askForPass(asking: Asking): Promise<Answer> {
	const aborter = new AbortController();
	const timer = setTimeout(() => aborter.abort(), TIMEOUT);
	try {
		const asked = asking.now();
		const response = await asking.fetch(asking.endpoint, {
			method: "POST",
			credentials: "same-origin",
			redirect: "error",
			cache: "no-store",
			headers: { "content-type": "application/json", accept: "application/json", "x-csrf-token": asking.csrf },
			body: JSON.stringify({ device_key: toBase64url(asking.deviceKey) }),
			signal: aborter.signal,
		});
		const answered = asking.now();
		return await understand(response, asked, answered);
	} catch {
		return { kind: "offline" };
	} finally {
		clearTimeout(timer);
	}
}

async function understand(response: Response, asked: number, answered: number): Promise<Answer> {
	switch (response.status) {
		case 200: {
			const body: unknown = await response.json();
			return { kind: "pass", ...parseAnswer(body), asked, answered };
		}
		case 401:
		case 403:
			return { kind: "session" };
		case 409:
			return { kind: "changed" };
		case 410:
			return { kind: "withdrawn" };
		case 429:
		case 503: {
			const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
			return { kind: "busy", retryAfter: seconds > 0 ? seconds * 1000 : FIRST_RETRY };
		}
		default:
			return { kind: "offline" };
	}
}

/** Throws on anything but the documented answer: a captive portal's 200 must not replace a good pass. */
export function parseAnswer(body: unknown): { pass: Pass; ahead: Pass[]; serverTime: number } {
	const answer = (body ?? {}) as Record<string, unknown>;
	const { colour, reasons, ahead = [] } = answer;
	if (!COLOURS.includes(colour as Colour)) throw new Error("bad colour");
	if (!Array.isArray(reasons) || !reasons.every((reason) => typeof reason === "string")) throw new Error("bad reasons");
	if (!Array.isArray(ahead)) throw new Error("bad ahead");
	const common = { colour: colour as Colour, reasons };
	return {
		pass: { ...parsePass(answer), ...common },
		ahead: ahead.map((day: unknown) => ({ ...parsePass((day ?? {}) as Record<string, unknown>), ...common })),
		serverTime: time(answer, "server_time"),
	};
}

function time(from: Record<string, unknown>, name: string): number {
	const value = from[name];
	if (typeof value !== "number" || !(value > 0)) throw new Error(`bad ${name}`);
	return value * 1000;
}

function parsePass(from: Record<string, unknown>): Pick<Pass, "bytes" | "expires" | "notBefore"> {
	const { pass } = from;
	if (typeof pass !== "string" || pass === "") throw new Error("bad pass");
	return { bytes: fromBase64url(pass), expires: time(from, "expires"), notBefore: time(from, "not_before") };
}

/** When to ask. `event`: the page was opened, came back into view, or the network came back. */
export class Schedule {
	private last = Number.NEGATIVE_INFINITY;
	private retryAt = Number.NEGATIVE_INFINITY;
	private busyUntil = Number.NEGATIVE_INFINITY;
	private failures = 0;

	/** `life`: milliseconds the stored pass has left, 0 without one. `now`: a steady clock, which never jumps. */
	due(trigger: "event" | "tick", life: number, now: number): boolean {
		if (now < this.busyUntil) return false;
		return trigger === "event" ? now - this.last >= QUIET : life < RENEW_BELOW && now >= this.retryAt;
	}

	/** Notes an answer. `random` in [0, 1) spreads the retries of many phones after an outage. */
	note(answer: Answer, now: number, random: number): void {
		this.last = now;
		const spread = 1 + random / 2;
		if (answer.kind === "busy") this.busyUntil = now + answer.retryAfter * spread;
		const failed = answer.kind === "offline" || answer.kind === "busy";
		// After a real answer a tick waits as well: a pass that is short on purpose must not mean asking every second.
		this.retryAt = now + (failed ? Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** this.failures) * spread : LONGEST_RETRY);
		this.failures = failed ? this.failures + 1 : 0;
	}

	/** The network came back: earlier failures for want of it say nothing any more. */
	reconnected(): void {
		this.last = this.retryAt = Number.NEGATIVE_INFINITY;
		this.failures = 0;
	}
}
