/**
 * The camera at the door of a place: the inspector's scanner, which stays on from one person to the next. What it reads is
 * sent with the page's own form, and the part `#outcome` of the answer takes the place of the old one. Without this script
 * the form does the same, a page a person. Markup: README.md.
 */

import { Decoder } from "./inspect/decode";
import { loadPrefs, savePrefs } from "./inspect/prefs";
import { type CameraState, Scanner } from "./inspect/scanner";
import { Signals } from "./inspect/signals";
import { requestPage } from "./page-request";

/** One code seen again and again within this is one scan: it lies before the camera until its holder moves on. */
const SAME = 5000;
const PATIENCE = 15_000;
/** Rest before the next try where no answer came, and where the server could not. */
const AGAIN = 2000;
const LATER = 10_000;

const root = document.getElementById("camera");
const form = document.querySelector<HTMLFormElement>("form#main");
const prefs = loadPrefs();
/** Registered, to be compared, not registered: as a verdict sounds. */
const signals = new Signals(prefs);
let last = { text: "", at: -SAME };
let sending = false;
let pausedUntil = 0;

const part = <T extends HTMLElement>(name: string): T | null => root?.querySelector<T>(`[data-part="${name}"]`) ?? null;

/** The server could not do it now; what its page says. */
class Refused extends Error {}

/** Sends a form of this page and gives the page that comes back. */
async function post(sent: FormData): Promise<Document> {
	const { status, responseXML: page } = await requestPage(location.pathname, PATIENCE, sent);
	if (page?.getElementById("outcome")) return page;
	const said = [...(page?.querySelectorAll("main h1, main p") ?? [])].map(({ textContent }) => textContent ?? "").join(" ");
	if (status >= 429) throw new Refused(said);
	// Signed out, or no manager any more: the page itself says so.
	location.reload();
	return new Promise(() => {});
}

/** What the answer says, and the number of the next visit. */
function put(page: Document): void {
	const fresh = page.getElementById("outcome");
	if (!fresh) return;
	document.getElementById("outcome")?.replaceWith(fresh);
	const visit = page.querySelector<HTMLInputElement>('form#main input[name="visit"]')?.value;
	const field = form?.querySelector<HTMLInputElement>('input[name="visit"]');
	if (visit && field) field.value = visit;
	const { signal } = fresh.dataset;
	if (signal === "PASS" || signal === "CHECK" || signal === "STOP") signals.verdict(signal);
}

/** Says why nothing came of the last scan: the network, or in the server's own words. */
function say(why: string): void {
	part("network")?.toggleAttribute("hidden", why !== "network");
	const refused = part("refused-now");
	refused?.toggleAttribute("hidden", why === "" || why === "network");
	refused?.replaceChildren(why);
	if (why === "") return;
	// What stands there is of somebody else.
	document.getElementById("outcome")?.replaceChildren();
	signals.verdict("STOP");
}

async function send(sent: FormData): Promise<void> {
	if (sending) return;
	sending = true;
	part("working")?.removeAttribute("hidden");
	try {
		put(await post(sent));
		say("");
	} catch (error) {
		// The number of the visit stays: if it did arrive, the next try is the same visit.
		last = { text: "", at: -SAME };
		const refused = error instanceof Refused && error.message !== "";
		pausedUntil = performance.now() + (refused ? LATER : AGAIN);
		say(refused ? error.message : "network");
	} finally {
		sending = false;
		part("working")?.setAttribute("hidden", "");
	}
}

function found(text: string): void {
	const now = performance.now();
	const same = text === last.text && now - last.at < SAME;
	if (sending || now < pausedUntil) return;
	last = { text, at: now };
	if (same || !form) return;
	const sent = new FormData(form);
	sent.set("text", text);
	sent.delete("photo");
	void send(sent);
}

function start(root: HTMLElement): void {
	const decoder = new Decoder(root.dataset.wasm ?? "");
	const scanner = new Scanner(decoder, prefs, found, () => undefined, () => void show());
	const show = async (): Promise<void> => {
		const { state } = scanner;
		const words: CameraState[] = ["starting", "refused", "missing", "busy", "unsupported"];
		for (const word of words) part(word)?.toggleAttribute("hidden", word !== state);
		part("open")?.toggleAttribute("hidden", state === "on" || state === "starting");
		part("picture")?.toggleAttribute("hidden", state !== "on");
		const [torch, other] = [part("torch"), part("switch")];
		torch?.toggleAttribute("hidden", !scanner.extras.torch);
		torch?.setAttribute("aria-pressed", String(scanner.torch));
		other?.toggleAttribute("hidden", state !== "on" || (await scanner.cameras()).length < 2);
	};
	part("picture")?.prepend(scanner.video);
	part("open")?.addEventListener("click", () => {
		void decoder.prepare().catch(() => undefined);
		void scanner.look();
	});
	part("close")?.addEventListener("click", () => scanner.stop());
	part("torch")?.addEventListener("click", () => void scanner.setTorch(!scanner.torch));
	part("switch")?.addEventListener("click", () => void next(scanner));
	// With the camera on, the page that asks to compare a document is answered without leaving it.
	document.addEventListener("submit", (event) => {
		const sender = event.target as HTMLFormElement;
		if (scanner.state !== "on" || !sender.closest("#outcome")) return;
		event.preventDefault();
		void send(new FormData(sender));
	});
	root.hidden = false;
}

/** The next of the cameras of this device. */
async function next(scanner: Scanner): Promise<void> {
	const all = (await scanner.cameras()).map(({ deviceId }) => deviceId);
	const chosen = all[(all.indexOf(scanner.camera) + 1) % all.length];
	if (chosen === undefined) return;
	await scanner.choose(chosen);
	savePrefs(prefs);
}

if (root && typeof navigator.mediaDevices?.getUserMedia === "function") start(root);
