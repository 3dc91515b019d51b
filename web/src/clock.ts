/**
 * The server's time on a phone whose clock is wrong. All times in milliseconds.
 *
 * Verifiers refuse a proof more than 15 s ahead or 60 s old, and tourists' phones are often minutes off, so the page
 * keeps the difference to the server's clock, measured at each renewal, and goes on using it without a network.
 */

/** A slower exchange than this says too little about the time to replace a measured offset. */
export const MAX_ROUND_TRIP = 8_000;

/** A step of the wall clock against the monotonic one that is too big to be slewing by the system. */
const STEP = 2_000;

/** The offset to add to the phone's clock: the server read its clock about half-way between asking and answer. */
export function measureOffset(serverTime: number, asked: number, answered: number, known?: number): number {
	if (known !== undefined && (answered - asked > MAX_ROUND_TRIP || answered < asked)) return known;
	return Math.round(serverTime - (asked + Math.max(asked, answered)) / 2);
}

export interface Reading {
	/** `Date.now()` */
	wall: number;
	/** `performance.now()` */
	steady: number;
}

/**
 * What became of the clock between two readings. A wall clock that fell behind the steady one was set back: the
 * offset grows by as much. One that ran ahead was set forward or the phone slept (the steady clock of many phones
 * stops then): we cannot tell, so the page must ask the server again.
 */
export function compareReadings(before: Reading, after: Reading): { correction: number; doubtful: boolean } {
	const gained = after.wall - before.wall - (after.steady - before.steady);
	if (gained < -STEP) return { correction: Math.round(-gained), doubtful: true };
	return { correction: 0, doubtful: gained > STEP };
}
