/** How many codes a second the verifier checks, beside the bare signature check of the platform. */

import { base45 } from "../src/verify/encoding";
import { readStatus, readTrust, StatusLists, verify, VerifiedStatus } from "../src/verify/index";
import { base64 } from "../src/verify/encoding";
import { readScan } from "../src/verify/scan";
import type { Vectors } from "./vectors";

const ROUNDS = 2_000;

async function rate(check: () => Promise<unknown>): Promise<number> {
	for (let warm = 0; warm < 100; warm++) await check();
	const begun = performance.now();
	for (let round = 0; round < ROUNDS; round++) await check();
	return Math.round((ROUNDS * 1000) / (performance.now() - begun));
}

export async function speed(vectors: Vectors): Promise<{ verifier: number; bare: number; live: number }> {
	const trust = await readTrust(JSON.stringify(vectors.trust.ours));
	const statuses = new StatusLists();
	statuses.insert(await VerifiedStatus.from(await readStatus(base64(vectors.status.good ?? "")), trust, vectors.at));
	const passing = (live: boolean): string => {
		const found = vectors.cases.find((one) => {
			const text = vectors.codes[one.code ?? -1];
			const usual = one.trust === undefined && one.status === undefined && one.at === undefined && one.splice === undefined;
			return usual && one.verdict === "PASS" && text !== undefined && (base45(text.slice(4))[0] === 0x83) === live;
		});
		return vectors.codes[found?.code ?? -1] ?? "";
	};
	const [printed, shown] = [passing(false), passing(true)];
	const check = (text: string) => async (): Promise<void> => {
		const { verdict } = await verify(text, trust, statuses, vectors.at, { documentMatches: true });
		if (verdict !== "PASS") throw new Error(verdict);
	};
	const { pass } = await readScan(printed);
	const [named] = pass ? trust.named(pass.kid) : [];
	if (!pass || !named) throw new Error("no pass to measure with");
	return {
		verifier: await rate(check(printed)),
		bare: await rate(() => named[1].key.verify(pass.message, pass.signature)),
		live: await rate(check(shown)),
	};
}
