import assert from "node:assert/strict";
import { test } from "node:test";
import { IDBFactory } from "fake-indexeddb";
import { askPersistence, openStore, StorageFailed, type Stored } from "../src/inspect/core/store";
import { FakeBrowser } from "./inspect-env";
import { FakeServer } from "./inspect-server";

const env = async (changes: object) => new FakeBrowser(await FakeServer.make()).env(changes);
const item = (id: string) => ({ id, kind: "report", shift: "", made: 1, wire: {} as Stored["wire"] }) as const;

for (const [name, indexedDB] of [["storage", new IDBFactory()], ["memory", undefined]] as const) {
	test(`${name}: names and items, all or nothing`, async () => {
		const store = await openStore(await env({ indexedDB }));
		assert.equal(store.holds, name === "storage");
		await store.run("readwrite", async (tx) => {
			await tx.put("a:1", 1);
			await tx.put("a:2", { deep: [2] });
			await tx.put("b", 3);
			await tx.add(item("x"));
			await tx.add(item("y"));
		});
		await store.run("readonly", async (tx) => {
			assert.deepEqual(await tx.names("a:"), ["a:1", "a:2"]);
			assert.deepEqual(await tx.get("a:2"), { deep: [2] });
			assert.deepEqual((await tx.items()).map(({ id, seq }) => [id, seq]), [["x", 1], ["y", 2]]);
		});
		const failing = store.run("readwrite", async (tx) => {
			await tx.delete("b");
			await tx.deleteItem(1);
			throw new Error("on the way");
		});
		await assert.rejects(failing);
		await store.run("readwrite", async (tx) => {
			assert.equal(await tx.get("b"), 3);
			assert.equal((await tx.items()).length, 2);
			await tx.deleteItem(1);
			assert.equal(await tx.add(item("z")), 3, "numbers are never given again");
		});
		store.close();
	});
}

test("storage that is refused, throws or never answers is memory", { timeout: 10_000 }, async () => {
	const throwing = { open: () => { throw new Error("insecure"); } };
	const hanging = { open: () => ({ readyState: "pending" }) };
	for (const indexedDB of [throwing, hanging]) {
		const store = await openStore(await env({ indexedDB }));
		assert.equal(store.holds, false);
		await store.run("readwrite", (tx) => tx.put("a", 1));
		assert.equal(await store.run("readonly", (tx) => tx.get("a")), 1);
	}
});

test("a transaction that never ends is a failure, not a wait", { timeout: 10_000 }, async () => {
	const store = await openStore(await env({}));
	await assert.rejects(store.run("readonly", () => new Promise<void>(() => undefined)), StorageFailed);
	assert.equal(await store.run("readwrite", async (tx) => tx.put("a", 1)), undefined);
});

test("what came of asking for persistent storage is told", async () => {
	const storage = (persisted: boolean, persist: boolean | Error) => ({
		persisted: async () => persisted,
		persist: async () => {
			if (persist instanceof Error) throw persist;
			return persist;
		},
	});
	assert.equal(await askPersistence(await env({ storage: storage(true, false) })), "granted");
	assert.equal(await askPersistence(await env({ storage: storage(false, true) })), "granted");
	assert.equal(await askPersistence(await env({ storage: storage(false, false) })), "refused");
	assert.equal(await askPersistence(await env({ storage: storage(false, new Error("no")) })), "unknown");
	assert.equal(await askPersistence(await env({ storage: undefined })), "unknown");
});
