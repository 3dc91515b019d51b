// The inspector's application with what it talks to: the real program's pages and assets, and before it the counterpart
// of docs/checkpoint-protocol.md that the core's tests use (it opens what is sealed and checks every signature), so that
// tests can stop it, lose its answers and look at what arrived.
import { build } from "esbuild";
import { generate } from "lean-qr";
import { readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { start } from "./service.mjs";

const web = new URL("../", import.meta.url).pathname;
/** What the counterpart answers; the rest is the program's. */
const OURS = /^\/(api\/v1\/checkpoint\/|status\/1$|\.well-known\/tongxing-(root\.json|trust\.jws|checkpoint\.jws)$)/;

async function standIn() {
	const outfile = `${web}.test/stand-in.mjs`;
	await build({ entryPoints: [`${web}test/inspect-stand-in.ts`], bundle: true, format: "esm", platform: "node", target: "node20", outfile, logLevel: "warning" });
	return /** @type {Promise<typeof import("../test/inspect-stand-in.ts")>} */ (import(`${outfile}?${Date.now()}`));
}

/**
 * While scripts and styles are written (`DIST=1`): as they are built, not as the program has them.
 * @param {string} path
 */
export function built(path) {
	const file = /^\/(?:assets\/)?(inspect[\w-]*\.\w+|app\.css)(\?|$)/.exec(path)?.[1];
	if (!process.env.DIST || !file) return undefined;
	const type = file.endsWith(".css") ? "text/css" : file.endsWith("webmanifest") ? "application/manifest+json" : file.endsWith(".svg") ? "image/svg+xml" : "text/javascript";
	return { type, body: readFileSync(`${web}dist/${file}`) };
}

/** The same for the page: without the style sheets and scripts that its template no longer names. @param {string} html */
export function asWritten(html) {
	const template = readFileSync(new URL("../../crates/server/templates/checkpoint/inspect.html", import.meta.url), "utf8");
	return withWords(html).replace(/<(?:link rel="stylesheet"|script) (?:href|src)="\/assets\/([\w.-]+)[^>]*>(?:<\/script>)?\n/g, (tag, name) => (template.includes(name) ? tag : ""));
}

/** With the words as they are written. @param {string} html */
function withWords(html) {
	const language = /<html lang="([\w-]+)"/.exec(html)?.[1] ?? "en";
	const words = readFileSync(new URL(`../../locales/${language}/inspect.ftl`, import.meta.url), "utf8");
	const escaped = (/** @type {string} */ text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/\{ \$([a-z]+) \}/g, '<span data-slot="$1"></span>');
	const made = [...words.matchAll(/^inspect-(\S+) = (.*)$/gm)].map(([, name = "", text = ""]) => `<template data-word="${name}">${escaped(text)}</template>`);
	return html.replace('<div id="words" hidden>', (tag) => tag + made.join(""));
}

/** Whether an address is that of the application's page. @param {string} path */
export const isShell = (path) => /^\/inspect(\/in\/[\w-]+)?$/.test(path);

/** Starts both. `down` and `up` stop the whole and start it again at the same address. */
export async function serve() {
	const [{ FakeServer, codesOf }, program] = await Promise.all([standIn(), start()]);
	const fake = await FakeServer.make();
	/** How far the clock is moved, in seconds. */
	const clock = { later: 0 };
	const now = () => Math.floor(Date.now() / 1000) + clock.later;
	const server = createServer((asked, answer) => {
		/** @type {Buffer[]} */
		const chunks = [];
		asked.on("data", (chunk) => chunks.push(chunk));
		asked.on("end", () => void (OURS.test(asked.url ?? "") ? ours(asked, answer, Buffer.concat(chunks)) : pass(asked, answer, Buffer.concat(chunks))));
	});
	/** @param {import("node:http").IncomingMessage} asked @param {import("node:http").ServerResponse} answer @param {Buffer} body */
	async function ours(asked, answer, body) {
		fake.time = now();
		const headers = Object.fromEntries(Object.entries(asked.headers).map(([name, value]) => [name, String(value)]));
		const { method = "GET" } = asked;
		try {
			const response = await fake.fetch(asked.url ?? "/", { method, headers, ...(method === "POST" && { body: new Uint8Array(body) }) });
			answer.writeHead(response.status, { ...Object.fromEntries(response.headers), "cache-control": "no-store" }).end(Buffer.from(await response.arrayBuffer()));
		} catch {
			answer.destroy();
		}
	}
	/** @param {import("node:http").IncomingMessage} asked @param {import("node:http").ServerResponse} answer @param {Buffer} body */
	function pass(asked, answer, body) {
		const file = built(asked.url ?? "");
		if (file) return void answer.writeHead(200, { "content-type": file.type }).end(file.body);
		if (process.env.DIST && isShell(asked.url ?? "")) return void shell(asked, answer);
		const on = request({ host: "127.0.0.1", port: program.port, path: asked.url, method: asked.method, headers: asked.headers }, (response) => {
			answer.writeHead(response.statusCode ?? 502, response.headers);
			response.pipe(answer);
		});
		on.on("error", () => answer.destroy());
		on.end(body);
	}
	/** @param {import("node:http").IncomingMessage} asked @param {import("node:http").ServerResponse} answer */
	async function shell(asked, answer) {
		const { "accept-language": language = "en", cookie = "" } = asked.headers;
		const response = await fetch(`${program.origin}${asked.url}`, { headers: { "accept-language": language, cookie } });
		const headers = Object.fromEntries(["content-type", "content-security-policy", "cache-control"].map((name) => [name, response.headers.get(name) ?? ""]));
		answer.writeHead(response.status, headers).end(asWritten(await response.text()));
	}
	const listen = (/** @type {number} */ port) => new Promise((done) => server.listen(port, "127.0.0.1", () => done(undefined)));
	await listen(0);
	const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
	const down = () => new Promise((done) => {
		server.close(() => done(undefined));
		server.closeAllConnections();
	});
	fake.origin = `http://127.0.0.1:${port}`;
	const stop = async () => {
		if (server.listening) await down();
		await program.stop();
	};
	return { origin: fake.origin, fake, codes: codesOf(fake), clock, now, down, up: () => listen(port), stop, program };
}

/** @typedef {Awaited<ReturnType<typeof serve>>} Site */

/** The dark modules of a code, a text of 0 and 1 a row. @param {string} text */
export function modules(text) {
	const code = generate(text);
	return Array.from({ length: code.size }, (_, y) => Array.from({ length: code.size }, (_, x) => (code.get(x, y) ? "1" : "0")).join(""));
}

/**
 * A camera that is a canvas: `show(page, text)` holds a code before it, `show(page, "")` takes it away.
 * @param {import("playwright-core").BrowserContext} context
 */
export async function canvasCamera(context) {
	await context.addInitScript(() => {
		const canvas = document.createElement("canvas");
		[canvas.width, canvas.height] = [1280, 720];
		const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
		let rows = /** @type {string[]} */ ([]);
		const paint = () => {
			pen.fillStyle = "#d8d8d8";
			pen.fillRect(0, 0, 1280, 720);
			const unit = Math.floor(600 / (rows.length + 8));
			const left = 640 - (unit * rows.length) / 2;
			const top = 360 - (unit * rows.length) / 2;
			if (rows.length > 0) {
				pen.fillStyle = "#fff";
				pen.fillRect(left - 4 * unit, top - 4 * unit, unit * (rows.length + 8), unit * (rows.length + 8));
			}
			pen.fillStyle = "#000";
			for (const [y, row] of rows.entries()) for (let x = 0; x < row.length; x++) if (row[x] === "1") pen.fillRect(left + x * unit, top + y * unit, unit, unit);
		};
		setInterval(paint, 66);
		Object.assign(window, { hold: (/** @type {string[]} */ given) => {
			rows = given;
			paint();
		} });
		Object.defineProperty(MediaDevices.prototype, "getUserMedia", { value: async () => canvas.captureStream(15) });
	});
}

/** @param {import("playwright-core").Page} page @param {string} text */
export const hold = (page, text) => page.evaluate((rows) => /** @type {any} */ (window).hold(rows), text ? modules(text) : []);

/** From the first opening to aiming. @param {import("playwright-core").Page} page @param {Site} site @param {string} [path] */
export async function toAim(page, site, path = "/inspect") {
	await page.goto(site.origin + path);
	await page.locator("#enrol-code").fill("7k3m 92qd");
	await page.locator("form button[type=submit]").click();
	await page.locator("input[name=checkpoint]").first().check({ force: true });
	await page.locator("form button[type=submit]").click();
	for (let times = 0; times < 2; times++) {
		await page.locator("#pin").fill("314159");
		await page.locator("form button[type=submit]").click();
	}
	await page.locator(".aim").waitFor();
}

/** @param {import("playwright-core").Page} page @param {string} tenths */
export async function measure(page, tenths) {
	await page.locator("#temperature").fill(tenths);
	await page.locator(".temperature button[type=submit]").click();
}
