/**
 * The server's time on a device whose clock may be wrong, also without a network: the offset is measured with every
 * answer of the server, and kept. What is noticed offline: a clock that is set back or ahead while the application runs
 * (against the steady clock), and one that stands before a time that was already seen (signed data, the last opening).
 */

import { compareReadings, measureOffset, type Reading } from "../../clock";
import type { Env } from "./env";
import type { Store } from "./store";
import type { ClockState } from "./types";

const NAME = "clock";
/** A clock that is off by more than this is worth a word. */
const WORTH = 60_000;
/** How much earlier than a time already seen may be: what signed data allows too. */
const SLACK = 300_000;
/** How often the time that has been reached is written down. */
const NOTE = 60_000;

interface KeptClock {
	/** Absent before the first answer. */
	offset?: number;
	/** The latest server's time that was ever known to have been reached, in milliseconds. */
	reached: number;
}

export class Clock {
	private kept: KeptClock = { reached: 0 };
	private last: Reading;
	/** At the first look, too: an application that is open for a moment has seen that time as well. */
	private noted = Number.NEGATIVE_INFINITY;
	private doubtful = false;
	/** The clock ran ahead of the steady one: set ahead, or the device slept. Only a server can tell. */
	private ask = false;

	constructor(
		private readonly env: Env,
		private readonly store: Store,
	) {
		this.last = this.reading();
	}

	async load(): Promise<void> {
		this.kept = (await this.store.run("readonly", (tx) => tx.get<KeptClock>(NAME)).catch(() => undefined)) ?? this.kept;
		if (this.raw() < this.kept.reached - SLACK) this.doubtful = true;
	}

	/** Milliseconds since 1970 by the server's clock, as well as it is known. Never before a time that was reached, and it never stands. */
	ms(): number {
		this.watch();
		const now = this.raw();
		// A clock that stands in the past would make codes fresh that are not.
		return now < this.kept.reached - SLACK ? this.kept.reached : now;
	}

	/** The same in whole seconds. */
	now(): number {
		return Math.floor(this.ms() / 1000);
	}

	state(): ClockState {
		this.watch();
		const offset = this.kept.offset ?? 0;
		return { offset, wrong: Math.abs(offset) > WORTH ? -offset : undefined, doubtful: this.doubtful };
	}

	/** Whether the server should be asked for its time. */
	get needsServer(): boolean {
		this.watch();
		return this.doubtful || this.ask || this.kept.offset === undefined;
	}

	/** Takes the offset from an answer's `date`. */
	async note(response: Response, asked: number, answered: number): Promise<void> {
		const date = Date.parse(response.headers.get("date") ?? "");
		if (!(date > 0)) return;
		// `date` is cut to whole seconds: on average the server was half a second further.
		const known = this.doubtful || this.ask ? undefined : this.kept.offset;
		this.kept.offset = measureOffset(date + 500, asked, answered, known);
		this.kept.reached = Math.max(date, Math.min(this.kept.reached, date + SLACK));
		this.doubtful = this.ask = false;
		this.last = this.reading();
		await this.save();
	}

	/** Signed data says that this second has been reached. */
	async reached(seconds: number): Promise<void> {
		if (seconds * 1000 <= this.kept.reached) return;
		if (this.raw() < seconds * 1000 - SLACK) this.doubtful = true;
		this.kept.reached = seconds * 1000;
		await this.save();
	}

	private raw(): number {
		return this.env.wall() + (this.kept.offset ?? 0);
	}

	private reading(): Reading {
		return { wall: this.env.wall(), steady: this.env.steady() };
	}

	/** Compares the two clocks of the device since the last look. */
	private watch(): void {
		const now = this.reading();
		const { correction, doubtful } = compareReadings(this.last, now);
		// Where the clock is not to be believed, time goes on from the last one that was: by the clock that says more, for either may stop while the phone sleeps.
		if (this.doubtful) this.kept.reached += Math.max(0, now.wall - this.last.wall, now.steady - this.last.steady);
		this.last = now;
		if (correction !== 0) this.kept.offset = (this.kept.offset ?? 0) + correction;
		if (doubtful) this.ask = true;
		if (correction !== 0 || Math.abs(now.steady - this.noted) > NOTE) {
			this.noted = now.steady;
			// Before the first answer the device's own clock is nothing to hold on to.
			if (this.kept.offset !== undefined && !this.doubtful && !this.ask) this.kept.reached = Math.max(this.kept.reached, this.raw());
			void this.save();
		}
	}

	private save(): Promise<void> {
		return this.store.run("readwrite", (tx) => tx.put(NAME, this.kept)).catch(() => undefined);
	}
}
