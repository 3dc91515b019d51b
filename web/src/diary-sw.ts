/**
 * The service worker of the diary's page, and of nothing else: its scope is /diary. The page has no data, so that one copy
 * is everybody's: network first, and the kept page with its assets without one.
 */

/// <reference lib="webworker" />

export {};

declare const self: ServiceWorkerGlobalScope;
/** A hash over the assets, set by the build: other assets, another worker, another cache. */
declare const __VERSION__: string;

const PREFIX = "diary-";
const CACHE = PREFIX + __VERSION__;
const PAGE = new URL(self.registration.scope).pathname;
const PATIENCE = 3000;
const ANY = { ignoreVary: true };

const isAsset = (url: URL): boolean => url.origin === self.location.origin && url.pathname.startsWith("/assets/") && url.searchParams.has("v");

/** Keeps the page once its assets are kept: half a page would be worse than the last one. */
async function keep(response: Response): Promise<void> {
	if (response.status !== 200 || response.redirected || response.type !== "basic") return;
	const html = await response.clone().text();
	if (!html.includes('data-kind="diary"')) return;
	const cache = await caches.open(CACHE);
	const named = [...html.matchAll(/(?:href|src)="([^"]+)"/g)].map((match) => new URL((match[1] ?? "").replace(/&amp;/g, "&"), self.location.origin));
	for (const { href } of named.filter(isAsset)) if (!(await cache.match(href, ANY))) await cache.add(href);
	await cache.put(PAGE, response);
}

async function page(event: FetchEvent): Promise<Response> {
	const network = fetch(event.request);
	event.waitUntil(network.then((response) => keep(response.clone())).catch(() => undefined));
	const kept = await (await caches.open(CACHE)).match(PAGE, ANY);
	if (!kept) return network;
	const late = new Promise<Response>((resolve) => setTimeout(() => resolve(kept), PATIENCE));
	return Promise.race([network.then((response) => (response.status >= 500 ? kept : response)).catch(() => kept), late]);
}

const asset = async (request: Request): Promise<Response> => (await (await caches.open(CACHE)).match(request.url, ANY)) ?? fetch(request);

self.addEventListener("install", (event) => {
	event.waitUntil(
		fetch(PAGE, { credentials: "same-origin", redirect: "manual", cache: "no-store" })
			.then(keep)
			.catch(() => undefined),
	);
});

self.addEventListener("activate", (event) => {
	event.waitUntil(
		caches.keys().then((names) => Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)))),
	);
});

self.addEventListener("fetch", (event) => {
	const url = new URL(event.request.url);
	if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
	if (event.request.mode === "navigate" && url.pathname === PAGE) event.respondWith(page(event));
	else if (isAsset(url)) event.respondWith(asset(event.request));
});
