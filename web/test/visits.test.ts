import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fromBase64url, toBase64url } from "../src/bytes";
import { dayKey, join, openRecord, openShare, type Sealed } from "../src/casework/sealed";

interface Vectors {
	units: { private: string; public: string }[];
	other_keys: Record<string, { private: string; public: string }>;
	shares: { wrapped: string; opened: string }[];
	records: (Sealed & { kind: string; holder: string })[];
	refused: { shares_of_the_first_unit: string[]; opened_by_the_first_unit: string[]; records_of_the_first_place: string[] };
}

// Node runs the bundled test from web/.test.
const vectors = JSON.parse(readFileSync(new URL("../../vectors/visits.json", import.meta.url), "utf8")) as Vectors;
const [one, other] = vectors.shares as [Vectors["shares"][0], Vectors["shares"][0]];
const first = await dayKey(vectors.units[0]?.private ?? "", vectors.units[0]?.public ?? "");
const recordKey = (): Promise<Uint8Array<ArrayBuffer>> => join(fromBase64url(one.opened), fromBase64url(other.opened));

test("WebCrypto alone opens the shares that crates/visits wrapped", async () => {
	for (const [at, share] of vectors.shares.entries()) {
		const unit = vectors.units[at];
		const key = await dayKey(unit?.private ?? "", unit?.public ?? "");
		assert.equal(toBase64url(await openShare(fromBase64url(share.wrapped), key)), share.opened);
	}
});

test("two opened shares make the key that opens the records", async () => {
	const key = await recordKey();
	assert.deepEqual(await join(fromBase64url(other.opened), fromBase64url(one.opened)), key);
	assert.equal(vectors.records.length, 4);
	for (const record of vectors.records) {
		const { kind, holder } = await openRecord(key, record);
		assert.deepEqual([kind, toBase64url(holder)], [record.kind, record.holder]);
	}
});

test("what is changed, moved, or of another key does not open", async () => {
	const [share, key] = [fromBase64url(one.wrapped), await recordKey()];
	for (const { private: secret, public: point } of [vectors.units[1], ...Object.values(vectors.other_keys)].filter((unit) => unit !== undefined)) {
		await assert.rejects(openShare(share, await dayKey(secret, point)));
	}
	for (const changed of vectors.refused.shares_of_the_first_unit) await assert.rejects(openShare(fromBase64url(changed), first), changed);
	for (const changed of vectors.refused.opened_by_the_first_unit) await assert.rejects(join(fromBase64url(changed), fromBase64url(other.opened)), changed);
	const [here, there] = vectors.records;
	assert.ok(here && there);
	for (const record of vectors.refused.records_of_the_first_place) await assert.rejects(openRecord(key, { ...here, record }), record);
	await assert.rejects(openRecord(key, { ...here, record: there.record }));
	await assert.rejects(openRecord(key, { ...here, slot: here.slot + 1 }));
});
