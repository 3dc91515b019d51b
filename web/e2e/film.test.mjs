// The guide film on the help page of the real program: it plays, its captions load, and no other page may play films.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { axe, fits, launch, PHONE, watchedPage } from "./browser.mjs";
import { LANGUAGES, start } from "./service.mjs";

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof start>>} */
let site;
/** @type {{scenes: {key: string, seconds: number}[]}} */
const { scenes } = JSON.parse(await readFile(new URL("../../crates/server/src/help/film.json", import.meta.url), "utf8"));
const LENGTH = scenes.reduce((sum, { seconds }) => sum + seconds, 0);

before(async () => {
	browser = await launch(["--autoplay-policy=no-user-gesture-required"]);
	site = await start();
});
after(async () => {
	await browser?.close();
	await site?.stop();
});

for (const [language, locale] of LANGUAGES) {
	test(`the help page plays the film with captions in ${language}`, async () => {
		const context = await browser.newContext({ ...PHONE, viewport: { width: 320, height: 640 }, locale });
		const { page, problems } = await watchedPage(context);
		/** @type {string[]} */
		const asked = [];
		page.on("request", (request) => asked.push(new URL(request.url()).pathname));
		await page.goto(`${site.origin}/help`);
		await fits(page, "help");
		assert.ok(!asked.some((path) => path.endsWith(".mp4")), "the film is fetched only when it is wanted");
		const played = await page.locator("video").evaluate(async (/** @type {HTMLVideoElement} */ video) => {
			video.muted = true;
			await video.play();
			video.currentTime = video.duration - 1;
			await new Promise((done) => video.addEventListener("seeked", done, { once: true }));
			const track = [...video.textTracks].find(({ mode }) => mode === "showing");
			for (let tries = 0; tries < 50 && !track?.cues?.length; tries++) await new Promise((done) => setTimeout(done, 100));
			const cues = [...(track?.cues ?? [])].map((cue) => /** @type {VTTCue} */ (cue).text);
			return { length: video.duration, width: video.videoWidth, tracks: video.textTracks.length, language: track?.language, cues };
		});
		assert.ok(Math.abs(played.length - LENGTH) < 0.2, `${played.length} s`);
		assert.equal(played.width, 540);
		assert.equal(played.tracks, LANGUAGES.length);
		assert.equal(played.language, language);
		assert.equal(played.cues.length, scenes.length);
		await page.locator("summary").first().click();
		assert.deepEqual(await page.locator("details li").allInnerTexts(), played.cues, "the transcript says the same");
		await axe(page, `help with the transcript open, in ${language}`);
		assert.deepEqual(problems, []);
		await context.close();
	});
}

test("a part of the film is served as a part, and only the help page may play it", async () => {
	const policy = async (/** @type {string} */ path) => (await fetch(site.origin + path)).headers.get("content-security-policy") ?? "";
	assert.match(await policy("/help"), /media-src 'self'/);
	for (const path of ["/", "/help/apply", "/apply", "/nowhere"]) assert.doesNotMatch(await policy(path), /media-src/);
	const html = await (await fetch(`${site.origin}/help`)).text();
	const film = site.origin + /src="([^"]+\.mp4[^"]*)"/.exec(html)?.[1];
	const whole = Buffer.from(await (await fetch(film)).arrayBuffer());
	const part = await fetch(film, { headers: { range: "bytes=100-199" } });
	assert.equal(part.status, 206);
	assert.equal(part.headers.get("content-range"), `bytes 100-199/${whole.length}`);
	assert.deepEqual(Buffer.from(await part.arrayBuffer()), whole.subarray(100, 200));
	const beyond = await fetch(film, { headers: { range: `bytes=${whole.length}-` } });
	assert.deepEqual([beyond.status, (await beyond.arrayBuffer()).byteLength], [200, whole.length]);
	const many = await fetch(film, { headers: { range: "bytes=0-1,4-5" } });
	assert.deepEqual([many.status, (await many.arrayBuffer()).byteLength], [200, whole.length]);
});
