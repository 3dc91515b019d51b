/**
 * The signed data that the device judges by, fetched, checked and kept: the root as it was first seen, the trust list
 * under it, the configuration and the status lists under that. A fetch that fails, and data that does not hold, leave
 * what is kept; versions never fall. Whoever is asked while something new comes sees the old whole or the new whole.
 */

import type { Bytes } from "../../bytes";
import { attempt, Refused } from "../../verify/refused";
import type { Key } from "../../verify/key";
import { equal } from "../../verify/encoding";
import { readRoots, readSignedTrust, readStatus, StatusLists, VerifiedStatus, type TrustList } from "../../verify/index";
import { readConfig } from "./config";
import { APP } from "./env";
import { ask, type Asking } from "./request";
import type { Store, Tx } from "./store";
import type { Config, Freshness, SignedProblem, SignedState } from "./types";

const ROOT = "/.well-known/tongxing-root.json";
const TRUST = "/.well-known/tongxing-trust.jws";
const CONFIG = "/.well-known/tongxing-checkpoint.jws";
const STATUS = "status:";

/** Something fetched, and when its server last said that it is the newest. */
interface Kept<T> {
	content: T;
	etag?: string | undefined;
	fetched: number;
}

interface Versions {
	trust: number;
	config: number;
}

/** All that a verdict needs, of one moment. */
export interface Data {
	trust: TrustList;
	statuses: StatusLists;
	config: Config;
}

export class Signed {
	private roots: Key[] = [];
	private trust: TrustList | undefined;
	private config: Config | undefined;
	/** The configuration as it was signed. */
	private signedConfig: Kept<string> | undefined;
	private statuses = new StatusLists();
	private fetched: { trust?: number; config?: number; lists: Map<string, number> } = { lists: new Map() };
	/** The same of lists that have ended: they count no more, and how old they are is still to be said. */
	private readonly listsSeen = new Map<string, number>();
	private versions: Versions = { trust: 0, config: 0 };
	private problem: SignedProblem | undefined;
	private refreshing: Promise<void> | undefined;

	constructor(
		private readonly asking: Asking,
		private readonly store: Store,
	) {}

	/** Reads what is kept. */
	async load(): Promise<void> {
		const kept = await this.store.run("readonly", async (tx) => ({
			root: await tx.get<string>("root"),
			versions: await tx.get<Versions>("versions"),
			trust: await tx.get<Kept<string>>("trust"),
			config: await tx.get<Kept<string>>("config"),
			lists: await keptLists(tx),
		})).catch(() => undefined);
		if (!kept) return;
		this.versions = kept.versions ?? this.versions;
		const root = kept.root;
		this.roots = (root && (await attempt(() => readRoots(root)))) || [];
		if (kept.trust) await attempt(() => this.takeTrust(kept.trust!));
		if (kept.config) await attempt(() => this.takeConfig(kept.config!));
		for (const [uri, list] of kept.lists) {
			this.listsSeen.set(uri, list.fetched);
			await attempt(() => this.takeList(uri, list));
		}
	}

	/** What to judge by now; `undefined` while there is nothing that counts. */
	data(): Data | undefined {
		const config = this.current();
		return config && this.trust && { trust: this.trust, statuses: this.statuses, config };
	}

	/** To whom to seal. Also of a configuration that has ended: a report in hand is never lost for that. */
	get sealKey(): Config["seal"][number] | undefined {
		return this.config?.seal[0];
	}

	/** Limits, also of a configuration that has ended. */
	get limits(): Config | undefined {
		return this.config;
	}

	state(): SignedState {
		const age = this.age();
		const config = this.current();
		return { config, age, freshness: this.freshness(), problem: this.problem, supported: (this.config?.minimum ?? 0) <= APP };
	}

	freshness(): Freshness {
		const config = this.current();
		if (!config || !this.trust) return "none";
		const whole = config.statusLists.every((uri) => this.fetched.lists.has(uri));
		const age = whole ? this.age() : Infinity;
		return age >= config.checkAfter ? "stale" : age >= config.amberAfter ? "amber" : "fresh";
	}

	/** Seconds since the oldest of what is needed was known to be the newest; infinite where one is missing. */
	age(): number {
		const { trust, config, lists } = this.fetched;
		const needed = [trust, config, ...(this.config?.statusLists ?? []).map((uri) => lists.get(uri) ?? this.listsSeen.get(uri))];
		const oldest = Math.min(...needed.map((time) => time ?? -Infinity));
		return Math.max(0, this.asking.clock.now() - oldest);
	}

	/** Fetches everything anew. One at a time; a second caller waits for the first. */
	refresh(): Promise<void> {
		this.refreshing ??= this.fetchAll().finally(() => (this.refreshing = undefined));
		return this.refreshing;
	}

	private current(): Config | undefined {
		return this.config && this.asking.clock.now() < this.config.expires ? this.config : undefined;
	}

	private async fetchAll(): Promise<void> {
		const problems = [await this.fetchTrust()];
		if (this.trust && problems[0] !== "root_changed") {
			problems.push(await this.fetchConfig());
			for (const uri of this.config?.statusLists ?? []) problems.push(await this.fetchList(uri));
			await this.forgetLists();
		}
		const order: SignedProblem[] = ["root_changed", "refused", "older", "offline"];
		this.problem = order.find((problem) => problems.includes(problem));
	}

	private async fetchTrust(): Promise<SignedProblem | undefined> {
		if (this.roots.length === 0 && !(await this.firstRoot())) return "offline";
		const problem = await this.fetchKept("trust", TRUST, asText, (kept) => this.takeTrust(kept), (text) => readSignedTrust(text, this.roots, 0, this.now()));
		return problem === "refused" && (await this.rootChanged()) ? "root_changed" : problem;
	}

	private fetchConfig(): Promise<SignedProblem | undefined> {
		const trust = this.trust!;
		return this.fetchKept("config", CONFIG, asText, (kept) => this.takeConfig(kept), (text) => readConfig(text, trust, 0, this.now()));
	}

	private fetchList(uri: string): Promise<SignedProblem | undefined> {
		return this.fetchKept(STATUS + uri, pathOf(uri), asBytes, (kept) => this.takeList(uri, kept));
	}

	/**
	 * Fetches one, takes it where it holds, and keeps it. `anyVersion` reads it whatever its version: what it reads and
	 * `take` does not is older than what was seen.
	 */
	private async fetchKept<T>(
		name: string, address: string, read: (response: Response) => Promise<T>, take: (kept: Kept<T>) => Promise<void>, anyVersion?: (content: T) => Promise<unknown>,
	): Promise<SignedProblem | undefined> {
		const before = await this.store.run("readonly", (tx) => tx.get<Kept<T>>(name)).catch(() => undefined);
		// Only what is in use may be answered by "unchanged".
		const etag = this.uses(name) ? before?.etag : undefined;
		const response = await ask(this.asking, address, { headers: etag ? { "if-none-match": etag } : {} });
		if (response?.status === 304 && before) return this.keep(name, { ...before, fetched: this.now() });
		if (response?.status !== 200) return "offline";
		const kept = { content: await read(response), etag: response.headers.get("etag") ?? undefined, fetched: this.now() };
		if (await attempt(async () => (await take(kept), true))) return this.keep(name, kept);
		return anyVersion && (await attempt(() => anyVersion(kept.content))) ? "older" : "refused";
	}

	private uses(name: string): boolean {
		if (name === "trust") return this.trust !== undefined;
		if (name === "config") return this.config !== undefined;
		return this.fetched.lists.has(name.slice(STATUS.length));
	}

	private async keep<T>(name: string, kept: Kept<T>): Promise<undefined> {
		this.noteFetched(name, kept.fetched);
		const versions = this.versions;
		await this.store.run("readwrite", async (tx) => {
			const seen = await tx.get<Versions>("versions");
			// Another tab may be further.
			if (seen && (seen.trust > versions.trust || seen.config > versions.config)) return;
			await tx.put("versions", versions);
			await tx.put(name, kept);
		}).catch(() => undefined);
	}

	private noteFetched(name: string, fetched: number): void {
		if (name === "trust" || name === "config") this.fetched[name] = fetched;
		else this.fetched.lists.set(name.slice(STATUS.length), fetched);
		if (name.startsWith(STATUS)) this.listsSeen.set(name.slice(STATUS.length), fetched);
	}

	private async takeTrust({ content, fetched }: Kept<string>): Promise<void> {
		const trust = await readSignedTrust(content, this.roots, this.versions.trust, this.now());
		await this.asking.clock.reached(trust.issued);
		const changed = trust.version !== this.trust?.version;
		this.trust = trust;
		this.versions = { ...this.versions, trust: trust.version };
		this.fetched.trust = fetched;
		if (changed) await this.checkAnew();
	}

	private async takeConfig(kept: Kept<string>): Promise<void> {
		const { content, fetched } = kept;
		if (!this.trust) throw new Refused();
		const config = await readConfig(content, this.trust, this.versions.config, this.now());
		await this.asking.clock.reached(config.issued);
		this.config = config;
		this.signedConfig = kept;
		this.versions = { ...this.versions, config: config.version };
		this.fetched.config = fetched;
	}

	private async takeList(uri: string, { content, fetched }: Kept<Bytes>): Promise<void> {
		this.statuses.insert(await this.verified(uri, content));
		this.fetched.lists.set(uri, fetched);
	}

	private async verified(uri: string, content: Bytes): Promise<VerifiedStatus> {
		if (!this.trust) throw new Refused();
		const list = await VerifiedStatus.from(await readStatus(content), this.trust, this.now());
		if (list.uri !== uri) throw new Refused();
		return list;
	}

	/** Under another trust list a key may be withdrawn: what it signed counts no more, and is fetched anew. */
	private async checkAnew(): Promise<void> {
		const { signedConfig } = this;
		if (signedConfig && !(await attempt(async () => (await this.takeConfig(signedConfig), true)))) this.config = undefined;
		if (this.fetched.lists.size === 0) return;
		const lists = await this.store.run("readonly", keptLists).catch(() => []);
		// The old ones go on until the new ones are there.
		const statuses = new StatusLists();
		const fetched = new Map<string, number>();
		for (const [uri, list] of lists) {
			const verified = await attempt(() => this.verified(uri, list.content));
			if (verified) statuses.insert(verified);
			if (verified) fetched.set(uri, list.fetched);
		}
		this.statuses = statuses;
		this.fetched.lists = fetched;
	}

	private async forgetLists(): Promise<void> {
		const { config } = this;
		const gone = (uri: string): boolean => config !== undefined && !config.statusLists.includes(uri);
		for (const uri of [...this.fetched.lists.keys()].filter(gone)) {
			this.fetched.lists.delete(uri);
			await this.store.run("readwrite", (tx) => tx.delete(STATUS + uri)).catch(() => undefined);
		}
	}

	private async firstRoot(): Promise<boolean> {
		const text = await this.fetchRoot();
		const roots = text !== undefined && (await attempt(() => readRoots(text)));
		if (!text || !roots) return false;
		this.roots = roots;
		await this.store.run("readwrite", (tx) => tx.put("root", text)).catch(() => undefined);
		return true;
	}

	/** Whether the server names other roots than those first seen. */
	private async rootChanged(): Promise<boolean> {
		const text = await this.fetchRoot();
		const roots = text !== undefined && (await attempt(() => readRoots(text)));
		if (!roots) return false;
		const [theirs, ours] = [await thumbprints(roots), await thumbprints(this.roots)];
		return !ours.some((one) => theirs.some((other) => equal(one, other)));
	}

	private async fetchRoot(): Promise<string | undefined> {
		const response = await ask(this.asking, ROOT);
		return response?.status === 200 ? response.text() : undefined;
	}

	private now(): number {
		return this.asking.clock.now();
	}
}

/**
 * Its address at the server that this page is from, whatever name that is reached by: the page may ask no other, and the
 * list itself says, signed, whose it is.
 */
function pathOf(uri: string): string {
	try {
		const { pathname, search } = new URL(uri);
		return pathname + search;
	} catch {
		return uri;
	}
}

const asText = (response: Response): Promise<string> => response.text();
const asBytes = async (response: Response): Promise<Bytes> => new Uint8Array(await response.arrayBuffer());
const thumbprints = (keys: Key[]): Promise<Bytes[]> => Promise.all(keys.map((key) => key.thumbprint()));

async function keptLists(tx: Tx): Promise<[string, Kept<Bytes>][]> {
	const found: [string, Kept<Bytes>][] = [];
	for (const name of await tx.names(STATUS)) {
		const list = await tx.get<Kept<Bytes>>(name);
		if (list) found.push([name.slice(STATUS.length), list]);
	}
	return found;
}
