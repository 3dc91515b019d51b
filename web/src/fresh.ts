/**
 * A part of a page that renews itself: the counter of a location, the code on a tablet. The page is asked for again, and
 * the part `#fresh` of the answer takes the place of the old one. What it is to show by when stands in the part:
 * `data-fresh` (seconds until the next look) and `data-ends` (seconds until what it shows is over).
 */

import { requestPage } from "./page-request";

const PATIENCE = 15_000;
/** Where the answer did not come, it is asked for again so soon. */
const AGAIN = 10_000;

const part = (): HTMLElement | null => document.getElementById("fresh");
/** When the page came, by a clock that nobody sets. */
let came = performance.now();
let planned = 0;

const seconds = (name: "fresh" | "ends"): number | undefined => {
	const text = part()?.dataset[name];
	return text === undefined ? undefined : Number(text);
};

/** The page as it is now. */
async function ask(): Promise<Document> {
	const { status, responseURL, responseXML } = await requestPage(location.pathname, PATIENCE);
	// Signed out: the page says so, and leads back here.
	if (new URL(responseURL).pathname !== location.pathname) location.reload();
	else if (status === 200 && responseXML) return responseXML;
	throw new Error("no page");
}

/** A code that is over is not shown: whoever scanned it would be sent away. */
function judge(): void {
	const ends = seconds("ends");
	const over = ends !== undefined && performance.now() - came > ends * 1000;
	part()?.querySelectorAll<HTMLElement>(".still-good").forEach((element) => (element.hidden = over));
	part()?.querySelectorAll<HTMLElement>(".over").forEach((element) => (element.hidden = !over));
}

async function renew(): Promise<void> {
	clearTimeout(planned);
	let next = AGAIN;
	try {
		const fresh = (await ask()).getElementById("fresh");
		const old = part();
		if (fresh && old) {
			came = performance.now();
			if (old.innerHTML !== fresh.innerHTML) old.replaceWith(fresh);
			else if (fresh.dataset.ends) old.dataset.ends = fresh.dataset.ends;
			if (fresh.dataset.fresh && part()) (part() as HTMLElement).dataset.fresh = fresh.dataset.fresh;
			next = (seconds("fresh") ?? 30) * 1000;
		}
	} catch {
		// No network: what is shown stays as long as it is good.
	}
	judge();
	planned = window.setTimeout(() => void renew(), next);
}

/** A tablet at a door is to stay lit. Where the browser cannot, its own setting has to. */
async function stayLit(): Promise<void> {
	if (!document.querySelector("main.tablet") || document.visibilityState !== "visible") return;
	await navigator.wakeLock?.request("screen").catch(() => undefined);
}

planned = window.setTimeout(() => void renew(), (seconds("fresh") ?? 30) * 1000);
window.setInterval(judge, 1000);
window.addEventListener("online", () => void renew());
document.addEventListener("visibilitychange", () => {
	if (document.visibilityState !== "visible") return;
	void stayLit();
	void renew();
});
void stayLit();
