/** The device: its key, its enrolment, and what it sends by itself. Signing out never ends the enrolment. */

import { toBase64url, type Bytes } from "../../bytes";
import { makeDeviceKey } from "../../live";
import { askJson, askSigned, jsonOf, problemOf, type Asking } from "./request";
import type { Store } from "./store";
import type { DeviceState, Enrolled, Session } from "./types";

const NAME = "device";
const PENDING = "device:pending";

interface KeyPair {
	privateKey: CryptoKey;
	publicKey: Bytes;
}

interface KeptDevice extends KeyPair {
	id: string;
	name: string;
	withdrawn?: boolean;
}

export class Device {
	private kept: KeptDevice | undefined;

	constructor(
		private readonly asking: Asking,
		private readonly store: Store,
	) {}

	async load(): Promise<void> {
		this.kept = await this.store.run("readonly", (tx) => tx.get<KeptDevice>(NAME)).catch(() => this.kept);
	}

	state(): DeviceState {
		if (!this.kept) return { kind: "none" };
		const { id, name, withdrawn } = this.kept;
		return { kind: withdrawn ? "withdrawn" : "enrolled", id, name };
	}

	/** To sign with, withdrawn or not: what a withdrawn device holds may still be exported. */
	get signer(): { id: string; privateKey: CryptoKey } | undefined {
		return this.kept;
	}

	/**
	 * Enrols with a code. The key is kept before its public half is sent: an answer that is lost must not leave a device
	 * on the server whose key nobody has. Enrolling again is for a withdrawn device: another key, another id.
	 */
	async enrol(code: string, { csrf }: Session): Promise<Enrolled> {
		const keys = await this.pendingKey();
		const content = { code: code.toUpperCase().replace(/[\s-]/g, ""), public_key: toBase64url(keys.publicKey) };
		const answer = await askJson(this.asking, "/api/v1/checkpoint/devices", csrf, content);
		if (!answer || answer.status >= 500 || answer.status === 429) return { kind: "offline" };
		if (answer.status === 401) return { kind: "signed_out" };
		const { device, name } = await jsonOf(answer);
		if (answer.status < 300 && typeof device === "string" && /^[\da-f]{16}$/.test(device)) {
			await this.keep({ ...keys, id: device, name: typeof name === "string" ? name : "" });
			return { kind: "enrolled" };
		}
		const problem = await problemOf(answer);
		return problem === "enrolment-code" ? { kind: "code" } : { kind: "refused", problem };
	}

	/** Sends JSON signed by the device. A refusal as withdrawn is remembered, and taken back by any other answer. */
	async ask(path: string, content: object): Promise<Response | undefined> {
		if (!this.kept) return undefined;
		const answer = await askSigned(this.asking, this.kept, path, content);
		if (answer?.status === 403 && (await problemOf(answer)) === "device-withdrawn") await this.setWithdrawn(true);
		else if (answer?.ok) await this.setWithdrawn(false);
		return answer;
	}

	async setWithdrawn(withdrawn: boolean): Promise<void> {
		if (this.kept && (this.kept.withdrawn ?? false) !== withdrawn) await this.keep({ ...this.kept, withdrawn });
	}

	private async keep(kept: KeptDevice): Promise<void> {
		this.kept = kept;
		await this.store.run("readwrite", async (tx) => {
			await tx.put(NAME, kept);
			await tx.delete(PENDING);
		}).catch(() => undefined);
	}

	private async pendingKey(): Promise<KeyPair> {
		const known = await this.store.run("readonly", (tx) => tx.get<KeyPair>(PENDING)).catch(() => undefined);
		if (known) return known;
		const fresh = await makeDeviceKey();
		await this.store.run("readwrite", (tx) => tx.put(PENDING, fresh)).catch(() => undefined);
		return fresh;
	}
}
