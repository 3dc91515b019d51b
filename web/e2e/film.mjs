// Records the guide film, the annex of the notice, in Simplified Chinese and English: `make film`.
//   static/film/<language>.mp4 and .webp (its poster)
// An invented person applies, gets a code and shows it at a checkpoint, on the real service with a demonstration of its
// own. Which scenes there are and how long each lasts stands in crates/server/src/help/film.json, from which the server
// makes the captions: a scene's pictures share exactly its time. Under the picture a dark band is left for the captions.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { launch } from "./browser.mjs";
import { ANSWERS, file, fill, passport, send, signIn, start } from "./service.mjs";

const MOST_BYTES = 1_500_000;
const VIEW = { viewport: { width: 360, height: 640 }, deviceScaleFactor: 1.5 };
const [WIDTH, HEIGHT, BAND] = [540, 960, 140];
/** Seconds that one field of a form is looked at. */
const FIELD = 0.7;
/** The place of the scene whose first picture stands for the film. */
const POSTER = "code";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {{name: string, seconds: number}} Shown */

/** @type {{scenes: {key: string, seconds: number}[]}} */
const { scenes } = JSON.parse(await readFile(new URL("../../crates/server/src/help/film.json", import.meta.url), "utf8"));

/** One film being shot: pictures in a folder, and how long each is shown. */
class Reel {
	/** @param {string} folder */
	constructor(folder) {
		this.folder = folder;
		/** @type {Shown[]} */ this.shown = [];
		/** @type {Map<string, string>} */ this.first = new Map();
		this.scene = 0;
	}

	/** Takes a picture of what the phone shows. @param {Page} page */
	async take(page) {
		const name = `${String(this.shown.length).padStart(3, "0")}.png`;
		// What only the demonstration says is no part of the service.
		await page.evaluate(() => document.querySelector(".demonstration")?.setAttribute("hidden", ""));
		await writeFile(`${this.folder}/${name}`, await page.screenshot());
		return name;
	}

	/**
	 * Shoots the next scene of the table; its last picture stays until the scene's time is over.
	 * @param {string} key @param {(look: (page: Page, seconds?: number) => Promise<void>) => Promise<void>} act
	 */
	async shoot(key, act) {
		const scene = scenes[this.scene++];
		assert.equal(scene?.key, key, "the scenes are shot in the order of film.json");
		const from = this.shown.length;
		await act(async (page, seconds = FIELD) => {
			const name = await this.take(page);
			this.shown.push({ name, seconds });
		});
		const own = this.shown.slice(from);
		const last = own.at(-1);
		assert.ok(last && own[0], `${key} has pictures`);
		last.seconds = scene.seconds - own.slice(0, -1).reduce((sum, { seconds }) => sum + seconds, 0);
		assert.ok(last.seconds >= FIELD, `${key} takes longer than its ${scene.seconds} s`);
		this.first.set(key, last.name);
	}

	/** Cuts the film. @param {string} film @param {string} poster */
	async cut(film, poster) {
		assert.equal(this.scene, scenes.length, "every scene is shot");
		const lines = this.shown.map(({ name, seconds }) => `file '${name}'\nduration ${seconds.toFixed(3)}`);
		// The demuxer wants the last picture once more to know its end.
		await writeFile(`${this.folder}/list.txt`, `${lines.join("\n")}\nfile '${this.shown.at(-1)?.name}'\n`);
		const length = scenes.reduce((sum, { seconds }) => sum + seconds, 0);
		const frame = `fps=10,scale=${WIDTH}:${HEIGHT}:flags=lanczos,pad=${WIDTH}:${HEIGHT + BAND}:0:0:color=0x101418,format=yuv420p`;
		const codec = ["-c:v", "libx264", "-preset", "slower", "-tune", "stillimage", "-crf", "30", "-g", "100", "-profile:v", "high"];
		// Nothing of the machine or the hour goes into the file.
		const plain = ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-movflags", "+faststart", "-an"];
		ffmpeg(["-f", "concat", "-i", `${this.folder}/list.txt`, "-vf", frame, "-t", String(length), ...codec, ...plain, film]);
		const pad = `scale=${WIDTH}:${HEIGHT},pad=${WIDTH}:${HEIGHT + BAND}:0:0:color=0x101418`;
		ffmpeg(["-i", `${this.folder}/${this.first.get(POSTER)}`, "-vf", pad, "-c:v", "libwebp", "-quality", "60", poster]);
		const { size } = await stat(film);
		assert.ok(size <= MOST_BYTES, `${film} has ${size} bytes, the most is ${MOST_BYTES}`);
		console.log(`${film}: ${length} s, ${Math.round(size / 1000)} kB`);
	}
}

/** @param {string[]} options */
function ffmpeg(options) {
	execFileSync(process.env.FFMPEG ?? "ffmpeg", ["-nostdin", "-y", "-loglevel", "error", ...options], { stdio: ["ignore", "inherit", "inherit"] });
}

/** Fills one field after the other, each in view. @param {Page} page @param {Record<string, string>} fields @param {(page: Page) => Promise<void>} look */
async function type(page, fields, look) {
	for (const [name, value] of Object.entries(fields)) {
		await fill(page, { [name]: value });
		await page.locator(`main [name="${name}"]`).first().evaluate((field) => field.scrollIntoView({ block: "center" }));
		await look(page);
	}
}

/** Up to the page that says that the application has been received. @param {Page} page @param {Reel} reel @param {string} number */
async function applicant(page, reel, number) {
	await reel.shoot("start", async (look) => {
		await page.goto(`${site.origin}/`);
		await look(page);
	});
	await reel.shoot("kind", async (look) => {
		await page.goto(`${site.origin}/apply`);
		await look(page, 1.5);
		await send(page);
		await look(page, 1);
		await fill(page, { kind: "passport" });
		await look(page);
	});
	await send(page);
	await reel.shoot("document", (look) => type(page, { number, issuing_state: "UTO", expiry_day: "30", expiry_month: "6", expiry_year: String(new Date().getUTCFullYear() + 5) }, look));
	await send(page);
	await reel.shoot("person", (look) => type(page, { family: "LINDQVIST", given: "ASTRID", birth_day: "14", birth_month: "2", birth_year: "1990", sex: "F", nationality: "UTO" }, look));
	await send(page);
	await reel.shoot("residence", (look) => type(page, { ...ANSWERS.residence, address: "珞喻路1号", phone: "+44 7512 345678" }, look));
	await send(page);
	await reel.shoot("health", (look) => type(page, ANSWERS.health, look));
	await send(page);
	await reel.shoot("check", async (look) => {
		await look(page, 2);
		await page.locator("#main button[type=submit], #main button:not([type])").last().scrollIntoViewIfNeeded();
		await look(page);
	});
	await send(page);
	await reel.shoot("done", async (look) => {
		await look(page, 3);
		await page.mouse.wheel(0, 420);
		await page.waitForTimeout(300);
		await look(page);
	});
}

/** The code, made as soon as the register has answered. @param {Page} page @param {Reel} reel */
async function holder(page, reel) {
	for (let tries = 0; ; tries++) {
		await page.goto(`${site.origin}/my-code`);
		if ((await page.locator("[data-part=box]").count()) > 0) break;
		assert.ok(tries < 30, "the code is not issued");
		await page.waitForTimeout(1000);
	}
	await page.goto(`${site.origin}/application`);
	await reel.shoot("issued", (look) => look(page));
	await page.goto(`${site.origin}/my-code`);
	await page.locator("svg.qr path").waitFor();
	await reel.shoot("code", (look) => look(page));
	return page.locator("[data-part=box]").screenshot();
}

/** @param {Page} page @param {Reel} reel @param {Buffer} code */
async function inspector(page, reel, code) {
	await page.goto(`${site.origin}/check`);
	await reel.shoot("scan", (look) => look(page));
	await Promise.all([page.waitForNavigation(), page.locator("#photo").setInputFiles({ name: "code.png", mimeType: "image/png", buffer: code })]);
	await reel.shoot("verdict", async (look) => {
		await look(page, 4);
		await page.locator("[name=temperature]").scrollIntoViewIfNeeded();
		await look(page);
	});
	await reel.shoot("temperature", async (look) => {
		await type(page, { temperature: "36.6" }, look);
		await send(page, "#main button");
		await look(page);
	});
}

/** One film. @param {import("playwright-core").Browser} browser @param {string} language @param {string} locale @param {string} number */
async function record(browser, language, locale, number) {
	const folder = await mkdtemp(`${tmpdir()}/tongxing-film-`);
	const reel = new Reel(folder);
	try {
		const open = async () => (await browser.newContext({ ...VIEW, locale })).newPage();
		const phone = await open();
		await applicant(phone, reel, number);
		const code = await holder(phone, reel);
		const gate = await inspectorsPhone(browser, locale);
		await inspector(gate, reel, code);
		await reel.shoot("end", async (look) => {
			await phone.goto(`${site.origin}/help`);
			await phone.locator("main .hotline").scrollIntoViewIfNeeded();
			await look(phone);
		});
		const target = new URL("../static/film/", import.meta.url);
		await mkdir(target, { recursive: true });
		await reel.cut(new URL(`${language}.mp4`, target).pathname, new URL(`${language}.webp`, target).pathname);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

/** @type {Awaited<ReturnType<import("playwright-core").BrowserContext["storageState"]>> | undefined} */
let signedIn;
/** A sign-in is good once: the second film goes on with the session of the first. @param {import("playwright-core").Browser} browser @param {string} locale */
async function inspectorsPhone(browser, locale) {
	const context = await browser.newContext({ ...VIEW, locale, ...(signedIn && { storageState: signedIn }) });
	const page = await context.newPage();
	if (!signedIn) await signIn(page, site.origin, site.demonstration, "inspector");
	signedIn = await context.storageState();
	return page;
}

const site = await start();
const browser = await launch();
try {
	const clerk = await browser.newPage();
	await signIn(clerk, site.origin, site.demonstration, "filing_officer");
	for (const [at, [language, locale]] of /** @type {const} */ ([["zh-Hans", "zh-CN"], ["en", "en-GB"]]).entries()) {
		const number = `XF7LM428${at + 3}`;
		await file(clerk, site.origin, passport(number, "LINDQVIST", "ASTRID"));
		await record(browser, language, locale, number);
	}
} finally {
	await browser.close();
	await site.stop();
}
