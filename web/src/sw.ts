/**
 * The service worker of the code page, and of nothing else: its scope is /my-code, it answers for that page and for
 * the versioned assets the page names, and leaves every other request to the browser.
 *
 * It never takes over an open page (no `skipWaiting`, no `clients.claim`): a new version waits until the code page
 * has been closed everywhere, so that page and script always fit each other.
 */

/// <reference lib="webworker" />

export {};

declare const self: ServiceWorkerGlobalScope;
/** A hash over the assets, set by the build: other assets, another worker, another cache. */
declare const __VERSION__: string;

const PREFIX = "my-code-";
const CACHE = PREFIX + __VERSION__;
const PAGE = new URL(self.registration.scope).pathname;
const PATIENCE = 3000;
/** One page, one holder: what the answer varies by (cookie, language) does not pick between copies here. */
const ANY = { ignoreVary: true };

const isPage = (url: URL): boolean => url.origin === self.location.origin && url.pathname === PAGE;
const isAsset = (url: URL): boolean => url.origin === self.location.origin && url.pathname.startsWith("/assets/") && url.searchParams.has("v");

/** The assets that the page names, as absolute addresses. */
function assetsOf(html: string): string[] {
	const found = [...html.matchAll(/(?:href|src)="([^"]+)"/g)].map((match) => new URL((match[1] ?? "").replace(/&amp;/g, "&"), self.location.origin));
	return [...new Set(found.filter(isAsset).map((url) => url.href))];
}

/**
 * Keeps a page once all its assets are kept: half a page would be worse than the last one. Only a plain answer of
 * the page itself is kept: a redirect (to signing in) or an error leaves what is there.
 */
async function keep(response: Response): Promise<void> {
	const cache = await caches.open(CACHE);
	if (response.status === 404 || response.status === 410) {
		await cache.delete(PAGE);
		return;
	}
	if (response.status !== 200 || response.redirected || response.type !== "basic") return;
	const html = await response.clone().text();
	if (!html.includes('id="my-code"')) return;
	const assets = assetsOf(html);
	const missing = [];
	for (const asset of assets) if (!(await cache.match(asset, ANY))) missing.push(asset);
	await cache.addAll(missing);
	await cache.put(PAGE, response);
	for (const request of await cache.keys()) {
		if (isAsset(new URL(request.url)) && !assets.includes(request.url)) await cache.delete(request);
	}
}

async function refresh(): Promise<void> {
	await keep(await fetch(PAGE, { credentials: "same-origin", redirect: "manual", cache: "no-store" }));
}

/** Network first; the kept page when the network fails or says nothing for three seconds. */
async function page(event: FetchEvent): Promise<Response> {
	const network = fetch(event.request);
	event.waitUntil(network.then((response) => keep(response.clone())).catch(() => undefined));
	const kept = await (await caches.open(CACHE)).match(PAGE, ANY);
	if (!kept) return network;
	const late = new Promise<Response>((resolve) => setTimeout(() => resolve(kept), PATIENCE));
	// A server in trouble is no reason to lose the code that works without it.
	const answer = network.then((response) => (response.status >= 500 ? kept : response)).catch(() => kept);
	return Promise.race([answer, late]);
}

async function asset(request: Request): Promise<Response> {
	const kept = await (await caches.open(CACHE)).match(request.url, ANY);
	return kept ?? fetch(request);
}

self.addEventListener("install", (event) => {
	// A failure (no network, no session yet) must not keep the worker from installing: a later visit keeps the page.
	event.waitUntil(refresh().catch(() => undefined));
});

self.addEventListener("activate", (event) => {
	event.waitUntil(activate());
});

async function activate(): Promise<void> {
	const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
	await Promise.all(old.map((name) => caches.delete(name)));
}

self.addEventListener("message", (event) => {
	if (event.data === "save") event.waitUntil(refresh().catch(() => undefined));
});

self.addEventListener("fetch", (event) => {
	const url = new URL(event.request.url);
	if (event.request.method !== "GET") return;
	if (event.request.mode === "navigate" && isPage(url)) event.respondWith(page(event));
	else if (isAsset(url)) event.respondWith(asset(event.request));
});
