/**
 * The outbox (docs/checkpoint-protocol.md, sections 4 and 5). An item is sealed and signed the moment it is made, is
 * durable before `add` resolves, keeps its id and its bytes for good, and is forgotten only once the server has said
 * that it is durable there. So whatever is repeated, reordered or killed, it arrives, and once.
 */

import { Backoff } from "./backoff";
import type { Content } from "./content";
import type { Device } from "./device";
import { APP } from "./env";
import { jsonOf, problemOf, type Asking } from "./request";
import { idBytes, seal } from "./seal";
import type { Signed } from "./signed";
import type { Store, Stored, Tx } from "./store";
import type { Added, ExportFile, Fate, OutboxState } from "./types";

const ENDPOINT = "/api/v1/checkpoint/outbox";
const LOCK = "tongxing-inspect-outbox";
const MOST_ITEMS = 100;
/** Of 256 KiB a request may have. */
const MOST_BYTES = 240 * 1024;
/** What of an item is beside its texts. */
const ITEM_OVERHEAD = 100;
/** Without anything to send the server is asked so often whether the device still counts, in milliseconds. */
const HEARTBEAT = 300_000;
/** Whoever was just answered need not ask that again. */
const JUST = 30_000;

/** What goes first where not all goes at once: a report is nothing without its shift, and the rest are counts. */
const ORDER: Stored["kind"][] = ["shift_begun", "report", "shift_ended", "tally", "scans"];

type Unsaved = Omit<Stored, "seq">;

/** What else is written in the transaction that keeps an item; `false` leaves the item out. */
export type Beside = (tx: Tx) => Promise<boolean | void>;

export class Outbox {
	/** What the storage did not take: the page is all that holds it. */
	private unsaved: Unsaved[] = [];
	private summary: Pick<OutboxState, "waiting" | "reports" | "refused"> & { oldestMade: number } = EMPTY;
	/** Of the reports that are kept whether they were refused. */
	private kept = new Map<string, boolean>();
	private sent: number | undefined;
	private flushing: Promise<void> | undefined;
	private wanted = false;
	private readonly backoff: Backoff;
	private answered = -Infinity;

	constructor(
		private readonly asking: Asking,
		private readonly store: Store,
		private readonly device: Device,
		private readonly signed: Signed,
		private readonly changed: () => void = () => undefined,
	) {
		this.backoff = new Backoff(asking.env);
	}

	/** Counts what is kept; also what another tab did. */
	async load(): Promise<void> {
		const items = await this.store.run("readonly", (tx) => tx.items()).catch(() => undefined);
		if (items) this.count(items);
	}

	/** Seals an item, and resolves once it is durable. `beside` is written with it, or neither is. */
	async add(content: Content, beside?: Beside): Promise<Added> {
		const item = await this.make(content);
		let left = false;
		try {
			await this.store.run("readwrite", async (tx) => {
				left = (await beside?.(tx)) === false;
				if (!left) await tx.add(item);
			});
		} catch (error) {
			// Counts are made again from what is counted. A report is all there is of it: the page still has it, and sends it.
			if (content.kind === "tally" || content.kind === "scans") throw error;
			this.unsaved.push(item);
			this.changed();
			return { id: item.id, durable: false };
		}
		// A tally takes the place of another. The others are one more: thousands may wait, and are not read for each.
		if (content.kind === "tally" || left) await this.load();
		else this.countOne(item);
		this.changed();
		return { id: item.id, durable: this.store.holds };
	}

	/** Seals an item that is not yet anywhere. */
	private async make(content: Content): Promise<Unsaved> {
		const { signer } = this.device;
		const key = this.signed.sealKey;
		if (!signer || !key) throw new Error("nothing can be sealed before the device is enrolled and has its data");
		const id = this.asking.env.random(16);
		const wire = await seal(content, id, { key, device: idBytes(signer.id), privateKey: signer.privateKey });
		return { id: wire.id, kind: content.kind, shift: content.shift, made: this.asking.clock.now(), wire };
	}

	state(): OutboxState {
		const { oldestMade, ...counts } = this.summary;
		const waiting = counts.waiting + this.unsaved.length;
		const reports = counts.reports + this.unsaved.filter(({ kind }) => kind === "report").length;
		const oldest = waiting === 0 ? 0 : Math.max(0, this.asking.clock.now() - Math.min(oldestMade, ...this.unsaved.map(({ made }) => made)));
		const level = this.level(waiting, oldest);
		const unsaved = this.unsaved.length + (this.store.holds ? 0 : counts.waiting);
		return { waiting, reports, refused: counts.refused, oldest, level, unsaved, sent: this.sent };
	}

	private level(waiting: number, oldest: number): OutboxState["level"] {
		const limits = this.signed.limits;
		if (!limits) return "ok";
		const { outbox, apart } = limits;
		if (waiting >= outbox.items || oldest >= apart) return "full";
		return waiting >= outbox.warnItems || oldest >= outbox.warnAfter ? "warn" : "ok";
	}

	/** What became of a report: acknowledged is what is kept no more. */
	fate(id: string): Fate {
		const unsaved = this.unsaved.find((item) => item.id === id);
		const refused = unsaved ? unsaved.refused !== undefined : this.kept.get(id);
		return refused === undefined ? "sent" : refused ? "refused" : "waiting";
	}

	/** Sends what waits. One at a time, in all tabs; whoever comes while one is under way waits for one more after that. */
	flush(): Promise<void> {
		this.wanted = true;
		this.flushing ??= this.whileWanted().finally(() => {
			this.flushing = undefined;
			this.changed();
		});
		return this.flushing;
	}

	private async whileWanted(): Promise<void> {
		while (this.wanted) {
			this.wanted = false;
			await this.alone();
		}
	}

	/** The timer: sends what waits when its time has come, or says that the device is there. */
	async tick(): Promise<void> {
		const { waiting } = this.state();
		if ((waiting > 0 || this.quiet() >= HEARTBEAT) && this.backoff.due()) await this.flush();
	}

	/** Milliseconds since the server last answered. */
	private quiet(): number {
		return this.asking.env.steady() - this.answered;
	}

	/** The network came back, or somebody looks: failures for want of it say nothing any more. */
	async wake(): Promise<void> {
		this.backoff.reset();
		if (this.backoff.due()) await this.flush();
	}

	private async alone(): Promise<void> {
		const { locks } = this.asking.env;
		if (!locks) return this.send();
		try {
			// Not waiting: the tab that has it sends everything. And nothing is lost where the lock itself fails.
			await locks.request(LOCK, { ifAvailable: true }, async (lock) => {
				if (lock) await this.send();
			});
		} catch {
			await this.send();
		}
	}

	private async send(): Promise<void> {
		if (this.device.state().kind === "none") return;
		await this.saveUnsaved();
		let most = MOST_ITEMS;
		for (let first = true; ; first = false) {
			const all = await this.waiting();
			const batch = cut(all, most);
			if (batch.length === 0 && (!first || this.quiet() < JUST)) break;
			const answer = await this.device.ask(ENDPOINT, { waiting: all.length, app: APP, items: batch.map(({ wire }) => wire) });
			if (answer?.status === 413 && batch.length > 0) {
				// Only our own server knows that an item is too large for good; whatever stands before it may be mended.
				if (batch.length === 1 && (await problemOf(answer)) === "") return this.backoff.failed(answer);
				if (batch.length === 1) await this.settle(batch, [{ id: batch[0]!.id, outcome: "refused", reason: "too_large" }]);
				most = Math.max(1, Math.floor(batch.length / 2));
				continue;
			}
			if (answer?.status !== 200) return this.backoff.failed(answer);
			this.answered = this.asking.env.steady();
			const settled = await this.settle(batch, outcomes((await jsonOf(answer)).items));
			if (batch.length === 0) break;
			// An answer about nothing that was sent is no answer of our server.
			if (settled === 0) return this.backoff.failed(undefined);
		}
		this.backoff.reset();
	}

	/** Everything that waits, in the order of sending. */
	private async waiting(): Promise<(Unsaved & { seq?: number })[]> {
		const items = await this.store.run("readonly", (tx) => tx.items()).catch(() => []);
		const all = [...items.filter(({ refused }) => refused === undefined), ...this.unsaved.filter(({ refused }) => refused === undefined)];
		return all.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
	}

	/** Forgets what was acknowledged, marks what was refused; answers how many it was. */
	private async settle(batch: readonly (Unsaved & { seq?: number })[], answers: readonly Outcome[]): Promise<number> {
		const of = new Map(answers.map((answer) => [answer.id, answer]));
		const settled = batch.flatMap((item) => {
			const answer = of.get(item.id);
			return answer ? [{ item, answer }] : [];
		});
		const written = await this.store.run("readwrite", async (tx) => {
			for (const { item, answer } of settled) if (item.seq !== undefined) await settleOne(tx, item.seq, item.id, answer);
		}).then(() => true, () => false);
		for (const { item, answer } of settled) {
			if (answer.outcome === "refused") item.refused = answer.reason;
			else {
				this.sent = this.asking.clock.now();
				this.unsaved = this.unsaved.filter(({ id }) => id !== item.id);
			}
		}
		await this.load();
		// What could not be forgotten would be sent for ever.
		return written ? settled.length : 0;
	}

	/** What the storage did not take before may find room now. */
	private async saveUnsaved(): Promise<void> {
		for (const item of [...this.unsaved]) {
			try {
				await this.store.run("readwrite", (tx) => tx.add(item));
				this.unsaved = this.unsaved.filter(({ id }) => id !== item.id);
				this.countOne(item);
			} catch {
				return;
			}
		}
	}

	/** Everything that was not acknowledged, refused ones too. */
	async export(): Promise<ExportFile> {
		const items = [...(await this.store.run("readonly", (tx) => tx.items()).catch(() => [])), ...this.unsaved];
		const device = this.device.signer?.id ?? "";
		const text = JSON.stringify({ device, waiting: items.length, app: APP, items: items.map(({ wire }) => wire) });
		const time = new Date(this.asking.clock.ms()).toISOString().replace(/\D/g, "").slice(0, 14);
		return { name: `tongxing-outbox-${device}-${time}.json`, text, items: items.length };
	}

	/** Notes what is in a file that was handed over. */
	async exported({ text }: ExportFile): Promise<void> {
		const { items } = JSON.parse(text) as { items: { id: string }[] };
		const ids = new Set(items.map(({ id }) => id));
		for (const item of this.unsaved) if (ids.has(item.id)) item.exported = true;
		await this.store.run("readwrite", async (tx) => {
			for (const item of await tx.items()) if (ids.has(item.id)) await tx.putItem({ ...item, exported: true });
		}).catch(() => undefined);
	}

	/** How many items are neither acknowledged nor in a file. */
	async held(): Promise<number> {
		const items = [...(await this.store.run("readonly", (tx) => tx.items()).catch(() => [])), ...this.unsaved];
		return items.filter(({ exported }) => !exported).length;
	}

	/** Forgets the items that are in a file. */
	async forgetExported(): Promise<void> {
		this.unsaved = this.unsaved.filter(({ exported }) => !exported);
		await this.store.run("readwrite", async (tx) => {
			for (const item of await tx.items()) if (item.exported) await tx.deleteItem(item.seq);
		}).catch(() => undefined);
		await this.load();
	}

	private countOne({ id, kind, made }: Unsaved): void {
		if (kind === "report") this.kept.set(id, false);
		const { waiting, reports, refused, oldestMade } = this.summary;
		this.summary = { waiting: waiting + 1, reports: reports + (kind === "report" ? 1 : 0), refused, oldestMade: Math.min(oldestMade, made) };
	}

	private count(items: readonly Stored[]): void {
		const waiting = items.filter(({ refused }) => refused === undefined);
		this.kept = new Map(items.filter(({ kind }) => kind === "report").map(({ id, refused }) => [id, refused !== undefined]));
		this.summary = {
			waiting: waiting.length,
			reports: waiting.filter(({ kind }) => kind === "report").length,
			refused: items.length - waiting.length,
			oldestMade: waiting.reduce((oldest, { made }) => Math.min(oldest, made), Infinity),
		};
	}
}

const EMPTY = { waiting: 0, reports: 0, refused: 0, oldestMade: Infinity };

interface Outcome {
	id: string;
	outcome: "stored" | "known" | "conflict" | "refused";
	reason: string;
}

/** The outcomes of an answer; what is none of them is left out, and its item waits on. */
function outcomes(items: unknown): Outcome[] {
	if (!Array.isArray(items)) return [];
	return items.flatMap((item: unknown) => {
		const { id, outcome, reason } = (item ?? {}) as Record<string, unknown>;
		const known = outcome === "stored" || outcome === "known" || outcome === "conflict" || outcome === "refused";
		return typeof id === "string" && known ? [{ id, outcome, reason: typeof reason === "string" ? reason : "" }] : [];
	});
}

/** By number and id: another tab may have forgotten it before. */
async function settleOne(tx: Tx, seq: number, id: string, { outcome, reason }: Outcome): Promise<void> {
	const item = await tx.item(seq);
	if (item?.id !== id) return;
	if (outcome === "refused") await tx.putItem({ ...item, refused: reason });
	else await tx.deleteItem(seq);
}

/** As many as a request may have. */
function cut<T extends Unsaved>(all: readonly T[], most: number): T[] {
	let bytes = 0;
	const end = all.findIndex(({ wire }, at) => {
		bytes += wire.sealed.length + wire.enc.length + wire.signature.length + ITEM_OVERHEAD;
		return at >= most || (at > 0 && bytes > MOST_BYTES);
	});
	return end < 0 ? [...all] : all.slice(0, end);
}

