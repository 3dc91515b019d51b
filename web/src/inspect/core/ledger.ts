/**
 * What is counted: verdicts and readings of a shift, and the scans of each minute with their marks. Every count is on
 * the disk before the next person comes, and goes to the server at a sensible pace: `scans` when their minute is over,
 * and one `tally` of all so far, of which only the newest waits.
 */

import type { Outbox } from "./outbox";
import type { Store, Tx } from "./store";
import type { Counts, Judged, Reading, Subject, Verdict } from "./types";

const COUNTS = "counts:";
const SCANS = "scans:";
const HAND = "hand:";

export const NOTHING: Counts = { pass: 0, check: 0, stop: 0, normal: 0, abnormal: 0 };

/** `tallied`: the sum at the last tally, and when that was made. */
type KeptCounts = Counts & { tallied: number; at?: number };

/** How long after its last tally a shift's counts are kept, in seconds: whoever was in hand may still be counted. */
const KEPT = 172_800;

/** The scans of one minute. */
interface KeptScans {
	shift: string;
	minute: number;
	count: number;
	marks: string[];
}

/** One person in hand: what counts if the page is killed now. */
export interface Hand {
	shift: string;
	verdict?: Verdict | undefined;
	reading?: "normal" | "abnormal" | undefined;
	/** Whoever is too hot is not done with before the report: as much as that needs, until then. */
	hot?: Hot | undefined;
}

/** A person to go on with. Nothing of who they are but what the report says. */
export interface Hot {
	subject: Subject;
	readings: Reading[];
	threshold: number;
	/** What the code alone gave, its four items left out; absent without a code. */
	judged?: Judged | undefined;
}

/** Someone who was in hand when the page was closed. */
export interface Held {
	key: string;
	hand: Hand;
	hot: Hot;
}

/** Older readings are no report's, in seconds. */
const REPORTABLE = 82_800;

const sum = ({ pass, check, stop, normal, abnormal }: Counts): number => pass + check + stop + normal + abnormal;

/** Five numbers and nothing else: the server refuses members that it does not know. */
const counts = ({ pass, check, stop, normal, abnormal }: Counts): Counts => ({ pass, check, stop, normal, abnormal });

export class Ledger {
	private current: Counts = NOTHING;

	constructor(
		private readonly store: Store,
		private readonly outbox: Outbox,
	) {}

	/** The counts of a shift as last read. */
	get counts(): Counts {
		return this.current;
	}

	async load(shift: string): Promise<void> {
		const found = await this.store.run("readonly", (tx) => tx.get<KeptCounts>(COUNTS + shift)).catch(() => undefined);
		this.current = found ? counts(found) : NOTHING;
	}

	/**
	 * Persons who were in hand when the page was killed count by what was known of them; but the last one whose
	 * temperature was too high is in hand again.
	 */
	async recover(now: number): Promise<Held | undefined> {
		return this.store.run("readwrite", async (tx) => {
			let last: Held | undefined;
			const names = await tx.names(HAND);
			for (const name of names) {
				const hand = await tx.get<Hand>(name);
				const hot = hand?.hot;
				if (hot && readAt(hot) >= Math.max(now - REPORTABLE, last ? readAt(last.hot) : 0)) last = { key: name.slice(HAND.length), hand, hot };
			}
			for (const name of names) {
				if (name === HAND + last?.key) continue;
				const hand = await tx.get<Hand>(name);
				if (hand) await count(tx, hand);
				await tx.delete(name);
			}
			return last;
		}).catch(() => undefined);
	}

	/** Forgets all counts. */
	async forget(): Promise<void> {
		this.current = NOTHING;
		await this.write(async (tx) => {
			for (const prefix of [COUNTS, SCANS, HAND]) for (const name of await tx.names(prefix)) await tx.delete(name);
		});
	}

	/** A scan: its minute, its mark, and the person who is now in hand. */
	async scanned(key: string, hand: Hand, minute: number, mark: string): Promise<void> {
		const name = `${SCANS}${hand.shift}:${minute}`;
		await this.write(async (tx) => {
			const before = (await tx.get<KeptScans>(name)) ?? { shift: hand.shift, minute, count: 0, marks: [] };
			await tx.put(name, { ...before, count: before.count + 1, marks: [...before.marks, mark] });
			await tx.put(HAND + key, hand);
		});
	}

	/** The person in hand, as much as is known by now. */
	hold(key: string, hand: Hand): Promise<void> {
		return this.write((tx) => tx.put(HAND + key, hand));
	}

	/** Counts the person in hand, once. */
	async done(key: string, hand: Hand): Promise<void> {
		await this.write((tx) => this.close(key, hand)(tx));
		await this.load(hand.shift);
	}

	/** The same, to be written with something else. */
	close(key: string, hand: Hand): (tx: Tx) => Promise<void> {
		return async (tx) => {
			// Already counted, by another opening of the application that found it.
			if ((await tx.get<Hand>(HAND + key)) === undefined) return;
			await tx.delete(HAND + key);
			await count(tx, hand);
		};
	}

	/** Makes items of what was counted: of minutes that are over (`all`: of this one too), and of counts that have grown. */
	async collect(now: number, current: string | undefined, all = false): Promise<void> {
		const minute = Math.floor(now / 60);
		const { scans, tallies } = await this.store.run("readonly", read).catch(() => ({ scans: [], tallies: [] }));
		for (const one of scans) if (all || one.minute < minute) await this.collectScans(one).catch(() => undefined);
		for (const [shift, kept] of tallies) await this.collectTally(shift, kept, now, current).catch(() => undefined);
	}

	private async collectScans(kept: KeptScans): Promise<void> {
		const name = `${SCANS}${kept.shift}:${kept.minute}`;
		// They only help to notice misuse, and after ten minutes not even that: reports need the room more.
		if (this.outbox.state().level !== "ok") return this.write((tx) => tx.delete(name));
		await this.outbox.add({ v: 1, kind: "scans", ...kept }, async (tx) => {
			const now = await tx.get<KeptScans>(name);
			if (now?.count !== kept.count) return false;
			return tx.delete(name);
		});
	}

	private async collectTally(shift: string, kept: KeptCounts, now: number, current: string | undefined): Promise<void> {
		const total = sum(kept);
		if (total === kept.tallied) {
			if (shift !== current && now - (kept.at ?? now) > KEPT) await this.write((tx) => tx.delete(COUNTS + shift));
			return;
		}
		await this.outbox.add({ v: 1, kind: "tally", at: now, shift, ...counts(kept) }, async (tx) => {
			const latest = await tx.get<KeptCounts>(COUNTS + shift);
			if (!latest || sum(latest) !== total) return false;
			await tx.put(COUNTS + shift, { ...latest, tallied: total, at: now });
			for (const item of await tx.items()) {
				if (item.kind === "tally" && item.shift === shift && item.refused === undefined) await tx.deleteItem(item.seq);
			}
			return true;
		});
	}

	/** Counting must never keep an inspector from working. */
	private write(act: (tx: Tx) => Promise<void>): Promise<void> {
		return this.store.run("readwrite", act).catch(() => undefined);
	}
}

const readAt = ({ readings }: Hot): number => readings[readings.length - 1]?.at ?? 0;

async function count(tx: Tx, { shift, verdict, reading }: Hand): Promise<void> {
	const name = COUNTS + shift;
	const before = (await tx.get<KeptCounts>(name)) ?? { ...NOTHING, tallied: 0 };
	const after = { ...before };
	if (verdict === "PASS") after.pass++;
	if (verdict === "CHECK") after.check++;
	if (verdict === "STOP") after.stop++;
	if (reading) after[reading]++;
	await tx.put(name, after);
}

async function read(tx: Tx): Promise<{ scans: KeptScans[]; tallies: [string, KeptCounts][] }> {
	const scans: KeptScans[] = [];
	for (const name of await tx.names(SCANS)) {
		const one = await tx.get<KeptScans>(name);
		if (one) scans.push(one);
	}
	const tallies: [string, KeptCounts][] = [];
	for (const name of await tx.names(COUNTS)) {
		const one = await tx.get<KeptCounts>(name);
		if (one) tallies.push([name.slice(COUNTS.length), one]);
	}
	return { scans, tallies };
}
