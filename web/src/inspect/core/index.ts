/**
 * The inspector's application without its screens (docs/checkpoint-protocol.md): one object that the screens ask, and
 * that tells them when something has changed. It never waits for the network to judge, and loses nothing that it said
 * it has: what `report` resolved with is durable, and arrives once.
 */

import type {
	Begun, DocumentKind, Enrolled, ExportFile, Fate, Person, Scanned, SessionAnswer, SignedOut, Source, State, Unlocked,
} from "./types";
import { browserEnv, type Env } from "./env";
import { App } from "./app";

export * from "./types";
export { APP, browserEnv, type Env } from "./env";
export { meant } from "./meant";
export { celsius, parseReading, type Parsed, type Unit } from "./reading";

export interface Inspector {
	/** A snapshot; cheap, to be asked on every change and once a second for ages. */
	state(): State;
	/** Calls back on every change; the answer ends that. */
	onChange(listener: () => void): () => void;

	/** Fetches signed data, now; the timers do so every five minutes. */
	refresh(): Promise<void>;
	/** Sends what waits, now. */
	flush(): Promise<void>;

	/** Who is signed in by the cookie. Without anybody the screens lead to `/staff/sign-in`. */
	session(): Promise<SessionAnswer>;
	/** Makes this browser an enrolled device. */
	enrol(code: string): Promise<Enrolled>;

	/** Begins a shift: online by the session, else as the follower of the last one, within `apart` of the sign-in. */
	begin(checkpoint: string): Promise<Begun>;
	end(): Promise<void>;
	/** Six digits. */
	setPin(pin: string): Promise<void>;
	unlock(pin: string): Promise<Unlocked>;
	lock(): void;
	/** Something was done with the screen: idling begins anew. */
	touch(): void;
	/** Ends the shift, and clears the device but for its enrolment; refuses while something waits unless it was exported. */
	signOut(): Promise<SignedOut>;

	/** Judges a text. The person before is done with that. */
	scan(text: string, source: Source): Promise<Scanned>;
	/** Nobody waits for the server's answer about the last scan any more. */
	drop(): void;
	/** Somebody whose temperature was too high and who is not reported: also after the page was closed and opened again. */
	held(): Person | undefined;
	/** A person without a code, or with a paper certificate. */
	nobody(document?: DocumentKind, lastFour?: string): Promise<Scanned>;

	/** What became of a report, by the id that `report` gave. */
	fate(id: string): Fate;
	/** Everything that was not acknowledged, as a file. Call `exported` once the inspector has it. */
	export(): Promise<ExportFile>;
	/** The file was handed over: signing out may forget what is in it. It is still sent, and forgotten once acknowledged. */
	exported(file: ExportFile): Promise<void>;

	/** Specimen codes, nothing stored, nothing sent. `training.codes` has the texts. */
	train(on: boolean): Promise<void>;
	/** The specimens of training mode: a text for each verdict. Empty otherwise. */
	specimens(): readonly Specimen[];

	/** Begins timers and listeners: refresh, flush, idling. Answers how to end them. */
	start(): () => void;
}

export interface Specimen {
	/** `pass`, `match_document`, `yellow`, `red`, `expired`, `picture`, `withdrawn`, `unreadable`, `foreign`. */
	name: string;
	/** Live ones are made when they are read: they are fresh for a minute. */
	text(): Promise<string>;
}

/** Opens what the device keeps. Resolves within a few seconds, whatever the browser's storage does. */
export const openInspector = (env: Env = browserEnv()): Promise<Inspector> => App.open(env);
