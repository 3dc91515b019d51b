/** One person at the checkpoint, from the scan until they are dealt with. Counts once, is reported at most once. */

import { toBase64url } from "../../bytes";
import type { Clock } from "./clock";
import type { Content } from "./content";
import type { Env } from "./env";
import { isUndecided, type Judgement } from "./judge";
import type { Hand, Held, Ledger } from "./ledger";
import type { Outbox } from "./outbox";
import type { Action, Added, Config, DocumentKind, Judged, Person, Reading, ReadingStep, Site, Subject, Verdict } from "./types";

/** Where persons are counted and reported: nowhere, in training. */
export interface Books {
	ledger: Pick<Ledger, "hold" | "done" | "close">;
	outbox: Pick<Outbox, "add">;
}

export interface Circumstances {
	env: Pick<Env, "random">;
	clock: Pick<Clock, "now">;
	config: Config;
	shift: string;
	/** Nothing is counted or sent without. */
	books: Books | undefined;
	/** Judges the text again, the document compared. */
	again?: (documentMatches: boolean) => Promise<Judgement>;
	changed: () => void;
}

/** Readings that a report may have. */
const READINGS = 2;

export class InHand implements Person {
	readonly key: string;
	readings: Reading[] = [];
	private reported: Promise<Added> | undefined;
	private finished = false;
	/** The verdict has been counted: somebody who is shown again counts by what is read then, and no more. */
	private counted = false;

	constructor(
		private at: Circumstances,
		private judgement: Judgement | undefined,
		private who: Subject = judgement?.subject ?? { kind: "nobody" },
		key = toBase64url(at.env.random(9)),
	) {
		this.key = key;
	}

	/** Someone who was in hand when the page was closed. */
	static again(at: Circumstances, { key, hot: { subject, readings, judged } }: Held): InHand {
		const person = new InHand(at, judged && { judged, subject, pass: undefined, mark: "" }, subject, key);
		person.readings = readings;
		return person;
	}

	/** Too hot, and not reported. */
	get hot(): boolean {
		return !this.finished && this.reported === undefined && (this.step() ?? "normal") !== "normal";
	}

	get judged(): Judged | undefined {
		return this.judgement?.judged;
	}

	get subject(): Subject {
		return this.who;
	}

	get verdict(): Verdict | undefined {
		if (!this.judged) return undefined;
		const { verdict } = this.judged;
		const step = this.step();
		// Nobody passes between a reading that is too high and a second one that is not.
		if (step === "again" && verdict === "PASS") return "CHECK";
		return step === "abnormal" ? "STOP" : verdict;
	}

	async matchDocument(matches: boolean): Promise<Judged> {
		const again = await this.at.again?.(matches);
		if (again) this.judgement = again;
		await this.hold();
		if (!this.judged) throw new Error("there is no code to compare a document with");
		return this.judged;
	}

	setDocument(document: DocumentKind | undefined, lastFour = ""): void {
		// A pass of ours names its document itself, unless it is not known to be this person's.
		const borrowed = this.judged?.reasons.includes("match_document") ?? false;
		if (this.who.kind === "pass" && !(borrowed && document)) return;
		this.who = withDocument(this.who, document, lastFour);
		this.at.changed();
	}

	/** Goes over to another shift, with what was read. */
	moveTo(shift: string): void {
		this.at = { ...this.at, shift };
		void this.hold();
	}

	read(tenths: number, site: Site): ReadingStep {
		const { lowest, highest, sites } = this.at.config;
		if (!Number.isInteger(tenths) || tenths < lowest || tenths > highest || !sites.includes(site)) throw new RangeError("no reading");
		// Of more than two the newest count: somebody measured again, and again.
		this.readings = [...this.readings, { tenths, site, at: this.at.clock.now() }].slice(-READINGS);
		if (this.counted && !this.reported) this.finished = false;
		void this.hold();
		this.at.changed();
		return this.step() ?? "normal";
	}

	report(action: Action): Promise<Added> {
		if (this.step() !== "abnormal") throw new Error("only an abnormal temperature is reported");
		// One that failed may be tried again; one that is under way or done is the report.
		this.reported ??= this.send(action).catch((error: unknown) => {
			this.reported = undefined;
			throw error;
		});
		return this.reported;
	}

	async done(): Promise<void> {
		await this.reported?.catch(() => undefined);
		if (this.finished) return;
		this.finished = true;
		await this.at.books?.ledger.done(this.key, this.hand());
		this.counted = true;
		this.at.changed();
	}

	/** As it counts if nothing more comes. */
	hand(): Hand {
		const step = this.step();
		const tried = this.judged !== undefined && isUndecided(this.judged) && step !== "abnormal";
		const verdict = this.counted || tried ? undefined : this.verdict;
		return { shift: this.at.shift, verdict, reading: step === "again" ? "abnormal" : step, hot: this.asHot() };
	}

	private asHot(): Hand["hot"] {
		if (!this.hot) return undefined;
		const judged = this.judged && { ...this.judged, identity: null };
		return { subject: this.who, readings: this.readings, threshold: this.at.config.threshold, judged };
	}

	/** The last reading says it: a second one below the threshold is normal. */
	private step(): ReadingStep | undefined {
		const last = this.readings[this.readings.length - 1];
		if (!last) return undefined;
		if (last.tenths < this.at.config.threshold) return "normal";
		return this.readings.length < READINGS ? "again" : "abnormal";
	}

	private async send(action: Action): Promise<Added> {
		const { books } = this.at;
		if (!books) return { id: "", durable: false };
		const added = await books.outbox.add(this.content(action), async (tx) => {
			await books.ledger.close(this.key, this.hand())(tx);
		});
		// Where the storage did not take the report, the count waits for `done`.
		this.finished = added.durable;
		return added;
	}

	private content(action: Action): Content {
		const { shift, clock, config } = this.at;
		const verdict = this.judged && { verdict: this.judged.verdict };
		return { v: 1, kind: "report", at: clock.now(), shift, subject: this.who, ...verdict, readings: this.readings, threshold: config.threshold, action };
	}

	private async hold(): Promise<void> {
		if (!this.finished) await this.at.books?.ledger.hold(this.key, this.hand());
	}
}

/** The last four characters of a number as it is typed: capitals and digits. */
export function lastFour(typed: string): string {
	return typed.normalize("NFKC").toUpperCase().replace(/[^0-9A-Z]/g, "").slice(-4);
}

function withDocument(who: Subject, document: DocumentKind | undefined, typed: string): Subject {
	const last_four = lastFour(typed);
	const given = document && { document, ...(last_four !== "" && { last_four }) };
	if (who.kind === "national") return { kind: "national", ...given };
	if (who.kind === "foreign") return { kind: "foreign", format: who.format, ...given };
	return given ? { kind: "document", ...given } : { kind: "nobody" };
}
