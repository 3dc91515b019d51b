import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { toBase64url } from "../src/bytes";
import { readStatus, readTrust, StatusLists, VerifiedStatus } from "../src/verify/index";
import { rootKey } from "./root-key";

const NOW = 1_795_420_800;
const URI = "https://code.example/s/1";

type Signing = Awaited<ReturnType<typeof rootKey>>;

/** Two issuers whose status lists count. */
async function world() {
	const [ours, other] = [await rootKey(), await rootKey()];
	const issuer = (name: string, { kid, jwk: { kty, crv, x, y } }: Signing) => ({
		issuer: name, format: "tongxing", purposes: ["status"],
		keys: [{ kid, jwk: { kty, crv, x, y }, not_before: NOW - 60, not_after: NOW + 60, state: "active" }],
	});
	const issuers = [issuer("CN-HB", ours), issuer("OTHER", other)];
	const trust = await readTrust(JSON.stringify({ version: 1, issued: NOW, issuers }));
	const list = async (signing: Signing, issued: number, withdrawn: number): Promise<VerifiedStatus> => {
		const bits = new Uint8Array(2);
		bits.set([1 << (withdrawn & 7)], withdrawn >> 3);
		const payload = {
			sub: URI, iat: issued, exp: issued + 3600, ttl: 300, status_list: { bits: 1, lst: toBase64url(deflateSync(bits)) },
		};
		const token = await signing.sign(payload, { alg: "ES256", kid: signing.kid, typ: "statuslist+jwt" });
		return VerifiedStatus.from(await readStatus(new TextEncoder().encode(token)), trust, NOW);
	};
	return { ours, other, list };
}

/** Which of sixteen passes of an issuer the lists call withdrawn; `undefined` where no list answers. */
function withdrawn(lists: StatusLists, iss: string): number[] | undefined {
	const answers = [...Array(16).keys()].map((index) => lists.answer({ iss, uri: URI, index } as Parameters<StatusLists["answer"]>[0], NOW));
	if (answers.every((answer) => answer === "unknown")) return undefined;
	return answers.flatMap((answer, index) => (answer === "withdrawn" ? [index] : []));
}

test("the newest list of an address counts, and a withdrawal among equals", async () => {
	const { ours, list } = await world();
	const [old, middle, fresh, same] = [await list(ours, NOW - 60, 7), await list(ours, NOW - 30, 10), await list(ours, NOW, 8), await list(ours, NOW, 9)];
	for (const order of [[old, fresh, same, middle], [same, middle, fresh, old]]) {
		const lists = new StatusLists();
		for (const one of order) lists.insert(one);
		assert.deepEqual(withdrawn(lists, "CN-HB"), [8, 9]);
		assert.equal(withdrawn(lists, "OTHER"), undefined);
	}
});

test("the list of another issuer under our address takes no place", async () => {
	const { ours, other, list } = await world();
	const lists = new StatusLists();
	lists.insert(await list(ours, NOW - 30, 3));
	lists.insert(await list(other, NOW, 5));
	assert.deepEqual(withdrawn(lists, "CN-HB"), [3]);
	assert.deepEqual(withdrawn(lists, "OTHER"), [5]);
});
