// A server of the code page and the inspector's page as small as can be, for tests of the browser code alone: the
// markup contract of README.md, the real headers, and the pass endpoint with a wrong or missing answer on demand.
// The "passes" are random bytes of a real one's length: what they say is the Rust side's matter.
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { bundle } from "../scripts/build.mjs";

const CSP =
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; " +
	"manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";
const TYPES = { css: "text/css", js: "text/javascript", svg: "image/svg+xml", webmanifest: "application/manifest+json" };
const DAY = 86_400;
const SHANGHAI = 8 * 3600;

/** @param {string} name */
const load = (name) => readFileSync(new URL(`../dist/${name}`, import.meta.url));
/** @param {string} name */
const asset = (name) => `/assets/${name}?v=${createHash("sha256").update(load(name)).digest("hex").slice(0, 16)}`;

/** @param {string} title @param {string} script @param {string} main */
const layout = (title, script, main) => `<!doctype html>
<html lang="en" dir="ltr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><link rel="stylesheet" href="${asset("app.css")}"><link rel="manifest" href="${asset("manifest.webmanifest")}">
<link rel="icon" href="${asset("icon.svg")}" type="image/svg+xml"><script src="${asset(script)}" defer></script></head><body>
<a class="skip" href="#main">Skip to the main content</a>
<header class="top"><div class="wrap"><a class="service" href="/">通行 <span>Tongxing</span></a></div></header>
${main}
<footer class="foot"><div class="wrap"><p>Help: <a class="hotline" href="tel:027-87122256" dir="ltr">027-87122256</a></p></div></footer></body></html>`;

/** @param {string} name @param {string} markup */
const word = (name, markup) => `<template data-word="${name}">${markup}</template>`;

/** @param {{holder: string, csrf: string}} state */
const myCode = ({ holder, csrf }) =>
	layout("My health code", "my-code.js", `
<main id="my-code" class="wrap" data-holder="${holder}" data-csrf="${csrf}" data-endpoint="/api/v1/my-code/pass" data-short="/api/v1/my-code/short-code" data-worker="/sw.js" data-time-zone="Asia/Shanghai" data-locale="en-GB">
<div id="main" tabindex="-1">
<section class="code-panel is-none is-dead" data-part="panel" aria-labelledby="colour">
	<div class="code-head"><span class="sign" aria-hidden="true"></span><h1 id="colour" data-part="colour">My health code</h1></div>
	<div class="code-box" data-part="box"></div>
	<div class="mark" aria-hidden="true"><i></i></div>
	<div class="code-foot">
		<p class="who"><bdi>A. E.</bdi></p>
		<p class="clock" data-part="now" aria-hidden="true" dir="ltr"></p>
		<p data-part="life"></p>
		<ul data-part="reasons"></ul>
	</div>
</section>
<p class="hide" role="status" data-part="announce"></p>
<div role="status" data-part="notice"></div>
<form class="short" method="post" action="/my-code/short-code" data-short><div role="status" data-part="short"></div><p data-part="short-left"></p><button class="secondary">Camera fails? Show a short code</button></form>
<div data-part="ability"><p class="notice warn late">No code? It needs a script. <a href="/my-code/print">Use the printed pass.</a></p></div>
<p>Turn the screen's brightness up.</p>
<form method="post" action="/sign-out" data-sign-out><button class="plain">Remove from this phone</button></form>
</div>
${word("colour-green", "Green")}${word("colour-yellow", "Yellow")}${word("colour-red", "Red")}${word("colour-none", "No colour")}${word("colour-gone", "No code")}
${word("reason-symptoms", "<li>You declared symptoms.</li>")}${word("reason", "<li>See the decision.</li>")}
${word("life", `Works without the internet until <strong data-slot="until"></strong> (<span data-slot="hours"></span> h <span data-slot="minutes"></span> min)`)}
${word("label", `Your health code for the inspector to scan, good until <span data-slot="until"></span>`)}
${word("announce", `Your code is at the top of this page. It works until <span data-slot="until"></span>.`)}
${word("preparing", `<p class="notice">Making your code…</p>`)}
${word("life-days", `Works without the internet until <strong><span data-slot="day"></span> 24:00</strong>`)}
${word("announce-days", `Your code is at the top of this page. It works until <span data-slot="day"></span> 24:00.`)}
${word("expired-days", `<p class="notice bad">The days without the internet are over. Connect once.</p>`)}
${word("offline", `<p class="notice">No internet. Your code still works.</p>`)}
${word("offline-empty", `<p class="notice warn">No internet, and no code on this phone yet. Connect once.</p>`)}
${word("busy", `<p class="notice">The service is busy. Your code still works.</p>`)}
${word("session", `<p class="notice warn">This phone is signed out. <a href="/recover">Use your recovery code.</a></p>`)}
${word("expired", `<p class="notice bad">Your code has expired. Connect to the internet.</p>`)}
${word("withdrawn", `<p class="notice bad">Your code was withdrawn. <a href="/my-code">See why.</a></p>`)}
${word("changed", `<p class="notice bad">Something has changed. <a href="/my-code">Load the page again.</a></p>`)}
${word("clock", `<p class="notice warn">This phone's clock is wrong. Turn on automatic time.</p>`)}
${word("life-open", `Good until <strong data-slot="until"></strong>, as long as this page stays open`)}
${word("announce-open", `Your code is at the top of this page. It works until <span data-slot="until"></span>, as long as this page stays open.`)}
${word("offline-open", `<p class="notice">No internet. Do not close this page.</p>`)}
${word("offline-empty-open", `<p class="notice warn">No internet, and this app keeps no code.</p>`)}
${word("broken", `<div class="notice warn"><p>This app cannot make the code. <a href="/my-code/print">Use the printed pass</a>, or open <bdi data-slot="address"></bdi>.</p></div>`)}
${word("keep", `<div class="notice warn"><p>This app cannot keep your code. <a href="/my-code/print">Save a printed pass</a>, or open <bdi data-slot="address"></bdi>.</p></div>`)}
${word("short", `<p><strong class="short-code" data-slot="code" dir="ltr" translate="no"></strong></p><p>Read these eight characters to the inspector.</p>`)}
${word("short-left", `Good for <span data-slot="seconds"></span> s`)}${word("short-over", "<p>This short code is over.</p>")}
${word("short-none", "<p>No short code now.</p>")}
</main>`);

/** @param {string} said */
const check = (said) =>
	layout("Check", "check.js", `
<main id="main" class="wrap" tabindex="-1"><h1>Check a code</h1>${said && `<section class="verdict is-stop" role="alert"><span class="sign" aria-hidden="true"></span><h2>STOP</h2><p id="said"></p></section>`}
<form method="post" action="/check" enctype="multipart/form-data" data-check>
	<div class="field"><label for="text">Code</label><input id="text" name="text" data-scan autocomplete="off" autocapitalize="characters" spellcheck="false" dir="ltr" translate="no"></div>
	<div class="field"><label for="photo">Photo of the code</label><input type="file" id="photo" name="photo" accept="image/*" data-photo></div>
	<div class="actions"><button>Check</button><button type="button" class="secondary" data-paste hidden>Paste</button></div>
</form></main>`);

/**
 * @typedef {object} State what tests turn
 * @property {string} holder
 * @property {string} csrf
 * @property {string} colour
 * @property {string[]} reasons
 * @property {number} life seconds
 * @property {number} days how many days without the internet were chosen
 * @property {Buffer[]} ahead the passes of those days
 * @property {number | undefined} refuse a status to answer with instead of a pass
 * @property {Buffer} pass the latest pass
 * @property {Buffer[]} deviceKeys those sent, in order
 * @property {string[]} checked bodies sent to /check
 * @property {number} shortSeconds how long a short code is good
 * @property {number} pageDelay milliseconds before /my-code answers
 */

/** Builds dist and serves it on a free port of this machine. */
export async function serve() {
	await bundle();
	/** @type {State} */
	const state = {
		holder: "holder-1", csrf: "csrf-1", colour: "green", reasons: [], life: DAY, refuse: undefined, days: 0, ahead: [],
		pass: Buffer.alloc(0), deviceKeys: [], checked: [], shortSeconds: 60, pageDelay: 0,
	};
	const server = createServer((request, response) => {
		/** @type {Buffer[]} */
		const chunks = [];
		request.on("data", (chunk) => chunks.push(chunk));
		request.on("end", () => void answer(request, response, Buffer.concat(chunks), state));
	});
	await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
	const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
	const stop = () =>
		new Promise((resolve) => {
			server.close(() => resolve(undefined));
			server.closeAllConnections();
		});
	return { state, stop, origin: `http://127.0.0.1:${port}` };
}

/**
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 * @param {Buffer} body
 * @param {State} state
 */
async function answer(request, response, body, state) {
	const { pathname } = new URL(request.url ?? "/", "http://fixture");
	/** @param {number} status @param {string} type @param {string | Buffer} content @param {Record<string, string>} [headers] */
	const send = (status, type, content, headers = {}) => response.writeHead(status, { "content-type": type, ...headers }).end(content);
	/** @param {string} content */
	const html = (content) => send(200, "text/html; charset=utf-8", content, { "content-security-policy": CSP, "cache-control": "no-store", vary: "cookie" });
	switch (`${request.method} ${pathname}`) {
		case "GET /my-code":
			await new Promise((resolve) => setTimeout(resolve, state.pageDelay));
			return html(myCode(state));
		case "GET /check":
			return html(check(""));
		case "POST /check":
			state.checked.push(body.toString("latin1"));
			return html(check("yes"));
		case "POST /sign-out":
			return html(layout("Signed out", "check.js", `<main id="main" class="wrap"><h1>Signed out</h1></main>`));
		case "GET /sw.js":
			return send(200, "text/javascript", load("sw.js"), { "cache-control": "no-cache" });
		case "POST /api/v1/my-code/pass":
			return pass(request, body, state, send);
		case "POST /api/v1/my-code/short-code":
			if (request.headers["x-csrf-token"] !== state.csrf) return send(403, "application/json", "{}");
			return send(state.refuse || 200, "application/json", JSON.stringify({ code: "7K3M 92QD", seconds: state.shortSeconds }));
	}
	const name = pathname.match(/^\/assets\/([\w.-]+)$/)?.[1];
	if (!name) return send(404, "text/plain", "not here");
	const ending = /** @type {keyof typeof TYPES} */ (name.split(".").pop());
	return send(200, TYPES[ending], load(name), { "cache-control": "public, max-age=31536000, immutable" });
}

/**
 * @param {import("node:http").IncomingMessage} request
 * @param {Buffer} body
 * @param {State} state
 * @param {(status: number, type: string, content: string) => unknown} send
 */
function pass(request, body, state, send) {
	/** @param {number} status @param {object} content */
	const json = (status, content) => send(status, "application/json", JSON.stringify(content));
	if (request.headers["x-csrf-token"] !== state.csrf) return json(403, { title: "token" });
	if (state.refuse) return json(state.refuse, { title: "refused" });
	state.deviceKeys.push(Buffer.from(JSON.parse(body.toString()).device_key, "base64url"));
	state.pass = randomBytes(236);
	const now = Date.now() / 1000;
	const today = Math.floor((now + SHANGHAI) / DAY) * DAY - SHANGHAI;
	state.ahead = Array.from({ length: state.days }, () => randomBytes(236));
	const ahead = state.ahead.map((day, at) => ({ pass: day.toString("base64url"), not_before: today + at * DAY - 60, expires: today + (at + 1) * DAY }));
	return json(200, {
		pass: state.pass.toString("base64url"), not_before: Math.floor(now), expires: Math.floor(now) + state.life,
		server_time: now, colour: state.colour, reasons: state.reasons, ahead,
	});
}
