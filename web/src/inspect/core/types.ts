/** The words of the core, as the screens see them. Times are whole seconds since 1970 by the server's clock unless a name says otherwise. */

import type { Identity, Outcome, Verdict } from "../../verify/index";

export type { Identity, Verdict };

export const SITES = ["forehead", "ear", "armpit"] as const;
export type Site = (typeof SITES)[number];

export const ACTIONS = ["fever_clinic", "refused", "released"] as const;
/** What the inspector did with somebody whose temperature is abnormal. */
export type Action = (typeof ACTIONS)[number];

/** Kinds of travel documents, and `other`. */
export const DOCUMENTS = ["passport", "hk_macao_permit", "taiwan_permit", "other"] as const;
export type DocumentKind = (typeof DOCUMENTS)[number];

export interface Checkpoint {
	id: string;
	name: string;
	place: string;
	kind: "road" | "station" | "port" | "building";
}

/** The signed configuration (docs/checkpoint-protocol.md, section 2). */
export interface Config {
	iss: string;
	version: number;
	issued: number;
	expires: number;
	/** The lowest number of this application that may work. */
	minimum: number;
	/** Tenths of a degree Celsius, as the two after it. */
	threshold: number;
	lowest: number;
	highest: number;
	sites: Site[];
	/** From which age on the data on the screen is amber; from which on PASS becomes CHECK. */
	amberAfter: number;
	checkAfter: number;
	/** The longest shift, idling before the PIN is asked, and how long after the sign-in a shift may begin offline. */
	shift: number;
	idle: number;
	apart: number;
	outbox: { items: number; warnItems: number; warnAfter: number };
	reportDue: number;
	acceptance: "fixed" | "none";
	/** Where people apply for the local code. */
	apply: string;
	/** How the text of a national code's online form begins: only the server can ask about it. */
	national: string;
	statusLists: string[];
	seal: { kid: string; key: string }[];
	checkpoints: Checkpoint[];
}

/** `none`: nothing usable was ever fetched. `stale`: a PASS is no more than CHECK. */
export type Freshness = "none" | "fresh" | "amber" | "stale";

/** Why the newest attempt to fetch signed data changed nothing; what was kept goes on. */
export type SignedProblem =
	/** No network, or no usable answer. */
	| "offline"
	/** Another root key than the one first seen: somebody else may be answering. Nothing is taken from there. */
	| "root_changed"
	/** An older version than one already seen. */
	| "older"
	/** Signature, time or content is not right. */
	| "refused";

export interface SignedState {
	config: Config | undefined;
	/** Age in seconds of the oldest of what is needed: trust list, configuration, status lists. */
	age: number;
	freshness: Freshness;
	problem: SignedProblem | undefined;
	/** Whether this version of the application may still work. */
	supported: boolean;
}

export type DeviceState = { kind: "none" } | { kind: "enrolled" | "withdrawn"; id: string; name: string };

export interface ClockState {
	/** Milliseconds to add to the phone's clock. */
	offset: number;
	/**
	 * The phone's clock is off by this many milliseconds (positive: ahead), and that is more than a minute: it is
	 * corrected, and worth a word ("Turn on automatic time").
	 */
	wrong: number | undefined;
	/** The clock stands before a time that was already seen, and no server has been asked since: times are a guess. */
	doubtful: boolean;
}

export interface Counts {
	pass: number;
	check: number;
	stop: number;
	normal: number;
	abnormal: number;
}

export interface ShiftState {
	id: string;
	checkpoint: Checkpoint;
	/** The inspector. */
	staff: string;
	name: string;
	begun: number;
	/** When it is over by itself. */
	until: number;
	/** Whether it is over, and a new one has to begin. */
	over: boolean;
	/** The PIN is asked: after idling, and when the application was opened again. */
	locked: boolean;
	/** Five wrong PINs: only signing in again (online) unlocks. */
	shut: boolean;
	/** Whether a PIN has been chosen in this shift's sign-in. */
	hasPin: boolean;
	counts: Counts;
}

export interface OutboxState {
	/** Items that the server has not acknowledged. */
	waiting: number;
	/** Of them reports. */
	reports: number;
	/** Items that the server refused: shown, and kept for export. */
	refused: number;
	/** Age in seconds of the oldest waiting one. */
	oldest: number;
	/** `warn`: say so. `full`: what is in hand can be reported, nobody else is scanned. */
	level: "ok" | "warn" | "full";
	/** Items that are only in memory: this browser keeps nothing, or its storage is full. Closing the page loses them. */
	unsaved: number;
	/** When something was last acknowledged. */
	sent: number | undefined;
}

/** Why nobody can be scanned now; the screens hold the words. In the order in which they are told. */
export type Obstacle = "version" | "withdrawn" | "not_enrolled" | "no_data" | "no_shift" | "shift_over" | "locked" | "no_pin" | "outbox_full";

export interface State {
	/** `holds`: what is kept survives closing the page. */
	storage: { holds: boolean; persistent: "granted" | "refused" | "unknown" };
	online: boolean;
	clock: ClockState;
	device: DeviceState;
	signed: SignedState;
	shift: ShiftState | undefined;
	/** A shift of the last sign-in may be followed by another without a network, until then. */
	mayFollowUntil: number | undefined;
	outbox: OutboxState;
	training: boolean;
	obstacle: Obstacle | undefined;
}

/** Where a text came from. */
export type Source = "camera" | "photo" | "scanner" | "typed";

/** Whom a report is about, as in section 4 of the contract. */
export type Subject =
	| { kind: "pass"; pass: string; printed: boolean }
	| { kind: "national"; document?: DocumentKind; last_four?: string }
	| { kind: "foreign"; format: string; document?: DocumentKind; last_four?: string }
	| { kind: "document"; document: DocumentKind; last_four?: string }
	| { kind: "nobody" };

/** What came of one text. Identity is shown after the verdict, and nothing else of the holder ever is. */
export interface Judged {
	verdict: Verdict;
	/** Codes, in the order of the table of docs/pass-format.md, then `stale`, `clock`, `unreachable`; or alone `mistyped`, `too_many`, `scanner`. */
	reasons: string[];
	scope: "full" | "entry" | null;
	format: Outcome["format"];
	identity: Partial<Identity> | null;
	/** What kind of code it is; `unknown` cannot be read. */
	source: "live" | "printed" | "short" | "national" | "foreign" | "unknown";
	/** Who judged: this device, or the server that was asked. */
	by: "device" | "server";
	/** Age in seconds of the data that it was judged by. */
	age: number;
	at: number;
}

export interface Reading {
	/** Tenths of a degree Celsius. */
	tenths: number;
	site: Site;
	at: number;
}

/** `again`: at or above the threshold for the first time, a second reading is asked. `abnormal`: now report. */
export type ReadingStep = "normal" | "again" | "abnormal";

/** Whether an item is where it survives a power cut. */
export interface Added {
	id: string;
	/** False: it is in memory only, because this browser keeps nothing; do not close the page. */
	durable: boolean;
}

/** What became of a report. `refused`: the server will never take it; it is kept for the file. */
export type Fate = "waiting" | "sent" | "refused";

/** One person at the checkpoint, in hand: from the scan (or without a code) to `done`. */
export interface Person {
	/** Absent for people without a code. */
	readonly judged: Judged | undefined;
	readonly subject: Subject;
	readonly readings: readonly Reading[];
	/** Too hot, and neither measured again nor reported: nobody is let go like that. */
	readonly hot: boolean;
	/** The verdict with the temperature: what is on the screen in the end, and what counts. */
	readonly verdict: Verdict | undefined;
	/** The printed pass's document was compared: judged anew with that. */
	matchDocument(matches: boolean): Promise<Judged>;
	/** For people without a code of ours: document kind and last four characters, or neither. */
	setDocument(document: DocumentKind | undefined, lastFour?: string): void;
	/** Notes a reading. Throws on one outside the limits: `parseReading` says why beforehand. */
	read(tenths: number, site: Site): ReadingStep;
	/** Makes the report (after `abnormal`), and resolves once it is durable. Twice is once. */
	report(action: Action): Promise<Added>;
	/** The person is dealt with: counts once, whatever comes first: this, a report, or the next scan. */
	done(): Promise<void>;
}

export type Scanned =
	| { kind: "person"; person: Person }
	/** The same text within five seconds: nothing happened. */
	| { kind: "again" }
	/** Something else was asked, or `drop` called, before the server answered. */
	| { kind: "dropped" }
	/** A picture of something else, such as a poster's address: nobody's code, and nothing is counted. */
	| { kind: "no_code" }
	| { kind: "obstacle"; obstacle: Obstacle };

export interface Session {
	staff: string;
	name: string;
	csrf: string;
}

export type SessionAnswer = { kind: "session"; session: Session } | { kind: "signed_out" } | { kind: "offline" };

export type Enrolled =
	| { kind: "enrolled" }
	/** Unknown, used or over: nobody is told which. */
	| { kind: "code" }
	| { kind: "signed_out" }
	| { kind: "offline" }
	/** Some other refusal, by its problem type. */
	| { kind: "refused"; problem: string };

export type Begun =
	| { kind: "begun"; online: boolean }
	| { kind: "signed_out" }
	| { kind: "withdrawn" }
	/** There is no network, and the last sign-in does not reach (section 4, `apart`). */
	| { kind: "offline" }
	| { kind: "refused"; problem: string };

export type Unlocked = { kind: "unlocked" } | { kind: "wrong"; left: number } | { kind: "shut" };

export type SignedOut =
	| { kind: "signed_out" }
	/** The outbox holds items that were neither sent nor exported. */
	| { kind: "waiting"; items: number };

export interface ExportFile {
	name: string;
	/** JSON, section 5 of the contract. */
	text: string;
	items: number;
}
