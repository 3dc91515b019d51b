// A device of an inspector without its browser: the application's core in node, against the real program.
import assert from "node:assert/strict";
import { build } from "esbuild";
import { IDBFactory } from "fake-indexeddb";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";

/** @typedef {import("../src/inspect/core/index.ts").Inspector} Inspector */
/** @typedef {import("../src/inspect/core/index.ts").Env} Env */

const PIN = "123456";

/** The core as node reads it. */
async function core() {
	const folder = await mkdtemp(`${tmpdir()}/tongxing-core-`);
	try {
		const outfile = `${folder}/core.mjs`;
		await build({ entryPoints: [new URL("../src/inspect/core/index.ts", import.meta.url).pathname], outfile, bundle: true, format: "esm", platform: "node", target: "node20" });
		/** @type {typeof import("../src/inspect/core/index.ts")} */
		const loaded = await import(outfile);
		return loaded;
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

/**
 * A device with a storage of its own. `open` opens the application anew, as after its browser was killed; `sent` has
 * every item that was ever put into a request, `requests` every request to the outbox: signed, so it may be sent again.
 * @param {string} origin @param {() => string} cookie of the inspector who is signed in
 */
export async function device(origin, cookie) {
	const { openInspector } = await core();
	const indexedDB = /** @type {globalThis.IDBFactory} */ (/** @type {unknown} */ (new IDBFactory()));
	/** @type {Map<string, string>} */
	const sent = new Map();
	/** @type {RequestInit[]} */
	const requests = [];
	/** @type {Env["fetch"]} */
	const send = (path, init = {}) => {
		const headers = new Headers(init.headers);
		headers.set("cookie", cookie());
		headers.set("origin", origin);
		headers.set("sec-fetch-site", "same-origin");
		if (path.endsWith("/outbox") && init.body instanceof Uint8Array) {
			requests.push({ ...init, headers, signal: null });
			for (const item of JSON.parse(new TextDecoder().decode(init.body)).items) {
				const text = JSON.stringify(item);
				if ((sent.get(item.id) ?? text) !== text) throw new Error("an item was sent with other content");
				sent.set(item.id, text);
			}
		}
		return fetch(origin + path, { ...init, headers });
	};
	/** @param {Partial<Env>} [changes] */
	const open = (changes = {}) =>
		openInspector({
			fetch: send, origin, indexedDB, locks: undefined, storage: undefined, pinRounds: 1000,
			wall: () => Date.now(), steady: () => performance.now(), chance: () => Math.random(), online: () => true,
			random: (length) => crypto.getRandomValues(new Uint8Array(length)),
			...changes,
		});
	return { open, send, sent, requests };
}

/**
 * Reports somebody without a code whose temperature is abnormal; resolves once the application says that it has it.
 * @param {Inspector} app @param {string} lastFour
 */
export async function report(app, lastFour) {
	const scanned = await app.nobody("other", lastFour);
	if (scanned.kind !== "person") throw new Error(`nobody can be scanned: ${JSON.stringify(scanned)}`);
	const { config } = app.state().signed;
	const hot = (config?.threshold ?? 0) + 5;
	scanned.person.read(hot, "forehead");
	scanned.person.read(hot, "ear");
	return scanned.person.report("fever_clinic");
}

/**
 * @typedef {object} World
 * @property {string} origin
 * @property {() => string} cookie of an inspector who is signed in
 * @property {string} code with which a device enrols
 * @property {() => Promise<void>} kill ends the server at once
 * @property {() => Promise<void>} restart on the same folder
 */

/**
 * Rounds of reports whose upload the server does not survive, the page often neither; then everything is sent once
 * more. Answers how many reports the application said it has.
 * @param {World} world @param {number} rounds @param {() => number} chance in [0, 1)
 */
export async function killedUploads(world, rounds, chance) {
	const { open, sent, requests } = await device(world.origin, world.cookie);
	let app = await working(await open(), world.code);
	let made = 0;
	for (let round = 0; round < rounds; round++) {
		for (let left = 5 + Math.floor(chance() * 5); left > 0; left--) {
			assert.ok((await report(app, String(made).padStart(4, "0"))).durable);
			made++;
		}
		// The upload has begun with the first of them; a moment later the server is gone.
		const flushed = app.flush();
		await new Promise((done) => setTimeout(done, chance() * 120));
		await world.kill();
		await flushed;
		if (chance() < 0.5) {
			app = await open();
			assert.equal((await app.unlock(PIN)).kind, "unlocked");
		}
		await world.restart();
	}
	await app.end();
	for (let tries = 0; app.state().outbox.waiting > 0 && tries < 20; tries++) await app.flush();
	assert.deepEqual([app.state().outbox.waiting, app.state().outbox.refused], [0, 0]);
	await againKnown(world.origin, requests);
	return { made, items: sent.size };
}

/** Enrols, begins a shift at the first checkpoint, and sets the PIN. @param {Inspector} app @param {string} code */
export async function working(app, code) {
	await app.refresh();
	assert.deepEqual(await app.enrol(code), { kind: "enrolled" });
	const checkpoint = app.state().signed.config?.checkpoints[0];
	assert.ok(checkpoint, "there is a checkpoint");
	assert.deepEqual(await app.begin(checkpoint.id), { kind: "begun", online: true });
	await app.setPin(PIN);
	return app;
}

/**
 * Everything once more, the last first: the server knows each item by now.
 * @param {string} origin @param {RequestInit[]} requests
 */
async function againKnown(origin, requests) {
	for (const request of [...requests].reverse()) {
		const send = () => fetch(`${origin}/api/v1/checkpoint/outbox`, request);
		// A connection that the killed server left open fails once.
		const answer = await send().catch(send);
		assert.equal(answer.status, 200);
		for (const { id, outcome } of (await answer.json()).items) assert.equal(outcome, "known", id);
	}
}
