/**
 * What the device keeps, in IndexedDB (the only storage that takes a CryptoKey which cannot be exported): `kept`, one
 * value a name, and `items`, the outbox in the order in which it was filled. Browsers lack, refuse or empty it at times,
 * and web views of some apps never answer; then all lives in memory until the page is closed, and `holds` says so.
 *
 * A transaction's body awaits nothing but its own requests: whatever else it awaited would end the transaction.
 */

import type { Env } from "./env";

const DATABASE = "tongxing-inspect";
const VERSION = 1;
/** How long storage may take before it counts as refused. */
const PATIENCE = 4000;

/** What is written under a name, or an item, is not read by anybody but its module. */
export interface Tx {
	get<T>(name: string): Promise<T | undefined>;
	put(name: string, value: unknown): Promise<void>;
	delete(name: string): Promise<void>;
	/** The names that begin so. */
	names(prefix: string): Promise<string[]>;
	/** All items in their order. */
	items(): Promise<Stored[]>;
	/** The numbers of all items. */
	seqs(): Promise<number[]>;
	item(seq: number): Promise<Stored | undefined>;
	/** Adds one; answers its number. */
	add(item: Omit<Stored, "seq">): Promise<number>;
	putItem(item: Stored): Promise<void>;
	deleteItem(seq: number): Promise<void>;
}

/** An item of the outbox: what is sent, and what the device must know of it, which is nothing about a person. */
export interface Stored {
	seq: number;
	id: string;
	kind: "report" | "tally" | "scans" | "shift_begun" | "shift_ended";
	/** Of which shift. */
	shift: string;
	made: number;
	/** The item of the contract, ready to be sent. */
	wire: { id: string; key: string; enc: string; sealed: string; signature: string };
	/** Why the server refused it. */
	refused?: string;
	/** It is in a file that the inspector has. */
	exported?: true;
}

/** The storage was there, and did not take or give something. */
export class StorageFailed extends Error {}

type Mode = "readonly" | "readwrite";

export interface Store {
	/** Whether what is kept survives closing the page. */
	readonly holds: boolean;
	/** Resolves once it is durable; rejects with {@link StorageFailed}. */
	run<T>(mode: Mode, act: (tx: Tx) => Promise<T>): Promise<T>;
	close(): void;
}

/** The browser's storage, or where that is refused, memory. */
export async function openStore(env: Env): Promise<Store> {
	try {
		return new Database(await openDatabase(env.indexedDB));
	} catch {
		return new Memory();
	}
}

/** Asks the browser not to empty the storage of a device that was not used for a while. */
export async function askPersistence({ storage }: Env): Promise<"granted" | "refused" | "unknown"> {
	try {
		if (!storage?.persist) return "unknown";
		const asked = storage.persisted().then(async (granted) => granted || storage.persist());
		return (await within(asked)) ? "granted" : "refused";
	} catch {
		return "unknown";
	}
}

function within<T>(work: Promise<T>): Promise<T> {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(() => reject(new StorageFailed("late")), PATIENCE);
		work.then(resolve, reject).finally(() => clearTimeout(timer));
	});
}

function openDatabase(factory: IDBFactory | undefined): Promise<IDBDatabase> {
	const opening = new Promise<IDBDatabase>((resolve, reject) => {
		if (!factory) throw new StorageFailed("none");
		const request = factory.open(DATABASE, VERSION);
		request.onupgradeneeded = () => {
			request.result.createObjectStore("kept");
			request.result.createObjectStore("items", { keyPath: "seq", autoIncrement: true });
		};
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error);
		request.onblocked = () => reject(new StorageFailed("blocked"));
	});
	return within(opening);
}

const done = <T>(request: IDBRequest<T>): Promise<T> =>
	new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error);
	});

class Database implements Store {
	readonly holds = true;

	constructor(private readonly database: IDBDatabase) {
		// Another tab with a newer version must not wait for this one.
		database.onversionchange = () => database.close();
	}

	async run<T>(mode: Mode, act: (tx: Tx) => Promise<T>): Promise<T> {
		try {
			return await within(this.transact(mode, act));
		} catch (error) {
			throw error instanceof StorageFailed ? error : new StorageFailed(String(error));
		}
	}

	close(): void {
		this.database.close();
	}

	private async transact<T>(mode: Mode, act: (tx: Tx) => Promise<T>): Promise<T> {
		// `strict`: answered when it is on the disk, not when the system has promised to write it.
		const transaction = this.database.transaction(["kept", "items"], mode, { durability: "strict" });
		const ended = new Promise<void>((resolve, reject) => {
			transaction.oncomplete = () => resolve();
			transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new StorageFailed("aborted"));
		});
		ended.catch(() => undefined);
		try {
			const result = await act(access(transaction));
			await ended;
			return result;
		} catch (error) {
			try {
				transaction.abort();
			} catch {
				// It has ended already.
			}
			throw error;
		}
	}
}

function access(transaction: IDBTransaction): Tx {
	const kept = transaction.objectStore("kept");
	const items = transaction.objectStore("items");
	return {
		get: <T>(name: string) => done<T | undefined>(kept.get(name) as IDBRequest<T | undefined>),
		put: async (name, value) => void (await done(kept.put(value, name))),
		delete: (name) => done(kept.delete(name)),
		names: async (prefix) => (await done(kept.getAllKeys())).map(String).filter((name) => name.startsWith(prefix)),
		items: () => done(items.getAll() as IDBRequest<Stored[]>),
		seqs: async () => (await done(items.getAllKeys())).map(Number),
		item: (seq) => done(items.get(seq) as IDBRequest<Stored | undefined>),
		add: async (item) => Number(await done(items.add(item))),
		putItem: async (item) => void (await done(items.put(item))),
		deleteItem: (seq) => done(items.delete(seq)),
	};
}

/** The same in memory. One transaction after the other, and one that fails leaves nothing behind. */
class Memory implements Store {
	readonly holds = false;
	private kept = new Map<string, unknown>();
	private list = new Map<number, Stored>();
	private next = 1;
	private last: Promise<unknown> = Promise.resolve();

	run<T>(_mode: Mode, act: (tx: Tx) => Promise<T>): Promise<T> {
		const result = this.last.then(() => this.transact(act));
		this.last = result.catch(() => undefined);
		return result;
	}

	close(): void {}

	private async transact<T>(act: (tx: Tx) => Promise<T>): Promise<T> {
		const before = [new Map(this.kept), new Map(this.list)] as const;
		try {
			return await act(this.access());
		} catch (error) {
			[this.kept, this.list] = before;
			throw error;
		}
	}

	private access(): Tx {
		const { kept, list } = this;
		return {
			get: async <T>(name: string) => kept.get(name) as T | undefined,
			put: async (name, value) => void kept.set(name, value),
			delete: async (name) => void kept.delete(name),
			names: async (prefix) => [...kept.keys()].filter((name) => name.startsWith(prefix)),
			items: async () => [...list.values()].map((item) => ({ ...item })),
			seqs: async () => [...list.keys()],
			item: async (seq) => list.get(seq),
			add: async (item) => {
				list.set(this.next, { ...item, seq: this.next });
				return this.next++;
			},
			putItem: async (item) => void list.set(item.seq, item),
			deleteItem: async (seq) => void list.delete(seq),
		};
	}
}
