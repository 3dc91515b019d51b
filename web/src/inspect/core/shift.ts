/**
 * The shift: who works at which checkpoint until when. It begins with the inspector's session, or without a network as
 * the follower of the last one; it is over by itself; and it is locked by a PIN after idling and on opening.
 */

import { concat, fromBase64url, toBase64url, type Bytes } from "../../bytes";
import { sha256 } from "../../verify/key";
import type { Device } from "./device";
import type { Ledger } from "./ledger";
import type { Outbox } from "./outbox";
import type { Pin } from "./pin";
import { ask, askJson, jsonOf, problemOf, type Asking } from "./request";
import { idBytes, sign } from "./seal";
import type { Signed } from "./signed";
import type { Store } from "./store";
import type { Begun, Checkpoint, Session, SessionAnswer, ShiftState, Unlocked } from "./types";

const NAME = "shift";
/** The session that does not count any more. */
const REFUSED = "refused-session";
/** Before there is a configuration, in seconds. */
const IDLE = 300;
const CONTEXT = new TextEncoder().encode("tongxing shift v1");

interface KeptShift {
	id: string;
	checkpoint: Checkpoint;
	staff: string;
	name: string;
	begun: number;
	until: number;
	/** When the inspector last signed in: shifts may follow without a network for a while after that. */
	signedIn: number;
	/** The mark of the session that it, or the one that it followed, began with. */
	session?: string;
	ended?: true;
}

/** Eight bytes, the largest first. Whole numbers of 64 bits are younger than the browsers that this runs on. */
function bytes8(value: number): Bytes {
	const bytes = new Uint8Array(8);
	new DataView(bytes.buffer).setUint32(0, Math.floor(value / 2 ** 32));
	new DataView(bytes.buffer).setUint32(4, value % 2 ** 32);
	return bytes;
}

/** What the device signs to begin a shift. */
export const signedShift = (device: Bytes, shift: Bytes, checkpoint: Bytes, at: number): Bytes =>
	concat(CONTEXT, Uint8Array.of(0), device, shift, checkpoint, bytes8(at));

/** Tells one session from another, and is no secret. */
async function markOf({ csrf }: Session): Promise<string> {
	return toBase64url((await sha256(new TextEncoder().encode(`tongxing session v1 ${csrf}`))).subarray(0, 8));
}

export class Shifts {
	private kept: KeptShift | undefined;
	/** The mark of the session that does not count; empty: nobody was signed in when that was asked. */
	private refusedMark: string | undefined;
	private unlocked = false;
	/** When the screen was last touched, by both clocks: one may be set back, the other stop while the phone sleeps. */
	private touched = { wall: 0, steady: 0 };
	/** An online beginning whose answer was lost is asked for again under its own id. */
	private pending: { id: string; checkpoint: string; staff: string } | undefined;

	constructor(
		private readonly asking: Asking,
		private readonly store: Store,
		private readonly device: Device,
		private readonly signed: Signed,
		private readonly outbox: Outbox,
		private readonly ledger: Ledger,
		private readonly pin: Pin,
	) {}

	async load(): Promise<void> {
		this.kept = await this.store.run("readonly", (tx) => tx.get<KeptShift>(NAME)).catch(() => this.kept);
		this.refusedMark = await this.store.run("readonly", (tx) => tx.get<string>(REFUSED)).catch(() => undefined) ?? this.refusedMark;
		await this.pin.load();
		if (this.kept) await this.ledger.load(this.kept.id);
	}

	/** The shift that runs, or is over and has not been left. */
	get current(): KeptShift | undefined {
		return this.kept?.ended ? undefined : this.kept;
	}

	/** Who works here, or did last. */
	get staff(): string | undefined {
		return this.kept?.staff;
	}

	get over(): boolean {
		return this.current !== undefined && this.asking.clock.now() >= this.current.until;
	}

	state(): ShiftState | undefined {
		const { current } = this;
		if (!current) return undefined;
		const { id, checkpoint, staff, name, begun, until } = current;
		const { chosen: hasPin, shut } = this.pin;
		return { id, checkpoint, staff, name, begun, until, over: this.over, locked: this.locked, shut, hasPin, counts: this.ledger.counts };
	}

	get mayFollowUntil(): number | undefined {
		const apart = this.signed.limits?.apart;
		return this.kept && apart !== undefined && !this.pin.shut ? this.kept.signedIn + apart : undefined;
	}

	get locked(): boolean {
		return this.current !== undefined && this.pin.chosen && !this.isOpen();
	}

	/** Whether whoever holds the device has shown to be the inspector, and not idled since. */
	private isOpen(): boolean {
		if (this.unlocked && this.idle() >= (this.signed.limits?.idle ?? IDLE) * 1000) this.unlocked = false;
		return this.unlocked && !this.pin.shut;
	}

	lock(): void {
		this.unlocked = false;
	}

	touch(): void {
		// A touch after the time of idling does not unlock.
		if (this.isOpen()) this.touched = { wall: this.asking.env.wall(), steady: this.asking.env.steady() };
	}

	async setPin(pin: string): Promise<void> {
		const { current } = this;
		// Whoever finds a locked phone must not choose its next PIN.
		if (!current || this.locked) throw new Error("a PIN is chosen in an open shift");
		await this.pin.choose(pin, current.staff);
		this.open();
	}

	async unlock(pin: string): Promise<Unlocked> {
		const answer = await this.pin.check(pin);
		if (answer.kind === "unlocked") this.open();
		return answer;
	}

	/** Who is signed in, by a session that counts. */
	async session(): Promise<SessionAnswer> {
		return this.counts(await this.asked());
	}

	private async asked(): Promise<SessionAnswer> {
		const answer = await ask(this.asking, "/api/v1/checkpoint/session", { headers: { accept: "application/json" } });
		if (answer?.status === 401 || answer?.status === 403) return { kind: "signed_out" };
		const { staff, name, csrf } = answer?.status === 200 ? await jsonOf(answer) : {};
		if (typeof staff !== "string" || typeof csrf !== "string") return { kind: "offline" };
		return { kind: "session", session: { staff, name: typeof name === "string" ? name : "", csrf } };
	}

	/**
	 * After five wrong PINs whoever holds the device may hold a browser that is still signed in, too: the first session
	 * that is seen then is ended, and never counts again, nor does one that was left behind without a network.
	 */
	private async counts(answer: SessionAnswer): Promise<SessionAnswer> {
		if (answer.kind === "offline") return answer;
		const mark = answer.kind === "session" ? await markOf(answer.session) : "";
		if (this.pin.shut && this.refusedMark === undefined) await this.refuse(mark);
		if (answer.kind === "signed_out" || this.refusedMark !== mark) return answer;
		const body = new URLSearchParams({ csrf: answer.session.csrf });
		await this.asking.env.fetch("/staff/sign-out", { method: "POST", body, redirect: "manual" }).catch(() => undefined);
		return { kind: "signed_out" };
	}

	private async refuse(mark: string | undefined): Promise<void> {
		this.refusedMark = mark;
		await this.store.run("readwrite", (tx) => (mark === undefined ? tx.delete(REFUSED) : tx.put(REFUSED, mark))).catch(() => undefined);
	}

	/** Whether the PIN is still to be asked of whoever begins by this session: signing in anew does without. */
	private mustUnlock({ staff }: Session, mark: string): boolean {
		const { pin } = this;
		return pin.chosen && !pin.shut && pin.staff === staff && !this.isOpen() && (this.kept?.session ?? mark) === mark;
	}

	/** Begins one at a checkpoint of the configuration. */
	async begin(checkpointId: string): Promise<Begun> {
		const checkpoint = this.signed.data()?.config.checkpoints.find(({ id }) => id === checkpointId);
		if (!checkpoint || !this.device.signer) return { kind: "refused", problem: "checkpoint" };
		if (this.device.state().kind === "withdrawn") return { kind: "withdrawn" };
		const answer = await this.session();
		if (answer.kind === "signed_out") return answer;
		const begun = answer.kind === "session" ? await this.beginOnline(checkpoint, answer.session) : undefined;
		return begun ?? this.follow(checkpoint);
	}

	/** `undefined`: the network went away. */
	private async beginOnline(checkpoint: Checkpoint, session: Session): Promise<Begun | undefined> {
		const { signer } = this.device;
		if (!signer) return undefined;
		const mark = await markOf(session);
		if (this.mustUnlock(session, mark)) return { kind: "refused", problem: "locked" };
		const again = this.pending?.checkpoint === checkpoint.id && this.pending.staff === session.staff ? this.pending : undefined;
		const pending = again ?? { id: toBase64url(this.asking.env.random(16)), checkpoint: checkpoint.id, staff: session.staff };
		this.pending = pending;
		const at = this.asking.clock.now();
		const message = signedShift(idBytes(signer.id), fromBase64url(pending.id), idBytes(checkpoint.id), at);
		const signature = toBase64url(await sign(signer.privateKey, message));
		const content = { shift: pending.id, device: signer.id, checkpoint: checkpoint.id, at, signature };
		const answer = await askJson(this.asking, "/api/v1/checkpoint/shifts", session.csrf, content);
		if (!answer || answer.status >= 500 || answer.status === 429) return undefined;
		const { until } = await jsonOf(answer);
		if (answer.status >= 300 || typeof until !== "number") return this.refused(answer);
		this.pending = undefined;
		// Whoever signed in need not know the PIN of before; another inspector's is not theirs.
		if (this.pin.shut || this.pin.staff !== session.staff) await this.pin.forget();
		await this.take({ id: pending.id, checkpoint, staff: session.staff, name: session.name, begun: at, until, signedIn: at, session: mark });
		await this.refuse(undefined);
		return { kind: "begun", online: true };
	}

	private async refused(answer: Response): Promise<Begun> {
		const problem = await problemOf(answer);
		if (problem === "device-withdrawn") await this.device.setWithdrawn(true);
		if (problem === "device-withdrawn") return { kind: "withdrawn" };
		return answer.status === 401 ? { kind: "signed_out" } : { kind: "refused", problem };
	}

	/** Begins without a network: an item that names the last shift. Whoever it is has to know the PIN. */
	private async follow(checkpoint: Checkpoint): Promise<Begun> {
		const last = this.kept;
		const now = this.asking.clock.now();
		const reach = this.mayFollowUntil;
		const period = this.signed.limits?.shift;
		if (!last || reach === undefined || period === undefined || now >= reach || !this.pin.chosen) return { kind: "offline" };
		if (!this.isOpen()) return { kind: "refused", problem: "locked" };
		const id = toBase64url(this.asking.env.random(16));
		await this.leave();
		const kept: KeptShift = { ...last, id, checkpoint, begun: now, until: now + period };
		delete kept.ended;
		// The item first or both: a shift that the server never hears of would lose its reports.
		await this.outbox.add({ v: 1, kind: "shift_begun", at: now, shift: id, parent: last.id, checkpoint: checkpoint.id }, (tx) => tx.put(NAME, kept));
		await this.take(kept);
		return { kind: "begun", online: false };
	}

	/** Ends the shift. A follower may begin after it until the last sign-in is too long ago. */
	async end(): Promise<void> {
		await this.leave();
	}

	/** The counts may have grown. */
	async recount(): Promise<void> {
		if (this.kept) await this.ledger.load(this.kept.id);
	}

	/** The timer: a shift whose time is over ends by itself. */
	async tick(): Promise<void> {
		if (this.over) await this.leave();
	}

	/** Forgets shift and PIN. The session may live on where there is no network: it has been left. */
	async forget(): Promise<void> {
		if (this.kept?.session !== undefined) await this.refuse(this.kept.session);
		this.kept = undefined;
		this.unlocked = false;
		await this.store.run("readwrite", (tx) => tx.delete(NAME)).catch(() => undefined);
		await this.pin.forget();
	}

	private async leave(): Promise<void> {
		const { current } = this;
		if (!current) return;
		const now = this.asking.clock.now();
		const over = now >= current.until;
		const ended: KeptShift = { ...current, ended: true };
		this.kept = ended;
		const at = Math.min(now, current.until);
		await this.outbox.add({ v: 1, kind: "shift_ended", at, shift: current.id, why: over ? "over" : "signed_out" }, async (tx) => {
			const before = await tx.get<KeptShift>(NAME);
			// Another tab ended it, or began another.
			if (before?.id !== current.id || before.ended) return false;
			return tx.put(NAME, ended);
		}).catch(() => undefined);
		await this.ledger.collect(now, undefined, true);
	}

	private async take(kept: KeptShift): Promise<void> {
		if (this.current && this.current.id !== kept.id) await this.leave();
		this.kept = kept;
		await this.store.run("readwrite", (tx) => tx.put(NAME, kept)).catch(() => undefined);
		await this.ledger.load(kept.id);
		this.open();
	}

	private open(): void {
		this.unlocked = true;
		this.touched = { wall: this.asking.env.wall(), steady: this.asking.env.steady() };
	}

	/** Milliseconds since the last touch, by the clock that says more. */
	private idle(): number {
		const { wall, steady } = this.asking.env;
		return Math.max(wall() - this.touched.wall, steady() - this.touched.steady);
	}
}
