/**
 * "Camera fails? Show a short code": asks the server for eight characters and counts their minute down. Without script
 * the same form leads to a plain page.
 */

import { word } from "./words";

export type ShortAnswer = { kind: "code"; code: string; until: number } | { kind: "none" };

export interface ShortAsking {
	fetch: (url: string, init: RequestInit) => Promise<Response>;
	/** A steady clock in milliseconds, which never jumps. */
	now: () => number;
	endpoint: string;
	csrf: string;
}

const TIMEOUT = 10_000;

/**
 * Counts from the asking: a code never seems to last longer than it does. Why there is none changes nothing for the
 * person: the inspector checks by hand.
 */
export async function askForShort(asking: ShortAsking): Promise<ShortAnswer> {
	const asked = asking.now();
	const aborter = new AbortController();
	const timer = setTimeout(() => aborter.abort(), TIMEOUT);
	try {
		const headers = { accept: "application/json", "x-csrf-token": asking.csrf };
		const how: RequestInit = { method: "POST", credentials: "same-origin", redirect: "error", cache: "no-store" };
		const response = await asking.fetch(asking.endpoint, { ...how, headers, signal: aborter.signal });
		if (response.status !== 200) return { kind: "none" };
		const { code, seconds } = (await response.json()) as Record<string, unknown>;
		if (typeof code !== "string" || typeof seconds !== "number") return { kind: "none" };
		return { kind: "code", code, until: asked + seconds * 1000 };
	} catch {
		return { kind: "none" };
	} finally {
		clearTimeout(timer);
	}
}

/** Shows short codes on the code page. Only the code itself is announced: seconds that pass are nobody's news. */
export class Short {
	private timer: ReturnType<typeof setInterval> | undefined;
	private asking = false;

	constructor(
		private readonly root: HTMLElement,
		private readonly form: HTMLFormElement,
	) {
		form.addEventListener("submit", (event) => {
			event.preventDefault();
			void this.ask();
		});
	}

	private async ask(): Promise<void> {
		if (this.asking) return;
		this.asking = true;
		const { short: endpoint = "", csrf = "" } = this.root.dataset;
		const answer = await askForShort({ fetch: fetch.bind(window), now: () => performance.now(), endpoint, csrf });
		this.asking = false;
		clearInterval(this.timer);
		if (answer.kind !== "code") return this.end("short-none");
		this.say("short", { code: answer.code });
		this.count(answer.until);
		this.timer = setInterval(() => this.count(answer.until), 250);
		this.form.scrollIntoView({ block: "nearest" });
	}

	private count(until: number): void {
		const seconds = Math.ceil((until - performance.now()) / 1000);
		if (seconds <= 0) this.end("short-over");
		else this.fill("short-left", "short-left", { seconds: `${seconds}` });
	}

	private end(name: string): void {
		clearInterval(this.timer);
		this.part("short-left")?.replaceChildren();
		this.say(name);
	}

	private say(name: string, slots = {}): void {
		this.fill("short", name, slots);
	}

	private fill(part: string, name: string, slots: Record<string, string>): void {
		const words = word(this.root, name, slots);
		this.part(part)?.replaceChildren(...(words ? [words] : []));
	}

	private part(name: string): HTMLElement | null {
		return this.root.querySelector(`[data-part="${name}"]`);
	}
}
