/**
 * Days without the internet: which of the passes that the phone holds is shown now, and until when they last. Pure.
 * The server decides which passes there are; the phone picks the one of the day by itself.
 */

import type { Pass } from "./renewal";

/** A clock that is behind the moment a pass was made by no more than this still shows it. */
export const CLOCK_SLACK = 60_000;

const begins = (pass: Pass): number => pass.notBefore - CLOCK_SLACK;

/** The first of the passes that is good at `now` (milliseconds, by the server's clock). */
export const passAt = (held: readonly Pass[], now: number): Pass | undefined =>
	held.find((pass) => begins(pass) <= now && now < pass.expires);

/** Whether the clock stands before all of them: it is wrong then, and they have not ended. */
export const isEarly = (held: readonly Pass[], now: number): boolean => held.some((pass) => now < begins(pass));

/** Until when one good pass follows on another without a gap, from `now`. */
export function lastsUntil(held: readonly Pass[], now: number): number {
	let until = now;
	for (;;) {
		const next = Math.max(until, ...held.filter((pass) => begins(pass) <= until && until < pass.expires).map((pass) => pass.expires));
		if (next === until) return until;
		until = next;
	}
}
