import assert from "node:assert/strict";
import { test } from "node:test";
import { askForShort, type ShortAnswer } from "../src/short";

/** A network that answers as told, 400 ms later. */
async function ask(reply: () => Response): Promise<{ answer: ShortAnswer; sent: RequestInit }> {
	let [now, sent] = [5_000, {} as RequestInit];
	const answer = await askForShort({
		fetch: async (url, init) => {
			assert.equal(url, "/api/v1/my-code/short-code");
			now += 400;
			sent = init;
			return reply();
		},
		now: () => now,
		endpoint: "/api/v1/my-code/short-code",
		csrf: "token",
	});
	return { answer, sent };
}

const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status });

test("a short code counts down from when it was asked for, not from when it came", async () => {
	const { answer, sent } = await ask(() => json({ code: "7K3M 92QD", seconds: 60 }));
	assert.deepEqual(answer, { kind: "code", code: "7K3M 92QD", until: 65_000 });
	assert.equal(sent.method, "POST");
	assert.equal(new Headers(sent.headers).get("x-csrf-token"), "token");
});

test("every other answer is no short code", async () => {
	for (const status of [429, 503, 409, 410, 403, 500]) {
		assert.equal((await ask(() => json({ code: "7K3M 92QD", seconds: 60 }, status))).answer.kind, "none", `${status}`);
	}
	assert.equal((await ask(() => json({ code: 7, seconds: 60 }))).answer.kind, "none");
	assert.equal((await ask(() => new Response("<html>Sign in to the network</html>"))).answer.kind, "none");
	const broken = await ask(() => {
		throw new TypeError("no network");
	});
	assert.equal(broken.answer.kind, "none");
});
