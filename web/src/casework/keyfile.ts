/**
 * A unit's key file (docs/sealed-visits.md, section 2), opened in the officer's own browser. Neither it nor its
 * passphrase is ever sent or stored. argon2id is no part of WebCrypto: hash-wasm does it (decision 0035).
 */

import { argon2id } from "hash-wasm";
import { concat, toBase64url, type Bytes } from "../bytes";
import { Cannot } from "./failure";
import { cipher, dayKey, decrypt, header, type DayKey } from "./sealed";

const FORMAT = "tongxing-visit-day-keys-1";
/** The most that a file may ask of a browser: 512 MiB, 16 passes, 16 lanes. */
const MOST = { memory_kib: 512 * 1024, passes: 16, lanes: 16 };

interface Lock {
	kdf: string;
	memory_kib: number;
	passes: number;
	lanes: number;
	salt: string;
}

interface Entry {
	day: string;
	kid: string;
	public: string;
	/** Absent once it was destroyed. */
	sealed?: string;
}

export interface KeyFile {
	format: string;
	unit: string;
	lock: Lock;
	keys: Entry[];
}

const isText = (value: unknown): value is string => typeof value === "string";

/** Reads the text of a key file. */
export function readKeyFile(text: string): KeyFile {
	let file: Partial<KeyFile> | null;
	try {
		file = JSON.parse(text) as Partial<KeyFile> | null;
	} catch {
		throw new Cannot("file");
	}
	const keys = file?.keys;
	const read = file?.format === FORMAT && isText(file.unit) && typeof file.lock === "object" && Array.isArray(keys) && keys.length > 0;
	if (!read || !keys.every((key) => isText(key?.day) && isText(key.kid) && isText(key.public) && (key.sealed === undefined || isText(key.sealed)))) throw new Cannot("file");
	return file as KeyFile;
}

/** Base64 with padding (RFC 4648, section 4), as the file has it. */
function fromBase64(text: string): Bytes {
	return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** What a sealed private half is bound to: each part behind its length in 8 bytes. */
function bound(...parts: string[]): Bytes {
	const pieces = parts.map((part) => {
		const bytes = new TextEncoder().encode(part);
		const length = new Uint8Array(8);
		new DataView(length.buffer).setUint32(4, bytes.length);
		return concat(length, bytes);
	});
	return concat(...pieces);
}

async function passphraseKey({ kdf, memory_kib, passes, lanes, salt }: Lock, passphrase: string): Promise<CryptoKey> {
	const fits = (value: number, most: number): boolean => Number.isInteger(value) && value >= 1 && value <= most;
	if (kdf !== "argon2id" || !fits(memory_kib, MOST.memory_kib) || !fits(passes, MOST.passes) || !fits(lanes, MOST.lanes)) throw new Cannot("lock");
	try {
		return await cipher(
			(await argon2id({ password: passphrase, salt: fromBase64(salt), memorySize: memory_kib, iterations: passes, parallelism: lanes, hashLength: 32, outputType: "binary" })) as Bytes,
		);
	} catch {
		throw new Cannot("lock");
	}
}

/** A key file whose passphrase was right. */
export class Unlocked {
	readonly #opened = new Map<string, DayKey>();

	private constructor(
		readonly file: KeyFile,
		readonly sealing: CryptoKey,
	) {}

	/** A wrong passphrase is said once, and not for every share. */
	static async open(file: KeyFile, passphrase: string): Promise<Unlocked> {
		const unlocked = new Unlocked(file, await passphraseKey(file.lock, passphrase));
		const first = file.keys.find((key) => key.sealed !== undefined);
		if (first) await unlocked.#privateHalf(first);
		return unlocked;
	}

	/** The key that a wrapped share asks for. */
	async keyFor(share: Bytes): Promise<DayKey> {
		const { day, kid, unit } = header(share);
		const { file } = this;
		if (unit !== file.unit) throw new Cannot("unit", { key: file.unit, share: unit });
		const entry = file.keys.find((key) => key.day === day);
		if (!entry) throw new Cannot("day", { day, first: file.keys[0]?.day ?? "", last: file.keys[file.keys.length - 1]?.day ?? "" });
		if (entry.kid !== kid) throw new Cannot("key", { day });
		const known = this.#opened.get(day);
		if (known) return known;
		const opened = await dayKey(toBase64url(await this.#privateHalf(entry)), entry.public);
		this.#opened.set(day, opened);
		return opened;
	}

	async #privateHalf({ day, kid, sealed }: Entry): Promise<Bytes> {
		if (sealed === undefined) throw new Cannot("destroyed", { day });
		try {
			const bytes = fromBase64(sealed);
			return await decrypt(this.sealing, bytes.slice(0, 12), bound(FORMAT, this.file.unit, day, kid), bytes.slice(12));
		} catch {
			throw new Cannot("passphrase");
		}
	}
}
