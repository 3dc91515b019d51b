/**
 * The service worker of the code page, and of nothing else: its scope is /my-code, it answers for that page, for the
 * list of the phone's people, and for the versioned assets the page names, and leaves every other request to the
 * browser.
 *
 * Of a phone with companions it keeps everybody's page, so that the phone can be switched without a network: the form
 * that switches is answered from here, and sent on before the code page is next asked for.
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
/** The list of the phone's people, and the form on it that switches to another. */
const PEOPLE = `${PAGE}/people`;
const SWITCH = `${PEOPLE}/show`;
/** Where a switch waits that the server has not been told of. */
const PENDING = `${SWITCH}?pending`;
/** After this a page that is kept for another person is fetched anew. */
const STALE = 12 * 3_600_000;
/** One page, one holder: what the answer varies by (cookie, language) does not pick between copies here. */
const ANY = { ignoreVary: true };

const isAt = (url: URL, path: string): boolean => url.origin === self.location.origin && url.pathname === path && !url.searchParams.has("person");
const pageOf = (tag: string): string => `${PAGE}?person=${encodeURIComponent(tag)}`;
const ask = (path: string): Promise<Response> => fetch(path, { credentials: "same-origin", redirect: "manual", cache: "no-store" });
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
	await keepPeople(cache, html, response.clone());
	// A page that was under way while the phone was switched without a network is of the person before.
	if (!(await cache.match(PENDING))) await cache.put(PAGE, response);
	for (const request of await cache.keys()) {
		if (isAsset(new URL(request.url)) && !assets.includes(request.url)) await cache.delete(request);
	}
}

/** Keeps the list and everybody's page; forgets those of people who are not of this phone any more. */
async function keepPeople(cache: Cache, html: string, response: Response): Promise<void> {
	const tags = (/data-people="([^"]*)"/.exec(html)?.[1] ?? "").split(" ").filter(Boolean).map((person) => person.split(":")[0] ?? "");
	const pages = tags.map((tag) => new URL(pageOf(tag), self.location.origin).href);
	for (const request of await cache.keys()) {
		if (new URL(request.url).searchParams.has("person") && !pages.includes(request.url)) await cache.delete(request);
	}
	if (tags.length === 0) {
		await cache.delete(PEOPLE);
		return;
	}
	const shown = /data-person="([^"]*)"/.exec(html)?.[1] ?? "";
	await cache.put(pageOf(shown), response);
	const lang = /<html lang="[^"]*"/.exec(html)?.[0] ?? "";
	const people = /data-people="[^"]*"/.exec(html)?.[0] ?? "";
	for (const tag of tags) if (tag !== shown) await keepOther(cache, pageOf(tag), [lang, people]);
	await keepOther(cache, PEOPLE, [lang, ...tags.map((tag) => `value="${tag}"`)]);
}

/** Fetches a page, unless a young one is kept that says what it has to. */
async function keepOther(cache: Cache, address: string, says: string[]): Promise<void> {
	const kept = await cache.match(address, ANY);
	const html = (await kept?.clone().text()) ?? "";
	const age = Date.now() - Date.parse(kept?.headers.get("date") ?? "");
	if (age < STALE && says.every((part) => html.includes(part))) return;
	const response = await ask(address);
	if (response.status === 200) await cache.put(address, response);
}

async function refresh(): Promise<void> {
	await settle();
	await keep(await ask(PAGE));
}

/** Tells the server of a switch that was made without it. */
async function settle(): Promise<void> {
	const cache = await caches.open(CACHE);
	const pending = await cache.match(PENDING);
	if (!pending) return;
	const headers = { "content-type": "application/x-www-form-urlencoded" };
	const answer = await fetch(SWITCH, { method: "POST", headers, body: await pending.text(), credentials: "same-origin", redirect: "manual" });
	if (answer.status < 500) await cache.delete(PENDING);
}

/** Switches to another person: the server does, or without it the page that is kept for them takes the place. */
async function switchTo(event: FetchEvent): Promise<Response> {
	const body = await event.request.clone().text();
	const fields = new URLSearchParams(body);
	const cache = await caches.open(CACHE);
	const kept = fields.has("next") ? undefined : await cache.match(pageOf(fields.get("to") ?? ""), ANY);
	if (!kept) return fetch(event.request).catch(async () => (await cache.match(PEOPLE, ANY)) ?? Response.error());
	const answer = fetch(event.request).catch(() => undefined);
	const late = new Promise<undefined>((resolve) => setTimeout(resolve, PATIENCE, undefined));
	const response = await Promise.race([answer, late]);
	await cache.delete(PENDING);
	if (response && response.status < 500) return response;
	await cache.put(PENDING, new Response(body));
	await cache.put(PAGE, kept);
	return Response.redirect(PAGE, 303);
}

async function people(request: Request): Promise<Response> {
	const cache = await caches.open(CACHE);
	const kept = await cache.match(PEOPLE, ANY);
	const network = settle().then(() => fetch(request));
	if (!kept) return network;
	const late = new Promise<Response>((resolve) => setTimeout(() => resolve(kept), PATIENCE));
	return Promise.race([network.then((response) => (response.status >= 500 ? kept : response)).catch(() => kept), late]);
}

/** Network first; the kept page when the network fails or says nothing for three seconds. */
async function page(event: FetchEvent): Promise<Response> {
	const network = settle().then(() => fetch(event.request));
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
	if (event.request.mode === "navigate" && event.request.method === "POST" && isAt(url, SWITCH)) event.respondWith(switchTo(event));
	if (event.request.method !== "GET") return;
	if (event.request.mode === "navigate" && isAt(url, PAGE)) event.respondWith(page(event));
	else if (event.request.mode === "navigate" && isAt(url, PEOPLE)) event.respondWith(people(event.request));
	else if (isAsset(url)) event.respondWith(asset(event.request));
});
