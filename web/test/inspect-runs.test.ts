/**
 * A thousand lives of a device, in random order: reports made, pages killed between any two steps, requests that fail
 * before or after the server stored, that arrive late, twice or in part, two tabs at once, clocks moved. In the end
 * every report that the application said it has is at the server, once.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { App } from "../src/inspect/core/app";
import { FakeBrowser, working } from "./inspect-env";
import { CHECKPOINT, FakeServer, type Fault } from "./inspect-server";
import { Random, killable, copied } from "./inspect-kill";

const RUNS = Number(process.env.RUNS ?? 1_000);
const FAULTS: Fault[] = ["unsent", "unanswered", "half", "busy", "late", "twice"];

interface Tab {
	app: App;
	kill: () => void;
	dead: () => boolean;
	death: Promise<void>;
}

/** One life, and what has to be true at its end. */
class Life {
	private readonly browser: FakeBrowser;
	private readonly tabs: Tab[] = [];
	/** The last four characters of each report that was asked for; those whose promise was kept. */
	private readonly asked: string[] = [];
	readonly promised = new Set<string>();
	kills = 0;

	constructor(
		private readonly random: Random,
		readonly server: FakeServer,
		indexedDB: IDBFactory,
	) {
		this.browser = new FakeBrowser(server);
		this.browser.indexedDB = indexedDB;
		if (random.below(3) === 0) (this.browser as { locks: unknown }).locks = undefined;
	}

	async live(steps: number): Promise<void> {
		await this.open();
		for (let step = 0; step < steps; step++) await this.step();
	}

	private async step(): Promise<void> {
		const tab = this.random.pick(this.tabs.filter(({ dead }) => !dead()));
		const act = this.random.below(20);
		if (!tab || (act === 0 && this.tabs.length < 3)) return this.open();
		if (act < 8) return this.settle(tab, this.report(tab));
		if (act < 11) return this.settle(tab, this.normal(tab));
		if (act === 11) return tab.kill();
		if (act === 12) {
			this.server.down = !this.server.down;
			return;
		}
		if (act === 13) return void this.browser.pass(this.random.below(200));
		if (act === 14) return void (await this.server.astray.shift()?.());
		if (act === 15) return this.settle(tab, this.another(tab));
		this.server.faults.push(this.random.pick(FAULTS)!);
		return this.settle(tab, act < 17 ? tab.app.flush() : tab.app.tick());
	}

	/** A page that was killed never answers: the run goes on without it. */
	private async settle({ death }: Tab, work: Promise<unknown>): Promise<void> {
		if (this.random.below(4) === 0) return void work.catch(() => undefined);
		await Promise.race([work.catch(() => undefined), death]);
	}

	private async open(): Promise<void> {
		const { env, kill, dead, death } = killable(this.browser.env(), this.random, () => this.kills++);
		const app = await Promise.race([this.openUnlocked(env), death.then(() => undefined)]);
		if (app) this.tabs.push({ app, kill, dead, death });
		else kill();
	}

	private async openUnlocked(env: ReturnType<FakeBrowser["env"]>): Promise<App | undefined> {
		const app = await this.browser.open(env).catch(() => undefined);
		// What a killed page looked like to itself is nobody's business.
		if (!app?.state().storage.holds) return undefined;
		await app.unlock("123456");
		return app;
	}

	private async report({ app, dead }: Tab): Promise<void> {
		const name = String(this.asked.length).padStart(4, "0");
		this.asked.push(name);
		const scanned = await app.nobody("other", name);
		if (scanned.kind !== "person") return;
		scanned.person.read(375, "ear");
		scanned.person.read(376, "ear");
		const added = await scanned.person.report("fever_clinic");
		if (added.durable && !dead()) this.promised.add(name);
	}

	/** The shift ends and another begins, with or without a network. */
	private async another({ app }: Tab): Promise<void> {
		await app.end();
		await app.begin(CHECKPOINT);
	}

	private async normal({ app }: Tab): Promise<void> {
		const scanned = await app.nobody();
		if (scanned.kind === "person") scanned.person.read(365, "ear");
		if (scanned.kind === "person") await scanned.person.done();
	}

	/** The network is back, stragglers arrive, and one page is opened. */
	async end(): Promise<void> {
		for (const { kill } of this.tabs) kill();
		await new Promise((resolve) => setTimeout(resolve, 5));
		(this.browser.locks as { release?: () => void } | undefined)?.release?.();
		this.server.down = false;
		this.server.faults = [];
		for (const late of this.server.astray) await late();
		this.browser.pass(400);
		const app = await this.browser.open();
		await app.end();
		await app.tick();
		for (let tries = 0; tries < 5 && app.state().outbox.waiting > 0; tries++) {
			await app.flush();
			this.browser.pass(120);
		}
		for (const late of this.server.astray) await late();
		this.check(app);
	}

	/** The largest count of each shift, added up. */
	private counted(): number {
		const most = new Map<string, number>();
		for (const { shift, abnormal } of this.server.of("tally")) most.set(shift, Math.max(most.get(shift) ?? 0, Number(abnormal)));
		return [...most.values()].reduce((sum, count) => sum + count, 0);
	}

	private check(app: App): void {
		assert.deepEqual({ waiting: app.state().outbox.waiting, refused: app.state().outbox.refused }, { waiting: 0, refused: 0 });
		assert.deepEqual(this.server.conflicts, []);
		assert.deepEqual(this.server.refusedItems, []);
		const arrived = this.server.of("report").map(({ subject }) => (subject as { last_four: string }).last_four);
		assert.equal(new Set(arrived).size, arrived.length, "no report is there twice");
		for (const name of this.promised) assert.ok(arrived.includes(name), `report ${name} was promised and is lost`);
		for (const name of arrived) assert.ok(this.asked.includes(name), `report ${name} was never made`);
		const most = this.counted();
		// Who was in hand when the page was killed counts, and is not reported.
		assert.ok(most >= arrived.length && most <= this.asked.length, `${most} counted, ${arrived.length} reported, ${this.asked.length} begun`);
	}
}

test(`${RUNS} lives of a device in random order: every report arrives once`, async (t) => {
	const begun = performance.now();
	const master = await FakeServer.make();
	const { browser } = await working(master);
	let [reports, kills, next] = [0, 0, 1];
	const one = async (seed: number): Promise<void> => {
		const server = master.fresh();
		server.strictShifts = true;
		const life = new Life(new Random(seed), server, await copied(browser.indexedDB!));
		await life.live(12);
		await life.end().catch((error: unknown) => {
			throw new Error(`seed ${seed}`, { cause: error });
		});
		reports += server.of("report").length;
		kills += life.kills;
	};
	const many = async (): Promise<void> => {
		while (next <= RUNS) await one(next++);
	};
	// Lives are mostly waiting: several at once share a core.
	await Promise.all(Array.from({ length: 8 }, many));
	t.diagnostic(`${reports} reports, ${kills} pages killed, ${Math.round((performance.now() - begun) / 1000)} s`);
	assert.ok(reports > RUNS && kills > RUNS / 4, `${reports} reports, ${kills} kills`);
});
