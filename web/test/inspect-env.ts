/** A device for tests: its clocks, its network and its storage are in the test's hands. */

import { IDBFactory } from "fake-indexeddb";
import type { Env } from "../src/inspect/core/env";
import { App } from "../src/inspect/core/app";
import { CHECKPOINT, FakeServer, ORIGIN } from "./inspect-server";

/** Several at once are like tabs of one browser: they share storage and locks. */
export class FakeBrowser {
	indexedDB: IDBFactory | undefined = new IDBFactory();
	/** How far the device's clock is ahead of the server's, in milliseconds. */
	ahead = 0;
	/** Milliseconds since the page was opened. */
	steady = 1000;
	online = true;
	private readonly held = new Set<string>();

	constructor(public server: FakeServer) {}

	/** Moves every clock on, in seconds. */
	pass(seconds: number): void {
		this.server.time += seconds;
		this.steady += seconds * 1000;
	}

	env(changes: Partial<Env> = {}): Env {
		return {
			fetch: (path, init) => this.server.fetch(path, init),
			origin: ORIGIN,
			wall: () => this.server.time * 1000 + this.ahead,
			steady: () => this.steady,
			random: (length) => crypto.getRandomValues(new Uint8Array(length)),
			chance: () => 0.5,
			indexedDB: this.indexedDB,
			locks: this.locks,
			storage: { persist: async () => true, persisted: async () => false },
			online: () => this.online && !this.server.down,
			pinRounds: 1,
			...changes,
		};
	}

	/** Enough of a lock manager: who finds it taken is told so. */
	readonly locks = {
		request: async (name: string, _options: LockOptions, act: (lock: Lock | null) => unknown): Promise<unknown> => {
			if (this.held.has(name)) return act(null);
			this.held.add(name);
			try {
				return await act({ name, mode: "exclusive" });
			} finally {
				this.held.delete(name);
			}
		},
		/** The browser lets go of what a killed page held. */
		release: (): void => this.held.clear(),
	} as unknown as NonNullable<Env["locks"]> & { release: () => void };

	open(changes: Partial<Env> = {}): Promise<App> {
		return App.open(this.env(changes));
	}
}

/** A browser whose device is enrolled, with an open shift and a PIN. */
export async function working(server: FakeServer): Promise<{ browser: FakeBrowser; app: App }> {
	const browser = new FakeBrowser(server);
	const app = await browser.open();
	await app.refresh();
	await app.enrol("7k3m-92qd");
	await app.begin(CHECKPOINT);
	await app.setPin("123456");
	return { browser, app };
}
