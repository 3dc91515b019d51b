/** Pages that are killed at any step: from then on neither network nor storage hears of them. */

import { IDBFactory } from "fake-indexeddb";
import type { Env } from "../src/inspect/core/env";

/** The same numbers for the same seed (mulberry32). */
export class Random {
	constructor(private state: number) {}

	next(): number {
		this.state = (this.state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	}

	below(limit: number): number {
		return Math.floor(this.next() * limit);
	}

	pick<T>(from: readonly T[]): T | undefined {
		return from[this.below(from.length)];
	}
}

/** Steps that a page takes before it is killed, at most. */
const LIFE = 120;

/** An environment that dies after some number of steps, or when told to. */
export function killable(env: Env, random: Random, died: () => void): { env: Env; kill: () => void; dead: () => boolean; death: Promise<void> } {
	let left = random.below(2) === 0 ? random.below(LIFE) : Infinity;
	let isDead = false;
	let tell = (): void => undefined;
	const death = new Promise<void>((resolve) => (tell = resolve));
	const open = new Set<IDBTransaction>();
	const kill = (): void => {
		if (isDead) return;
		isDead = true;
		died();
		tell();
		// What was not committed is gone, or the kill came just after the commit.
		if (random.below(2) === 0) for (const transaction of open) aborted(transaction);
	};
	const step = (): void => {
		if (!isDead && --left < 0) kill();
		if (isDead) throw new Error("killed");
	};
	const never = <T>(): Promise<T> => new Promise(() => undefined);
	const fetch: Env["fetch"] = async (path, init) => {
		try {
			step();
		} catch {
			return never();
		}
		const answer = await env.fetch(path, init);
		try {
			step();
		} catch {
			return never();
		}
		return answer;
	};
	const locks = env.locks && ({
		request: async (...given: Parameters<LockManager["request"]>) => (isDead ? never() : env.locks?.request(...given)),
	} as unknown as NonNullable<Env["locks"]>);
	return { env: { ...env, fetch, locks, indexedDB: env.indexedDB && dying(env.indexedDB, step, open) }, kill, dead: () => isDead, death };
}

function aborted(transaction: IDBTransaction): void {
	try {
		transaction.abort();
	} catch {
		// It has ended.
	}
}

/** A factory whose databases make a step with each transaction. */
export function dying(factory: IDBFactory, step: (mode?: IDBTransactionMode) => void, open: Set<IDBTransaction>): IDBFactory {
	const wrap = (database: IDBDatabase): IDBDatabase =>
		new Proxy(database, {
			get(target, name) {
				const value: unknown = Reflect.get(target, name, target);
				if (name === "transaction") {
					return (...given: Parameters<IDBDatabase["transaction"]>) => {
						step(given[1]);
						const transaction = target.transaction(...given);
						open.add(transaction);
						for (const end of ["complete", "abort"]) transaction.addEventListener(end, () => open.delete(transaction));
						return transaction;
					};
				}
				return typeof value === "function" ? (value.bind(target) as unknown) : value;
			},
			set: (target, name, value) => Reflect.set(target, name, value, target),
		});
	const fake = {
		open: (name: string, version?: number) => {
			const request = factory.open(name, version);
			return new Proxy(request, {
				get(target, key) {
					const value: unknown = Reflect.get(target, key, target);
					if (key === "result" && target.readyState === "done" && value && "transaction" in (value as object)) return wrap(value as IDBDatabase);
					return typeof value === "function" ? (value.bind(target) as unknown) : value;
				},
				set: (target, key, value) => Reflect.set(target, key, value, target),
			});
		},
	};
	return fake as unknown as IDBFactory;
}

const done = <T>(request: IDBRequest<T>): Promise<T> =>
	new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error);
	});

/** Another browser whose storage holds the same. */
export async function copied(from: IDBFactory): Promise<IDBFactory> {
	const to = new IDBFactory();
	const opening = to.open("tongxing-inspect", 1);
	opening.onupgradeneeded = () => {
		opening.result.createObjectStore("kept");
		opening.result.createObjectStore("items", { keyPath: "seq", autoIncrement: true });
	};
	const [source, target] = [await done(from.open("tongxing-inspect")), await done(opening)];
	const kept = source.transaction("kept").objectStore("kept");
	const [names, values] = [await done(kept.getAllKeys()), await done(kept.getAll())];
	const writing = target.transaction("kept", "readwrite").objectStore("kept");
	for (const [at, name] of names.entries()) writing.put(values[at], name);
	await done(writing.count());
	source.close();
	target.close();
	return to;
}
