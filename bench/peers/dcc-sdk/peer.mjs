// npm `@pathcheck/dcc-sdk` as a peer: see ../README.md.
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import sdk from "@pathcheck/dcc-sdk";

const token = JSON.parse(await readFile(process.argv[2], "utf8"));
sdk.addCachedKeys({ [token.kid]: token.spki });

const check = async () => {
	const { status } = await sdk.unpackAndVerify(token.text);
	if (status !== "verified") throw new Error(`the peer says ${status}`);
};

await check();
for await (const line of createInterface({ input: process.stdin })) {
	const begun = process.hrtime.bigint();
	for (let call = 0; call < Number(line); call += 1) await check();
	console.log(Number(process.hrtime.bigint() - begun) / 1e9);
}
