/** When to try again after a failure: by `retry-after` where the server says so, else longer and longer, spread by chance. */

import type { Env } from "./env";

const FIRST = 5_000;
const LONGEST = 300_000;
/** No server's `retry-after` keeps a device away for longer. */
const LONGEST_WISH = 3_600_000;

export class Backoff {
	private failures = 0;
	private retryAt = -Infinity;
	private busyUntil = -Infinity;

	constructor(private readonly env: Pick<Env, "steady" | "chance">) {}

	due(): boolean {
		const now = this.env.steady();
		return now >= this.retryAt && now >= this.busyUntil;
	}

	/** Notes a failure; without an answer there was no network. */
	failed(answer: Response | undefined): void {
		const now = this.env.steady();
		const spread = 1 + this.env.chance() / 2;
		const wished = Number(answer?.headers.get("retry-after") ?? Number.NaN) * 1000;
		if (wished > 0) this.busyUntil = now + Math.min(wished, LONGEST_WISH) * spread;
		this.retryAt = now + Math.min(LONGEST, FIRST * 2 ** this.failures) * spread;
		this.failures = Math.min(this.failures + 1, 10);
	}

	/** It went well, or the network came back. A server that asked for patience is still given it. */
	reset(): void {
		this.failures = 0;
		this.retryAt = -Infinity;
	}
}
