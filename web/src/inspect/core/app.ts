/** The core put together: what the screens ask (index.ts), and the timers. */

import { Clock } from "./clock";
import { Device } from "./device";
import type { Env } from "./env";
import type { Inspector, Specimen } from "./index";
import { judgeHere, judgeThere, needsServer, undecided, unreachable, type Judgement, type Standing } from "./judge";
import { Ledger, type Held } from "./ledger";
import { asScanned, isHealthCode } from "./meant";
import { Outbox } from "./outbox";
import { InHand, type Circumstances } from "./person";
import { Pin } from "./pin";
import { Repeats } from "./repeats";
import { Shifts } from "./shift";
import { Signed } from "./signed";
import { askPersistence, openStore, type Store } from "./store";
import type { Training } from "./training";
import type { Begun, Config, DocumentKind, Enrolled, ExportFile, Fate, Obstacle, Scanned, SessionAnswer, SignedOut, Source, State, Unlocked } from "./types";

const TICK = 5_000;
const REFRESH = 300_000;
/** Counts become items so often. */
const COLLECT = 60_000;

export class App implements Inspector {
	private readonly clock: Clock;
	private readonly signed: Signed;
	private readonly device: Device;
	private readonly outbox: Outbox;
	private readonly ledger: Ledger;
	private readonly pin: Pin;
	private readonly shifts: Shifts;
	private readonly repeats: Repeats;
	private readonly listeners = new Set<() => void>();
	private persistent: State["storage"]["persistent"] = "unknown";
	private inHand: InHand | undefined;
	/** Counts the questions: an answer of the server that comes after the next one, or after `drop`, is nobody's. */
	private turn = 0;
	private training: Training | undefined;
	private refreshed = -Infinity;
	private collected = -Infinity;

	private constructor(
		private readonly env: Env,
		private readonly store: Store,
	) {
		this.clock = new Clock(env, store);
		const asking = { env, clock: this.clock };
		const changed = (): void => this.changed();
		this.signed = new Signed(asking, store);
		this.device = new Device(asking, store);
		this.outbox = new Outbox(asking, store, this.device, this.signed, changed);
		this.ledger = new Ledger(store, this.outbox);
		this.pin = new Pin(env, store);
		this.shifts = new Shifts(asking, store, this.device, this.signed, this.outbox, this.ledger, this.pin);
		this.repeats = new Repeats(env);
	}

	static async open(env: Env): Promise<App> {
		const app = new App(env, await openStore(env));
		await app.clock.load();
		await app.device.load();
		await app.signed.load();
		await app.outbox.load();
		const held = await app.ledger.recover(app.clock.now());
		await app.shifts.load();
		if (held) await app.resume(held);
		return app;
	}

	state(): State {
		const training = this.training !== undefined;
		return {
			storage: { holds: this.store.holds, persistent: this.persistent },
			online: this.env.online(),
			clock: this.clock.state(),
			device: this.device.state(),
			signed: this.signed.state(),
			shift: this.shifts.state(),
			mayFollowUntil: this.shifts.mayFollowUntil,
			outbox: this.outbox.state(),
			training,
			obstacle: this.obstacle(),
		};
	}

	onChange(listener: () => void): () => void {
		this.listeners.add(listener);
		return () => this.listeners.delete(listener);
	}

	async refresh(): Promise<void> {
		this.refreshed = this.env.steady();
		await this.signed.refresh();
		this.changed();
	}

	flush(): Promise<void> {
		return this.outbox.wake();
	}

	session(): Promise<SessionAnswer> {
		return this.shifts.session();
	}

	async enrol(code: string): Promise<Enrolled> {
		// What is sealed in the old device's name would be nobody's.
		if ((await this.outbox.held()) > 0) return { kind: "refused", problem: "waiting" };
		const answer = await this.session();
		if (answer.kind !== "session") return answer;
		const enrolled = await this.device.enrol(code, answer.session);
		if (enrolled.kind === "enrolled") {
			await this.outbox.forgetExported();
			this.persistent = await askPersistence(this.env);
		}
		this.changed();
		return enrolled;
	}

	async begin(checkpoint: string): Promise<Begun> {
		if (!this.signed.state().supported) return { kind: "refused", problem: "version" };
		// A shift that is over takes the report of who was in hand.
		if (!this.inHand?.hot) await this.finish();
		const before = this.shifts.staff;
		const begun = await this.shifts.begin(checkpoint);
		const { current } = this.shifts;
		// Whom another inspector left behind is measured, and reported, by whoever is there now.
		if (current && current.staff !== before) this.inHand?.moveTo(current.id);
		this.changed();
		void this.outbox.wake();
		return begun;
	}

	async end(): Promise<void> {
		await this.finish();
		await this.shifts.end();
		this.changed();
		void this.outbox.wake();
	}

	async setPin(pin: string): Promise<void> {
		await this.shifts.setPin(pin);
		this.changed();
	}

	async unlock(pin: string): Promise<Unlocked> {
		const unlocked = await this.shifts.unlock(pin);
		this.changed();
		return unlocked;
	}

	lock(): void {
		this.shifts.lock();
		this.changed();
	}

	touch(): void {
		this.shifts.touch();
	}

	async signOut(): Promise<SignedOut> {
		await this.end();
		await this.outbox.flush();
		const items = await this.outbox.held();
		if (items > 0) return { kind: "waiting", items };
		await this.outbox.forgetExported();
		await this.shifts.forget();
		await this.ledger.forget();
		this.changed();
		return { kind: "signed_out" };
	}

	async scan(given: string, source: Source): Promise<Scanned> {
		const { national } = this.signed.limits ?? {};
		const text = source === "scanner" || source === "typed" ? asScanned(given, national) : given;
		const { training } = this;
		const obstacle = this.obstacle();
		if (obstacle) return { kind: "obstacle", obstacle };
		const seen = source === "camera" || source === "photo";
		if (seen && !isHealthCode(text, national)) return { kind: "no_code" };
		if (this.repeats.repeated(text, source)) return { kind: "again" };
		// The shift may end while the code is judged: the person is still of this one.
		const shift = this.shifts.current?.id ?? "";
		const standing = this.standing();
		if (!standing) return { kind: "obstacle", obstacle: "no_data" };
		const turn = ++this.turn;
		// Nobody waits for a verdict until the person before has been written down.
		void this.finish();
		const judged = await this.judge(text, shift, standing, training !== undefined);
		if (turn !== this.turn) return { kind: "dropped" };
		// What was typed or read wrong says nothing about the person, and is no verdict on them.
		const slip = source === "scanner" ? "scanner" : source === "typed" ? "mistyped" : undefined;
		const judgement = slip !== undefined && !isHealthCode(text, national) ? undecided(judged, slip) : judged;
		// A pass of a list that was opened since the data came: the verdict says to try again in a minute.
		if (judgement.judged.reasons.includes("status_unknown")) void this.refreshIfOnline();
		const person = this.take(training ? undefined : shift, judgement, standing, (matches) => judgeHere(text, standing, matches));
		const minute = Math.floor(standing.now / 60);
		if (!training) void this.ledger.scanned(person.key, person.hand(), minute, judgement.mark);
		this.changed();
		return { kind: "person", person };
	}

	drop(): void {
		this.turn++;
	}

	held(): InHand | undefined {
		return this.inHand?.hot ? this.inHand : undefined;
	}

	async nobody(document?: DocumentKind, lastFour?: string): Promise<Scanned> {
		const { training } = this;
		const obstacle = this.obstacle();
		if (obstacle) return { kind: "obstacle", obstacle };
		const shift = this.shifts.current?.id ?? "";
		this.turn++;
		await this.finish();
		const standing = this.standing();
		if (!standing) return { kind: "obstacle", obstacle: "no_data" };
		const person = this.take(training ? undefined : shift, undefined, standing);
		person.setDocument(document, lastFour);
		return { kind: "person", person };
	}

	fate(id: string): Fate {
		return this.outbox.fate(id);
	}

	export(): Promise<ExportFile> {
		return this.outbox.export();
	}

	async exported(file: ExportFile): Promise<void> {
		await this.outbox.exported(file);
		this.changed();
	}

	async train(on: boolean): Promise<void> {
		// Out of training a shift would begin anew, without the PIN.
		if (on && this.shifts.locked) return;
		await this.finish();
		this.training = on ? await (await import("./training")).Training.begin(this.env, this.clock, this.signed.limits) : undefined;
		this.changed();
	}

	specimens(): readonly Specimen[] {
		return this.training?.specimens ?? [];
	}

	start(): () => void {
		const wake = (): void => void this.wake();
		const offline = (): void => this.changed();
		const seen = (): void => {
			if (document.visibilityState === "visible") wake();
		};
		// One by one: `signal` is younger than the browsers that this runs on.
		addEventListener("online", wake);
		addEventListener("offline", offline);
		document.addEventListener("visibilitychange", seen);
		const timer = setInterval(() => void this.tick(), TICK);
		wake();
		void askPersistence(this.env).then((persistent) => {
			this.persistent = persistent;
			this.changed();
		});
		return () => {
			removeEventListener("online", wake);
			removeEventListener("offline", offline);
			document.removeEventListener("visibilitychange", seen);
			clearInterval(timer);
		};
	}

	/** The network came back, or somebody looks again. */
	async wake(): Promise<void> {
		// Another tab may have enrolled, begun, ended, or sent.
		await this.device.load();
		await this.shifts.load();
		await this.outbox.load();
		await Promise.all([this.refresh(), this.outbox.wake()]);
	}

	/** What the timer does; by itself, for tests. */
	async tick(): Promise<void> {
		const now = this.env.steady();
		await this.shifts.tick();
		if (now - this.collected >= COLLECT) {
			this.collected = now;
			await this.ledger.collect(this.clock.now(), this.shifts.current?.id);
		}
		if (now - this.refreshed >= REFRESH || this.clock.needsServer) await this.refreshIfOnline();
		await this.outbox.tick();
		this.changed();
	}

	private async refreshIfOnline(): Promise<void> {
		// A phone that never gets an answer must not ask every few seconds.
		if (this.env.online() && this.env.steady() - this.refreshed >= COLLECT / 2) await this.refresh();
	}

	private obstacle(): Obstacle | undefined {
		if (this.training) return this.shifts.locked ? "locked" : undefined;
		const { supported, freshness } = this.signed.state();
		const device = this.device.state().kind;
		const shift = this.shifts.state();
		const order: [boolean, Obstacle][] = [
			[!supported, "version"],
			[device === "withdrawn", "withdrawn"],
			[device === "none", "not_enrolled"],
			[freshness === "none", "no_data"],
			[!shift, "no_shift"],
			[shift?.over === true, "shift_over"],
			[shift?.locked === true, "locked"],
			[shift?.hasPin === false, "no_pin"],
			[this.outbox.state().level === "full", "outbox_full"],
		];
		return order.find(([stands]) => stands)?.[1];
	}

	private standing(): Standing | undefined {
		if (this.training) return this.training.standing();
		const data = this.signed.data();
		return data && { data, freshness: this.signed.freshness(), age: this.signed.age(), now: this.clock.now(), doubtful: this.clock.state().doubtful };
	}

	private async judge(text: string, shift: string, standing: Standing, training: boolean): Promise<Judgement> {
		const here = await judgeHere(text, standing);
		if (training || !needsServer(here, text, standing)) return here;
		const there = this.env.online() ? await judgeThere(text, shift, this.device, here) : undefined;
		return there ?? unreachable(here);
	}

	/** Without a shift nothing is counted or sent: training. */
	private take(shift: string | undefined, judgement: Judgement | undefined, { data }: Standing, again?: Circumstances["again"]): InHand {
		this.inHand = new InHand({ ...this.circumstances(data.config, shift), ...(again && { again }) }, judgement);
		return this.inHand;
	}

	private circumstances(config: Config, shift: string | undefined): Circumstances {
		const books = shift === undefined ? undefined : { ledger: this.ledger, outbox: { add: this.addReport } };
		return { env: this.env, clock: this.clock, config, books, shift: shift ?? "", changed: () => this.changed() };
	}

	/** Goes on with whom the closing of the page interrupted. */
	private async resume(held: Held): Promise<void> {
		const config = this.signed.limits;
		const { key, hand, hot: { threshold } } = held;
		// Nothing can be measured or sealed without: they count by what was known.
		if (!config) return this.ledger.done(key, hand);
		this.inHand = InHand.again(this.circumstances({ ...config, threshold }, hand.shift), held);
	}

	/** A report is sent at once. */
	private readonly addReport: Outbox["add"] = async (content, beside) => {
		const added = await this.outbox.add(content, beside);
		await this.shifts.recount();
		if (this.env.online()) void this.outbox.wake();
		return added;
	};

	private async finish(): Promise<void> {
		const { inHand } = this;
		this.inHand = undefined;
		await inHand?.done();
	}

	private changed(): void {
		for (const listener of [...this.listeners]) listener();
	}
}
