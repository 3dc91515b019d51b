/**
 * The diary: where the phone was. It is on the phone alone, in `localStorage` under `tongxing-diary`; the page that gives
 * a case what the phone remembers reads it from there. Pure but for `load` and `save`: the caller says what time it is.
 *
 * An exit that has been decided here (by the usual stay, by entering elsewhere, by a correction) waits in its visit until
 * the server has it: its numbers are drawn once, so that an exit that is sent twice is registered once.
 */

import { toBase64url } from "../bytes";

export const KEY = "tongxing-diary";

/** Somebody of the phone who entered. */
export interface Person {
	/** Their name in forms; empty for the phone's owner. */
	tag: string;
	/** What a companion is called; empty for the phone's owner. */
	name: string;
	/** With which they leave. */
	leave: string;
}

/** An exit that the server has not confirmed. Its time is in milliseconds since 1970, as all times here. */
export interface Exit {
	at: number;
	/** One number for each person. */
	ids: string[];
	/** The server has an exit of another time. */
	corrects?: true;
}

export interface Visit {
	id: string;
	/** In Chinese, and in another language. */
	place: string;
	other: string;
	location: string;
	entered: number;
	/** Null while inside. */
	left: number | null;
	/** When it ends by itself. */
	until: number;
	note: string;
	people: Person[];
	/** It ended by itself. */
	auto?: boolean;
	exit?: Exit;
}

const DAY = 86_400_000;
const KEPT = 14 * DAY;
/** Two scans within this are one. */
export const SAME_SCAN = 120_000;
/** So long somebody may say when they left. */
export const EDITABLE = DAY;

const isVisit = (value: unknown): value is Visit => {
	const { id, location, entered, until, people } = (value ?? {}) as Partial<Visit>;
	return typeof id === "string" && typeof location === "string" && typeof entered === "number" && typeof until === "number" && Array.isArray(people);
};

const CLOCK = "tongxing-clock";

/** How far the server's clock is ahead of the phone's, as it was when the phone last registered something. */
export function ahead(): number {
	try {
		return Number(localStorage.getItem(CLOCK)) || 0;
	} catch {
		return 0;
	}
}

/** What the server's clock shows now: all times of the diary are its. */
export const serverNow = (): number => Date.now() + ahead();

/** Keeps how far the server's clock is ahead: it showed `at` just now. */
export function setClock(at: number): void {
	const offset = at - Date.now();
	try {
		// A few seconds are the way of the answer.
		if (Math.abs(offset) < 10_000) localStorage.removeItem(CLOCK);
		else localStorage.setItem(CLOCK, String(offset));
	} catch {
		// This browser keeps no diary either.
	}
}

/** What is kept; nothing where there is none or it cannot be read. */
export function load(): Visit[] {
	try {
		const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
		return Array.isArray(kept) ? kept.filter(isVisit) : [];
	} catch {
		return [];
	}
}

/** Whether it is kept. */
export function save(visits: readonly Visit[]): boolean {
	try {
		if (visits.length === 0) localStorage.removeItem(KEY);
		else localStorage.setItem(KEY, JSON.stringify(visits));
		return true;
	} catch {
		return false;
	}
}

/** A number that nobody else draws. */
export const draw = (): string => toBase64url(crypto.getRandomValues(new Uint8Array(16)));

const end = (visit: Visit, left: number): Visit => ({ ...visit, left, exit: { at: left, ids: visit.people.map(draw) } });

/** Forgets what is older than 14 days, and ends what lasts longer than the usual stay. */
export const tidy = (visits: readonly Visit[], now: number): Visit[] =>
	visits
		.filter((visit) => now - visit.entered < KEPT)
		.map((visit) => (visit.left === null && visit.until <= now ? { ...end(visit, visit.until), auto: true } : visit))
		// The server takes no exit of longer ago.
		.map((visit) => (visit.exit && now - visit.exit.at >= EDITABLE ? without(visit) : visit));

/** The visit with nothing to send. */
export function without({ exit: _, ...visit }: Visit): Visit {
	return visit;
}

/** Takes these people out of a visit: what stays of it, and the part of them. */
function split(visit: Visit, tags: readonly string[]): { stay?: Visit; gone?: Visit } {
	const [gone, stay] = [visit.people.filter(({ tag }) => tags.includes(tag)), visit.people.filter(({ tag }) => !tags.includes(tag))];
	if (gone.length === 0) return { stay: visit };
	if (stay.length === 0) return { gone: visit };
	return { stay: { ...visit, people: stay }, gone: { ...visit, id: draw(), people: gone } };
}

/** Ends what is open of these people, where `of` says so. */
const close = (visits: readonly Visit[], tags: readonly string[], of: (visit: Visit) => boolean, ended: (visit: Visit) => Visit): Visit[] =>
	visits.flatMap((visit) => {
		if (visit.left !== null || !of(visit)) return [visit];
		const { stay, gone } = split(visit, tags);
		return [...(stay ? [stay] : []), ...(gone ? [ended(gone)] : [])];
	});

/**
 * Adds an entry. The same people at the same place within two minutes are one entry; and whoever enters elsewhere has
 * left where they were.
 */
export function enter(visits: readonly Visit[], entry: Visit): Visit[] {
	const tags = entry.people.map(({ tag }) => tag);
	const again = (visit: Visit): boolean => visit.location === entry.location && entry.entered - visit.entered < SAME_SCAN;
	const same = visits.find((visit) => visit.left === null && again(visit) && visit.people.every(({ tag }) => tags.includes(tag)));
	const others = visits.filter((visit) => visit !== same);
	const added = same ? { ...entry, id: same.id, note: same.note } : entry;
	return [...close(others, tags, () => true, (visit) => end(visit, Math.max(entry.entered, visit.entered))), added];
}

/** Notes an exit that the server has. */
export const leave = (visits: readonly Visit[], location: string, tags: readonly string[], at: number): Visit[] =>
	close(visits, tags, (visit) => visit.location === location, (visit) => ({ ...visit, left: Math.max(at, visit.entered) }));

/** Leaves a visit now, or corrects when it was left; undefined if it cannot have been then. */
export function leftAt(visit: Visit, at: number, now: number): Visit | undefined {
	// No time at all is none that can be.
	if (!(at >= visit.entered && at <= now && now - at < EDITABLE)) return undefined;
	const { auto: _, ...rest } = end(visit, at);
	// An exit that still waits is replaced: the server has none yet, or one that was a correction itself.
	const corrects = visit.left !== null && (!visit.exit || visit.exit.corrects);
	return corrects && rest.exit ? { ...rest, exit: { ...rest.exit, corrects } } : rest;
}

/** Whether the time of leaving may still be said. */
export const isEditable = (visit: Visit, now: number): boolean => now - (visit.left ?? now) < EDITABLE;

/** The last moment before `now` at which a clock in Shanghai (UTC+8 all year) shows this time, such as `14:20`. */
export function lastTime(clock: string, now: number): number {
	const [hours = Number.NaN, minutes = Number.NaN] = clock.split(":").map(Number);
	const midnight = Math.floor((now + DAY / 3) / DAY) * DAY - DAY / 3;
	const at = midnight + (hours * 60 + minutes) * 60_000;
	return at > now ? at - DAY : at;
}
