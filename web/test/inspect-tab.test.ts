import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { onlyPage, type Tabs } from "../src/inspect/tab";

/** Pages of one browser without locks. */
function pages() {
	const kept = new Map<string, string>();
	return (id: string) => {
		const page = { works: false, waits: false, lost: false, sleeps: false };
		const write = (name: string, value: string) => void (page.sleeps || kept.set(name, value));
		const storage = { getItem: (name: string) => kept.get(name) ?? null, setItem: write };
		const tabs: Tabs = { locks: undefined, storage, id, now: () => Date.now() };
		void onlyPage(tabs, () => (page.waits = true), () => (page.lost = true)).then(() => (page.works = true));
		return page;
	};
}

/** Lets time pass, and what waits for it go on. */
async function pass(seconds: number): Promise<void> {
	for (let at = 0; at < seconds * 10; at++) {
		mock.timers.tick(100);
		for (let turn = 0; turn < 8; turn++) await Promise.resolve();
	}
}

test("without locks the second page waits until the first shows no life", async () => {
	mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: 1_795_435_200_000 });
	try {
		const open = pages();
		const first = open("1");
		await pass(1);
		assert.deepEqual([first.works, first.waits], [true, false]);
		const second = open("2");
		await pass(20);
		assert.deepEqual([first.lost, second.works, second.waits], [false, false, true]);
		first.sleeps = true;
		await pass(7);
		assert.deepEqual([second.works, second.lost], [true, false]);
		assert.equal(first.lost, true, "it notices when it wakes");
	} finally {
		mock.timers.reset();
	}
});

test("of two that open at once one works", async () => {
	mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: 1_795_435_200_000 });
	try {
		const other = pages();
		const [one, two] = [other("a"), other("b")];
		await pass(3);
		assert.deepEqual([one.works, two.works].filter(Boolean).length, 1);
		assert.equal(one.waits || two.waits, true);
	} finally {
		mock.timers.reset();
	}
});

test("a lock that is refused leaves the sign of life", async () => {
	const locks = { request: () => Promise.reject(new DOMException("", "SecurityError")) } as unknown as Tabs["locks"];
	await new Promise<void>((resolve) => {
		const stop = mock.method(globalThis, "setInterval", () => 0);
		void onlyPage({ locks, storage: undefined, id: "1", now: () => 0 }, () => assert.fail("nobody else is there"), () => undefined).then(() => {
			stop.mock.restore();
			resolve();
		});
	});
});
