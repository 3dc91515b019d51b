/**
 * The service worker of the inspector's application: its scope is /inspect. It keeps the shell in every language with
 * all that the shell names, the scanner's wasm among it, and answers from what it keeps; every other request goes to
 * the network, and what people do is kept by the page, not here.
 *
 * A new version takes over at once: a shell names its assets by their content, so an open page never meets those of
 * another version, and everything that an inspector does is stored before it is shown. The page starts anew when nobody
 * is in the middle of something.
 */

/// <reference lib="webworker" />

export {};

declare const self: ServiceWorkerGlobalScope;
/** A hash over the assets, set by the build: other assets, another worker, another cache. */
declare const __VERSION__: string;
/** What the scripts load by themselves, as they name it (scripts/build.mjs). */
declare const __PARTS__: string[];

const PREFIX = "inspect-";
const CACHE = PREFIX + __VERSION__;
const PAGE = "/inspect";
const LANGUAGES = ["zh-Hans", "zh-Hant", "en"];
const shellOf = (language: string): string => `${PAGE}/in/${language}`;
/** Where the language stands that was looked at last: its own cache, so that a new version does not forget it. */
const CHOICE = `${PREFIX}choice`;
const ANY = { ignoreVary: true };

const isOurs = (url: URL): boolean => url.origin === self.location.origin;
const isAsset = (url: URL): boolean => isOurs(url) && url.pathname.startsWith("/assets/") && url.searchParams.has("v");

/** The assets that the shell names and what its scripts load later, as absolute addresses. */
function assetsOf(html: string): string[] {
	const named = [...html.matchAll(/(?:href|src|data-wasm)="([^"]+)"/g)].map((match) => (match[1] ?? "").replace(/&amp;/g, "&"));
	const found = [...named, ...__PARTS__].map((address) => new URL(address, self.location.origin));
	return [...new Set(found.filter(isAsset).map((url) => url.href))];
}

/** Keeps a shell once all its assets are kept: half a shell would be worse than the last one. */
async function keep(language: string): Promise<void> {
	const cache = await caches.open(CACHE);
	const response = await fetch(shellOf(language), { credentials: "same-origin", redirect: "manual", cache: "no-store" });
	if (response.status !== 200) throw new Error(`shell: ${response.status}`);
	const html = await response.clone().text();
	if (!html.includes('id="inspect"')) throw new Error("not the shell");
	const missing = [];
	for (const asset of assetsOf(html)) if (!(await cache.match(asset, ANY))) missing.push(asset);
	await cache.addAll(missing);
	await cache.put(shellOf(language), response);
}

async function keepAll(): Promise<void> {
	// One after the other: they name the same assets.
	for (const language of LANGUAGES) await keep(language);
}

async function choose(language: string): Promise<void> {
	if (LANGUAGES.includes(language)) await (await caches.open(CHOICE)).put(PAGE, new Response(language));
}

async function chosen(): Promise<string | undefined> {
	return (await (await caches.open(CHOICE)).match(PAGE, ANY))?.text();
}

/** The kept shell at once, and a look for a newer one behind it; the network where none is kept yet. */
async function shell(event: FetchEvent, asked: string | undefined): Promise<Response> {
	if (asked) await choose(asked);
	const language = asked ?? (await chosen());
	const kept = language && (await (await caches.open(CACHE)).match(shellOf(language), ANY));
	if (!kept) return fetch(event.request);
	event.waitUntil(keepAll().catch(() => undefined));
	return kept;
}

async function asset(request: Request): Promise<Response> {
	return (await caches.match(request.url, ANY)) ?? fetch(request);
}

self.addEventListener("install", (event) => {
	event.waitUntil(keepAll().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
	event.waitUntil(activate());
});

async function activate(): Promise<void> {
	const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE && name !== CHOICE);
	await Promise.all(old.map((name) => caches.delete(name)));
	await self.clients.claim();
}

self.addEventListener("message", (event) => {
	const { language } = (event.data ?? {}) as { language?: string };
	if (language) event.waitUntil(choose(language));
});

self.addEventListener("fetch", (event) => {
	const url = new URL(event.request.url);
	if (event.request.method !== "GET" || !isOurs(url)) return;
	const language = LANGUAGES.find((one) => url.pathname === shellOf(one));
	if (event.request.mode === "navigate" && (url.pathname === PAGE || language)) event.respondWith(shell(event, language));
	else if (isAsset(url)) event.respondWith(asset(event.request));
});
