/**
 * What the phone keeps: one record in IndexedDB (the only storage that takes a CryptoKey which cannot be exported).
 * Browsers refuse or empty it at times; then everything lives in memory until the page is closed, and the next
 * opening binds a new key from the device session.
 */

import type { Bytes } from "./bytes";
import type { Pass } from "./renewal";

const DATABASE = "tongxing";
const STORE = "my-code";
const RECORD = "record";

/** Caches of the service worker begin with this; both sides clear them. */
export const CACHE_PREFIX = "my-code-";

export interface Kept {
	/** The page's `data-holder`: another value means another person, who must not see this pass. */
	holder: string;
	privateKey: CryptoKey;
	publicKey: Bytes;
	/** To add to the phone's clock, in milliseconds; absent before the first answer. */
	offset?: number;
	pass?: Pass;
	/** Passes of the days that the phone wants to do without the internet. */
	ahead?: Pass[];
}

function open(): Promise<IDBDatabase> {
	return new Promise((resolve, reject) => {
		const request = indexedDB.open(DATABASE, 1);
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

export const load = (): Promise<Kept | undefined> => run("readonly", (store) => store.get(RECORD) as IDBRequest<Kept>);

export const save = (kept: Kept): Promise<unknown> => run("readwrite", (store) => store.put(kept, RECORD));

/** Forgets the holder on this phone: key, pass, and the page kept for use without a network. */
export async function forget(): Promise<void> {
	await run("readwrite", (store) => store.clear());
	try {
		const names = await caches.keys();
		await Promise.all(names.filter((name) => name.startsWith(CACHE_PREFIX)).map((name) => caches.delete(name)));
	} catch {
		// Without cache storage nothing was kept there.
	}
}
