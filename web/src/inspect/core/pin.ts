/**
 * The PIN that unlocks a shift without a network. It keeps out whoever picks up an unlocked phone, not whoever takes the
 * storage apart: six digits are few, and what is worth hiding (reports) is sealed to the server anyway.
 */

import type { Bytes } from "../../bytes";
import { equal } from "../../verify/encoding";
import type { Env } from "./env";
import type { Store } from "./store";
import type { Unlocked } from "./types";

const NAME = "pin";
/** Wrong ones in a row; then only signing in again helps. */
export const TRIES = 5;

interface KeptPin {
	salt: Bytes;
	rounds: number;
	hash: Bytes;
	wrong: number;
	staff: string;
}

/** Six digits, in any digits that keyboards type. */
export function digits(pin: string): string | undefined {
	const plain = pin.normalize("NFKC").replace(/\s/g, "");
	return /^\d{6}$/.test(plain) ? plain : undefined;
}

async function derive(pin: string, salt: Bytes, rounds: number): Promise<Bytes> {
	const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveBits"]);
	return new Uint8Array(await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds }, key, 256));
}

export class Pin {
	private kept: KeptPin | undefined;

	constructor(
		private readonly env: Pick<Env, "random" | "pinRounds">,
		private readonly store: Store,
	) {}

	async load(): Promise<void> {
		const { kept } = this;
		const found = await this.store.run("readonly", (tx) => tx.get<KeptPin>(NAME)).catch(() => kept);
		// A storage that did not take the last count must not win a try.
		this.kept = found && kept && equal(found.salt, kept.salt) ? { ...found, wrong: Math.max(found.wrong, kept.wrong) } : found;
	}

	get chosen(): boolean {
		return this.kept !== undefined;
	}

	get shut(): boolean {
		return (this.kept?.wrong ?? 0) >= TRIES;
	}

	/** Whose it is. */
	get staff(): string | undefined {
		return this.kept?.staff;
	}

	async choose(pin: string, staff: string): Promise<void> {
		const plain = digits(pin);
		if (plain === undefined) throw new RangeError("a PIN has six digits");
		const [salt, rounds] = [this.env.random(16), this.env.pinRounds];
		await this.keep({ salt, rounds, hash: await derive(plain, salt, rounds), wrong: 0, staff });
	}

	/** A try counts as wrong before it is checked: closing the page in between wins nothing. What cannot be counted is not checked. */
	async check(pin: string): Promise<Unlocked> {
		await this.load();
		const { kept } = this;
		if (!kept || this.shut) return { kind: "shut" };
		const plain = digits(pin);
		if (plain === undefined) return { kind: "wrong", left: TRIES - kept.wrong };
		if (!(await this.keep({ ...kept, wrong: kept.wrong + 1 }))) {
			this.kept = { ...kept, wrong: TRIES };
			return { kind: "shut" };
		}
		const right = equal(await derive(plain, kept.salt, kept.rounds), kept.hash);
		if (right) {
			await this.keep({ ...kept, wrong: 0 });
			return { kind: "unlocked" };
		}
		return this.shut ? { kind: "shut" } : { kind: "wrong", left: TRIES - kept.wrong - 1 };
	}

	async forget(): Promise<void> {
		this.kept = undefined;
		await this.store.run("readwrite", (tx) => tx.delete(NAME)).catch(() => undefined);
	}

	/** Whether it was written down. */
	private async keep(kept: KeptPin): Promise<boolean> {
		this.kept = kept;
		return this.store.run("readwrite", (tx) => tx.put(NAME, kept)).then(() => true, () => false);
	}
}
