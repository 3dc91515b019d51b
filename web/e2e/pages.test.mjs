// Every page that people meet, in every language: nothing for axe to find and no sideways scrolling at 320 px, at 200 %
// zoom and in colours of the person's choice; every page of holders within its budget; and no page left out. The last
// test prints the pages with their sizes as they come over the network.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { get } from "node:http";
import { connect, createServer } from "node:net";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { axe, fits, launch, PHONE } from "./browser.mjs";
import { fill, LANGUAGES, send, start } from "./service.mjs";
import { atSmallWidth, phoneOf, tour } from "./tour.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** Gzipped, in bytes: HTML and style sheet of a first view, script, and all that comes when the code is opened again. */
const BUDGET = { view: 14_000, script: 15_000, again: 5_000 };
/** Routes that anybody or a phone may read, and that are no page. */
const NO_PAGES = [
	"/.well-known/tongxing-checkpoint.jws", "/.well-known/tongxing-root.json", "/.well-known/tongxing-trust.jws", "/api/openapi.json", "/api/v1/visits/tickets", "/figures.json", "/metrics", "/assets/{*name}", "/healthz", "/help/captions/{language}",
	"/diary-sw.js", "/inspect-sw.js", "/inspect.webmanifest", "/inspect/in/{language}", "/log/checkpoint", "/log/key", "/log/tile/{*path}", "/my-data/log/{leaf}",
	"/manifest.webmanifest", "/my-code/picture.png", "/my-code/print/{paper}", "/my-data/export", "/readyz", "/rules/{file}", "/s", "/s/{list}", "/sw.js",
];
/** 1280 by 900 pixels at 200 %. */
const ZOOMED = { width: 640, height: 450 };

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof start>>} */
let site;
/** The largest of each page. @type {Map<string, {html: number, css: number, script: number}>} */
const sizes = new Map();
/** @type {Set<string>} */
const visited = new Set();

before(async () => {
	browser = await launch();
	site = await start();
});
after(async () => {
	await browser?.close();
	await site?.stop();
});

/** How many bytes each file is as it comes over the network. @type {Map<string, Promise<number>>} */
const files = new Map();

/** @param {string} path @returns {Promise<number>} */
function gzipped(path) {
	const known = files.get(path);
	if (known) return known;
	const asked = new Promise((/** @type {(bytes: number) => void} */ done, failed) => {
		get(site.origin + path, { headers: { "accept-encoding": "gzip" } }, (answer) => {
			let bytes = 0;
			answer.on("data", (data) => (bytes += data.length));
			answer.on("end", () => done(bytes));
		}).on("error", failed);
	});
	files.set(path, asked);
	return asked;
}

/**
 * Notes how many bytes a first view of the page and what it names is, as they come over the network. A page that the
 * worker answered for was sent unpacked: it is asked for once more.
 * @param {Page} page @param {string} name
 */
async function weigh(page, name) {
	const { sent, byWorker, styles, scripts, worker } = await page.evaluate(() => {
		const entry = /** @type {PerformanceNavigationTiming} */ (performance.getEntriesByType("navigation")[0]);
		const of = (/** @type {string} */ selector, /** @type {string} */ name) => [...document.querySelectorAll(selector)].map((element) => element.getAttribute(name) ?? "");
		const [styles, scripts, worker] = [of("link[rel=stylesheet]", "href"), of("script[src]", "src"), of("[data-worker]", "data-worker")];
		return { sent: entry.encodedBodySize, byWorker: entry.workerStart > 0, styles, scripts, worker };
	});
	const sum = async (/** @type {string[]} */ paths) => (await Promise.all(paths.map(gzipped))).reduce((all, bytes) => all + bytes, 0);
	const html = byWorker ? gzipSync(await (await page.context().request.get(page.url())).body()).length : sent;
	const [css, script] = [await sum(styles), await sum([...scripts, ...worker])];
	assert.ok(html > 0 && css > 0, `${name} has a size`);
	const before = sizes.get(name) ?? { html: 0, css: 0, script: 0 };
	sizes.set(name, { html: Math.max(html, before.html), css: Math.max(css, before.css), script: Math.max(script, before.script) });
}

for (const [language, locale] of LANGUAGES) {
	test(`every page at 320 px, at 200 % zoom and in chosen colours, in ${language}`, async () => {
		const faults = /** @type {string[]} */ ([]);
		// What axe finds in other sizes and colours is no matter of the words: in one language.
		const thorough = language === "en";
		await tour(browser, site, { ...atSmallWidth, locale }, async (page, name) => {
			const note = (/** @type {Error} */ error) => faults.push(error.message);
			visited.add(new URL(page.url()).pathname);
			const lang = await page.locator("html").getAttribute("lang");
			if (lang !== language) faults.push(`${name} is in ${lang}`);
			await weigh(page, name).catch(note);
			await fits(page, name).catch(note);
			await axe(page, name).catch(note);
			await page.setViewportSize(ZOOMED);
			await fits(page, `${name} at 200 %`).catch(note);
			if (thorough) await axe(page, `${name} at 200 %`).catch(note);
			await page.setViewportSize(atSmallWidth.viewport);
			if (!thorough) return;
			await page.emulateMedia({ forcedColors: "active" });
			await axe(page, `${name} in chosen colours`).catch(note);
			await page.emulateMedia({ forcedColors: "none" });
		});
		assert.deepEqual(faults, []);
	});
}

/** @returns {Promise<string[]>} the paths that anybody, or a phone, may read */
async function routes() {
	const table = await readFile(new URL("../../docs/roles.csv", import.meta.url), "utf8");
	const lines = table.trim().split("\n").map((line) => line.split(","));
	return lines.filter(([method, , nobody, phone]) => method === "GET" && (nobody === "yes" || phone === "yes")).map(([, path = ""]) => path);
}

test("no page of holders is left out of the tour", async () => {
	const seen = (/** @type {string} */ path) => {
		const pattern = new RegExp(`^${path.replace(/[.]/g, "\\.").replace(/\{[^}]+\}/g, "[^/]+")}$`);
		return [...visited].some((address) => pattern.test(address));
	};
	const pages = (await routes()).filter((path) => !NO_PAGES.includes(path));
	assert.deepEqual(pages.filter((path) => !seen(path)), [], "put it on the tour (web/e2e/tour.mjs)");
	assert.deepEqual(NO_PAGES.filter(seen), [], "these are pages after all");
});

/** A connection in between that counts what comes to the phone, headers and all, by the path it asked for. @param {string} origin */
async function counted(origin) {
	const { port } = new URL(origin);
	/** @type {Map<string, number>} */
	const count = new Map();
	const server = createServer((phone) => {
		const service = connect(Number(port), "127.0.0.1");
		let path = "";
		phone.on("data", (data) => (path = /^[A-Z]+ (\S+) HTTP/.exec(data.toString("latin1"))?.[1] ?? path));
		service.on("data", (data) => count.set(path, (count.get(path) ?? 0) + data.length));
		for (const side of [phone, service]) side.on("error", () => side.destroy());
		phone.pipe(service).pipe(phone);
	});
	await new Promise((done) => server.listen(0, "127.0.0.1", () => done(undefined)));
	const address = /** @type {import("node:net").AddressInfo} */ (server.address());
	return { count, server, origin: `http://127.0.0.1:${address.port}` };
}

/** A phone with a code, where no tour was before. @type {Awaited<ReturnType<import("playwright-core").BrowserContext["storageState"]>> | undefined} */
let alone;

async function letIn() {
	if (alone) return alone;
	const context = await browser.newContext({ ...PHONE, javaScriptEnabled: false });
	const page = await context.newPage();
	await page.goto(`${site.origin}/recover`);
	await fill(page, { code: site.demonstration.applications.find(({ code }) => code === "issued")?.recovery_code ?? "" });
	await send(page);
	alone = await context.storageState();
	await context.close();
	return alone;
}

/** What comes to the phone when the code is opened once more, in bytes by path. @param {string} locale */
async function seenAgain(locale) {
	const between = await counted(site.origin);
	// Cookies do not know of ports: the tour's phone comes in by the counted connection.
	const storageState = phoneOf(site, "issued") ?? (await letIn());
	const context = await browser.newContext({ ...PHONE, locale, storageState });
	const page = await context.newPage();
	await page.goto(`${between.origin}/my-code`);
	await page.locator("svg.qr path").waitFor();
	await page.waitForFunction(async () => {
		for (const name of await caches.keys()) if (await (await caches.open(name)).match("/my-code", { ignoreVary: true })) return true;
		return false;
	});
	const sum = () => [...between.count.values()].reduce((all, bytes) => all + bytes, 0);
	const settled = async () => {
		for (let last = -1; last !== sum(); await page.waitForTimeout(1_000)) last = sum();
	};
	for (let times = 0; times < 2; times++) {
		await settled();
		between.count.clear();
		await page.goto("about:blank");
		await page.goto(`${between.origin}/my-code`);
		await page.locator("svg.qr path").waitFor();
	}
	await settled();
	const bytes = Object.fromEntries(between.count);
	between.server.close();
	await context.setOffline(true);
	await page.goto("about:blank");
	await page.goto(`${between.origin}/my-code`);
	await page.locator("svg.qr path").waitFor();
	await context.close();
	return bytes;
}

test("the code seen again takes next to nothing, and nothing at all without the internet", async () => {
	for (const [language, locale] of LANGUAGES) {
		// The browser's own question whether the worker is still the same comes when all is on the screen.
		const { "/sw.js": worker = 0, ...seen } = await seenAgain(locale);
		const bytes = Object.values(seen).reduce((all, one) => all + one, 0);
		console.log(`the code seen again in ${language}: ${bytes} bytes of ${BUDGET.again}, headers and all; about the worker ${worker}`);
		assert.deepEqual(Object.keys(seen).sort(), ["/api/v1/my-code/pass", "/my-code"]);
		assert.ok(bytes > 0 && bytes <= BUDGET.again, `${bytes} bytes in ${language}`);
		assert.ok(worker < 2_000, "the worker itself is not sent again");
	}
});

test("every page of holders is within its budget", async () => {
	const staff = /^(filing|review|staff|check|inspect|entry|account|audit|messages|sign-in|failure-staff|cases?$|cases-|case-|location|report|desk|checkpoints|devices)/;
	const rows = [...sizes].filter(([name]) => !staff.test(name)).sort(([, a], [, b]) => b.html + b.css - a.html - a.css);
	const over = rows.filter(([, { html, css, script }]) => html + css > BUDGET.view || script > BUDGET.script);
	console.log(`\n${"page (largest of the languages), gzipped".padEnd(44)}${"HTML".padStart(8)}${"CSS".padStart(8)}${"first view".padStart(12)}${"script".padStart(8)}`);
	for (const [name, { html, css, script }] of rows) {
		console.log(`${name.padEnd(44)}${String(html).padStart(8)}${String(css).padStart(8)}${String(html + css).padStart(12)}${String(script).padStart(8)}`);
	}
	console.log(`${"budget".padEnd(44)}${"".padStart(16)}${String(BUDGET.view).padStart(12)}${String(BUDGET.script).padStart(8)}`);
	assert.ok(rows.length > 40, `${rows.length} pages`);
	assert.deepEqual(over, []);
});
