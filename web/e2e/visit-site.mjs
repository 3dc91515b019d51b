// A service at which people register: two units with day keys, and locations with posters, put into its database where the
// pages that make them are stories of their own.
import { execFile } from "node:child_process";
import { randomInt } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { BINARY } from "./service.mjs";

const run = promisify(execFile);
const ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
const UNITS = ["省疾控中心", "Supervision office"];

/** @typedef {{folder: string, origin: string}} Site */
/** @typedef {{name: string, other: string, entryRule?: boolean, ends?: number, state?: string}} Wanted `ends`: seconds from now */

/** What the database answers. @param {Site} site @param {string} statements */
export async function sql(site, statements) {
	const { stdout } = await run("sqlite3", ["-cmd", ".timeout 10000", `${site.folder}/tongxing.db`, statements]);
	return stdout.trim();
}

/** A code as the service draws them: the sum of its characters, weighted 18 … 1, is divisible by 31. */
function code() {
	const digits = Array.from({ length: 17 }, () => randomInt(31));
	const sum = digits.reduce((sum, digit, at) => sum + digit * (18 - at), 0);
	return [...digits, (31 - (sum % 31)) % 31].map((digit) => ALPHABET[digit]).join("");
}

/** Both units make keys for a month, and their lists are in force. @param {Site} site */
export async function giveKeys(site) {
	const phrase = `${site.folder}/authority-phrase`;
	await writeFile(phrase, "correct horse battery staple", { mode: 0o600 });
	const env = { ...process.env, TONGXING_AUTHORITY_PASSPHRASE_FILE: phrase };
	for (const [at, unit] of UNITS.entries()) {
		const [keys, list] = ["keys", "list"].map((ending) => `${site.folder}/unit-${at}.${ending}`);
		await run(BINARY, ["authority", "keys", "--unit", unit, "--out", keys ?? "", "--public", list ?? ""], { env });
		/** @type {{keys: {day: string, public: string}[]}} */
		const { keys: days } = JSON.parse(await readFile(list ?? "", "utf8"));
		const row = 7000 + at;
		const points = days.map((key) => `(${Date.parse(key.day) / 86_400_000}, ${row}, x'${Buffer.from(key.public, "base64url").toString("hex")}')`);
		await sql(site, `INSERT INTO unit (id, name) VALUES (${row}, '${unit}');
			INSERT INTO visit_key_list (id, half, unit_id, fingerprint, added_at, added_by, confirmed_at, confirmed_by) VALUES (${row}, ${at + 1}, ${row}, 'f', 1, 1, 2, 2);
			INSERT INTO visit_day_key (day, list_id, public_key) VALUES ${points.join(", ")};`);
	}
}

let locations = 0;

/** A location with a poster, and its link. @param {Site} site @param {Wanted} wanted */
export async function location(site, { name, other, entryRule = false, ends, state = "approved" }) {
	const [id, poster, now] = [8000 + ++locations, code(), Date.now() * 1000];
	await sql(site, `INSERT INTO location (id, name, name_other, kind, division, address, stay, entry_rule, state, made_at, made_by, version)
			VALUES (${id}, '${name}', '${other}', 'market', '420106', '1 River Road', 60, ${entryRule ? 1 : 0}, '${state}', ${now}, 1, 0);
		INSERT INTO location_code (code, location_id, tablet, version, made_at, made_by, ends_at)
			VALUES ('${poster}', ${id}, 0, 1, ${now}, 1, ${ends === undefined ? "NULL" : now + ends * 1_000_000});`);
	// Ids stand in addresses as sixteen hexadecimal digits.
	return { id, path: `/locations/${id.toString(16).padStart(16, "0")}`, link: `${site.origin}/v/${poster}` };
}

/** How many entered and left, as far as the server knows. @param {Site} site @param {number} location */
export async function counted(site, location) {
	const sums = await sql(site, `SELECT COALESCE(SUM(entries), 0), COALESCE(SUM(exits), 0) FROM visit_count WHERE location_id = ${location};`);
	return sums.split("|").map(Number);
}
