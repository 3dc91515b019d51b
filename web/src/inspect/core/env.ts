/**
 * What the core needs of the browser, in one place: tests hand in a network that fails, a clock that they move, and a
 * storage that hangs.
 */

import type { Bytes } from "../../bytes";

/** The number of this version, which the signed configuration may refuse (`app.minimum`). */
export const APP = 1;

export interface Env {
	fetch: (path: string, init?: RequestInit) => Promise<Response>;
	/** `https://code.example`: what signed requests are for. */
	origin: string;
	/** `Date.now()`: may be set wrong, and be set anew at any time. */
	wall: () => number;
	/** `performance.now()`: never jumps, and may stop while the phone sleeps. */
	steady: () => number;
	random: (length: number) => Bytes;
	/** In [0, 1): spreads the retries of many phones. */
	chance: () => number;
	indexedDB: IDBFactory | undefined;
	locks: Pick<LockManager, "request"> | undefined;
	storage: Pick<StorageManager, "persist" | "persisted"> | undefined;
	online: () => boolean;
	/** How often a PIN is hashed: as often as an old phone does in a third of a second. */
	pinRounds: number;
}

/** Some browsers refuse by throwing where others have nothing. */
function attempt<T>(get: () => T): T | undefined {
	try {
		return get();
	} catch {
		return undefined;
	}
}

export const browserEnv = (): Env => ({
	fetch: (path, init) => fetch(path, init),
	origin: location.origin,
	wall: () => Date.now(),
	steady: () => performance.now(),
	random: (length) => crypto.getRandomValues(new Uint8Array(length)),
	chance: () => Math.random(),
	indexedDB: attempt(() => indexedDB),
	locks: attempt(() => navigator.locks),
	storage: attempt(() => navigator.storage),
	online: () => navigator.onLine !== false,
	pinRounds: 200_000,
});
