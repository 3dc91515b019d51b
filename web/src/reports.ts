/**
 * The health officers' queue, kept up to date. The server says only that something changed; the list is read anew, as
 * the page itself is. Where no event comes (an old proxy, too many pages open), it is read again by a timer.
 */

import { requestPage } from "./page-request";

const TIMER = 30_000;
/** Several changes at once are one reading. */
const GATHER = 150;

const live = document.getElementById("live");
const sound = document.getElementById("sound-on") as HTMLInputElement | null;
let reading = false;
let again = false;
let planned = 0;
let audio: AudioContext | undefined;

const say = (key: "on" | "off" | "more"): void => {
	const text = live?.dataset[key] ?? "";
	// A status that is set to what it says already is not read out.
	if (live && live.textContent !== text) live.textContent = text;
};

/** Puts the fresh list in the place of the old one. Whoever stood on a link or a button of it stays there. */
function put(fresh: Element): void {
	const old = document.getElementById("queue");
	if (!old || old.innerHTML === fresh.innerHTML) return;
	const [before, after] = [old.dataset.newest ?? "", (fresh as HTMLElement).dataset.newest ?? ""];
	const focused = old.contains(document.activeElement) ? document.activeElement?.id : "";
	old.replaceWith(fresh);
	if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
	// Ids grow with time, and have one length.
	if (after > before) {
		say("more");
		beep();
	}
}

async function read(): Promise<void> {
	if (reading) {
		again = true;
		return;
	}
	reading = true;
	try {
		const { status, responseURL, responseXML } = await requestPage(location.pathname + location.search, TIMER);
		// Signed out: the page says so, and leads back here.
		if (new URL(responseURL).pathname !== "/reports" || status === 401 || status === 403) return location.reload();
		if (status !== 200) throw new Error(String(status));
		const fresh = responseXML?.getElementById("queue");
		if (fresh) put(document.adoptNode(fresh));
	} catch {
		say("off");
	} finally {
		reading = false;
		if (again) {
			again = false;
			plan();
		}
	}
}

function plan(): void {
	clearTimeout(planned);
	planned = window.setTimeout(() => void read(), GATHER);
}

/** A short tone. Browsers play none before somebody has pressed something on the page: the box itself. */
function beep(): void {
	if (!sound?.checked || !audio) return;
	const [tone, volume] = [audio.createOscillator(), audio.createGain()];
	tone.frequency.value = 880;
	volume.gain.setValueAtTime(0.2, audio.currentTime);
	volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.4);
	tone.connect(volume).connect(audio.destination);
	tone.start();
	tone.stop(audio.currentTime + 0.4);
}

function listen(): void {
	const events = new EventSource("/reports/events");
	events.onopen = () => {
		say("on");
		// What changed between the page and the connection.
		plan();
	};
	events.onmessage = plan;
	events.onerror = () => {
		say("off");
		if (events.readyState !== EventSource.CLOSED) return;
		plan();
		window.setTimeout(listen, TIMER);
	};
	// A page that is left, or kept for going back to, holds no connection.
	addEventListener("pagehide", () => events.close(), { once: true });
}

if (document.getElementById("queue")) {
	document.getElementById("sound")?.removeAttribute("hidden");
	sound?.addEventListener("change", () => {
		audio ??= new AudioContext();
		void audio.resume();
		beep();
	});
	setInterval(() => void (document.visibilityState === "visible" && read()), TIMER);
	addEventListener("pageshow", (event) => event.persisted && location.reload());
	listen();
}
