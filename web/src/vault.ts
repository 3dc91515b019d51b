/**
 * What the phone keeps: one record for each person of the phone, in IndexedDB (the only storage that takes a
 * CryptoKey which cannot be exported). Browsers lack, refuse or empty it at times, and web views of some apps never
 * answer; then everything lives in memory until the page is closed, the page says so, and the next opening binds a
 * new key from the device session.
 */

import type { Bytes } from "./bytes";
import type { Pass } from "./renewal";

const DATABASE = "tongxing";
const STORE = "my-code";

/** Caches of the service worker begin with this; both sides clear them. */
export const CACHE_PREFIX = "my-code-";

/** Why a code is gone that the phone had. */
export type Ended = "expired" | "expired-days" | "withdrawn" | "changed";

export interface Kept {
	/** The page's `data-holder`, under which the record stands: another person's page never finds this pass. */
	holder: string;
	privateKey: CryptoKey;
	publicKey: Bytes;
	/** To add to the phone's clock, in milliseconds; absent before the first answer. */
	offset?: number;
	pass?: Pass;
	/** Passes of the days that the phone wants to do without the internet. */
	ahead?: Pass[];
	/** Why the last pass is gone, until there is another: the page says so whenever it is opened without a network. */
	ended?: Ended;
}

/** How long storage may take to open before it counts as refused: the code must not wait for it. */
const PATIENCE = 3000;
let refused = false;

function open(): Promise<IDBDatabase> {
	return new Promise((resolve, reject) => {
		if (refused) throw new Error("refused");
		const request = indexedDB.open(DATABASE, 1);
		setTimeout(() => {
			if (request.readyState === "done") return;
			refused = true;
			reject(new Error("late"));
		}, PATIENCE);
		request.onupgradeneeded = () => request.result.createObjectStore(STORE);
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error);
		request.onblocked = () => reject(new Error("blocked"));
	});
}

async function run<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | undefined> {
	try {
		const database = await open();
		try {
			return await new Promise<T>((resolve, reject) => {
				const transaction = database.transaction(STORE, mode);
				const request = act(transaction.objectStore(STORE));
				transaction.oncomplete = () => resolve(request.result);
				transaction.onabort = transaction.onerror = () => reject(transaction.error);
			});
		} finally {
			database.close();
		}
	} catch {
		return undefined;
	}
}

export const load = (holder: string): Promise<Kept | undefined> => run("readonly", (store) => store.get(holder) as IDBRequest<Kept>);

/** Whether it is kept. */
export const save = async (kept: Kept): Promise<boolean> => (await run("readwrite", (store) => store.put(kept, kept.holder))) !== undefined;

/** Forgets everybody who is not of this phone any more; says whether there was anybody. */
export async function forgetOthers(holders: readonly string[]): Promise<boolean> {
	const kept = (await run("readonly", (store) => store.getAllKeys())) ?? [];
	const gone = kept.filter((key) => !holders.includes(String(key)));
	for (const key of gone) await run("readwrite", (store) => store.delete(key));
	if (gone.length > 0) await forgetPages();
	return gone.length > 0;
}

/** Forgets one person: key, pass, and the page kept for use without a network; without a name everybody. */
export async function forget(holder = ""): Promise<void> {
	await run("readwrite", (store) => (holder ? store.delete(holder) : store.clear()));
	await forgetPages(holder);
}

async function forgetPages(holder = ""): Promise<void> {
	try {
		const names = await caches.keys();
		for (const name of names.filter((name) => name.startsWith(CACHE_PREFIX))) {
			if (holder) await forgetPageOf(holder, await caches.open(name));
			else await caches.delete(name);
		}
	} catch {
		// Without cache storage nothing was kept there.
	}
}

async function forgetPageOf(holder: string, cache: Cache): Promise<void> {
	for (const request of await cache.keys()) {
		const page = new URL(request.url).pathname.startsWith("/assets/") ? undefined : await cache.match(request, { ignoreVary: true });
		if ((await page?.text())?.includes(`data-holder="${holder}"`)) await cache.delete(request);
	}
}
