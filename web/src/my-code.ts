/**
 * "My health code": turns the page that the server rendered into a living code. The markup it works on is described
 * in README.md. Showing needs nothing but the phone: the network is asked for a new pass now and then, and its
 * silence never takes a good code off the screen.
 */

import { compareReadings, measureOffset, type Reading } from "./clock";
import { isEarly, lastsUntil, passAt } from "./days";
import { draw, encode, makePicture, type Modules } from "./draw";
import { FRESH_MS, makeLiveText } from "./live";
import { askForPass, COLOURS, Schedule, type Answer, type Colour, type Pass } from "./renewal";
import { keepFresh, othersOf, renewOthers, type Person } from "./people";
import { Short } from "./short";
import { forget, forgetOthers, load, save, type Ended, type Kept } from "./vault";
import { word, wordText, type Slots } from "./words";
import { registerWorker } from "./worker";

/** What the notice under the code says; each is a word of the page. */
type Notice = "preparing" | "offline" | "busy" | "session" | "clock" | Ended;

const reading = (): Reading => ({ wall: Date.now(), steady: performance.now() });

class MyCode {
	private readonly schedule = new Schedule();
	private readonly picture = makePicture();
	private readonly format: Intl.DateTimeFormat;
	private readonly clockFormat: Intl.DateTimeFormat;
	private readonly dayFormat: Intl.DateTimeFormat;
	private lastReading = reading();
	private shown: Modules | undefined;
	/** The pass in the code that is shown. */
	private current: Pass | undefined;
	/** The time in the code that is shown. */
	private drawnTime = Number.NEGATIVE_INFINITY;
	private asking = false;
	private drawing = false;
	private notice: Notice | undefined;
	private wakeLock: WakeLockSentinel | undefined;
	private minute = -1;
	/** Whether the phone can open this page again without the internet. */
	private keeps = true;

	constructor(
		private readonly root: HTMLElement,
		private readonly kept: Kept,
		private readonly others: readonly Person[],
	) {
		const timeZone = root.dataset.timeZone ?? "Asia/Shanghai";
		const locale = root.dataset.locale || document.documentElement.lang || undefined;
		const common = { timeZone, hourCycle: "h23" } as const;
		this.format = new Intl.DateTimeFormat(locale, { ...common, dateStyle: "medium", timeStyle: "short" });
		this.clockFormat = new Intl.DateTimeFormat(locale, { ...common, timeStyle: "medium" });
		this.dayFormat = new Intl.DateTimeFormat(locale, { timeZone, weekday: "long", day: "numeric", month: "long" });
	}

	start(): void {
		if (this.held().length === 0) this.say("preparing");
		this.opened();
		setInterval(() => this.tick(), 1000);
		document.addEventListener("visibilitychange", () => {
			if (document.visibilityState === "visible") this.opened();
		});
		addEventListener("online", () => {
			this.schedule.reconnected();
			this.renew("event");
			// Whom the phone was switched to without a network, the server learns now.
			void keepPages();
		});
		addEventListener("pageshow", () => this.tick());
		addEventListener("resize", () => {
			if (this.shown) draw(this.picture, this.shown);
		});
	}

	/** Storage or a worker is missing, as in the web views of many apps: says so, and what to do instead. */
	keepsNothing(): void {
		if (!this.keeps) return;
		this.keeps = false;
		showAbility(this.root, "keep");
		this.minute = -1;
		if (this.current) this.announce(this.now());
		const notice = this.notice;
		this.notice = undefined;
		this.say(notice);
	}

	private opened(): void {
		this.tick();
		this.renew("event");
		this.keepAwake();
	}

	/** The time by the server's clock, as far as we know it. */
	private now(): number {
		return Date.now() + (this.kept.offset ?? 0);
	}

	private tick(): void {
		this.watchClock();
		const now = this.now();
		this.part("now")?.replaceChildren(this.clockFormat.format(now));
		const held = this.held();
		const pass = passAt(held, now);
		if (pass) {
			if (pass !== this.current) this.showPass(pass, now);
			if (this.notice === "clock") this.say(undefined);
			if (Math.abs(now - this.drawnTime) >= FRESH_MS) void this.redraw(pass);
			this.showLife(now);
		} else if (isEarly(held, now)) this.say("clock");
		else if (held.length > 0) this.end(this.kept.ahead?.length ? "expired-days" : "expired");
		this.renew("tick");
	}

	/** The passes that the phone holds, in the order in which they are shown. */
	private held(): Pass[] {
		const { pass, ahead = [] } = this.kept;
		return pass ? [pass, ...ahead] : [...ahead];
	}

	/** Follows steps of the phone's clock while the page is open. */
	private watchClock(): void {
		const now = reading();
		const { correction, doubtful } = compareReadings(this.lastReading, now);
		this.lastReading = now;
		if (correction !== 0 && this.kept.offset !== undefined) {
			this.kept.offset += correction;
			void save(this.kept);
		}
		if (doubtful) {
			this.drawnTime = Number.NEGATIVE_INFINITY;
			this.renew("event");
		}
	}

	private async redraw(pass: Pass): Promise<void> {
		if (this.drawing) return;
		this.drawing = true;
		try {
			const time = this.now();
			const code = encode(await makeLiveText(pass.bytes, Math.floor(time / 1000), this.kept.privateKey));
			if (this.current !== pass) return;
			draw(this.picture, code);
			this.shown = code;
			this.drawnTime = time;
		} catch {
			showAbility(this.root, "broken");
		} finally {
			this.drawing = false;
		}
	}

	private renew(trigger: "event" | "tick"): void {
		const life = this.kept.pass ? this.kept.pass.expires - this.now() : 0;
		if (this.asking || !this.schedule.due(trigger, life, performance.now())) return;
		if (navigator.onLine === false) {
			this.say("offline");
			return;
		}
		this.asking = true;
		const { endpoint = "", csrf = "" } = this.root.dataset;
		const request = { fetch: fetch.bind(window), now: Date.now, endpoint, csrf, deviceKey: this.kept.publicKey };
		void askForPass(request).then((answer) => {
			this.asking = false;
			this.schedule.note(answer, performance.now(), Math.random());
			this.take(answer);
			if (answer.kind !== "offline" && answer.kind !== "busy") void renewOthers(this.others, request);
		});
	}

	private take(answer: Answer): void {
		switch (answer.kind) {
			case "pass": {
				const { pass, ahead, serverTime, asked, answered } = answer;
				this.kept.offset = measureOffset(serverTime, asked, answered, this.kept.offset);
				this.kept.pass = pass;
				this.kept.ahead = ahead;
				delete this.kept.ended;
				void save(this.kept);
				// Days that were fetched ahead should not be lost to a browser that tidies up.
				if (ahead.length > 0) void navigator.storage?.persist?.().catch(() => undefined);
				this.current = undefined;
				this.tick();
				break;
			}
			case "withdrawn":
			case "changed":
				this.end(answer.kind);
				break;
			case "session":
			case "busy":
			case "offline":
				this.say(answer.kind);
		}
	}

	private showPass(pass: Pass, now: number): void {
		this.current = pass;
		this.say(undefined);
		this.drawnTime = Number.NEGATIVE_INFINITY;
		this.minute = -1;
		this.panel(pass.colour);
		this.fill("colour", `colour-${pass.colour}`);
		this.part("reasons")?.replaceChildren(
			...pass.reasons.map((reason) => word(this.root, `reason-${reason}`) ?? word(this.root, "reason") ?? ""),
		);
		this.picture.setAttribute("aria-label", wordText(this.root, "label", { until: this.format.format(pass.expires) }));
		if (!this.picture.isConnected) {
			this.part("box")?.replaceChildren(this.picture);
			// Said once: where the code is and how long it lives. Fresh codes every 30 s are nobody's news.
			this.announce(now);
		}
	}

	private announce(now: number): void {
		this.fillLasting("announce", lastsUntil(this.held(), now));
	}

	/** Takes the code off the screen and out of the phone. */
	private end(ended: Ended): void {
		delete this.kept.pass;
		delete this.kept.ahead;
		this.kept.ended = ended;
		this.shown = this.current = undefined;
		void save(this.kept);
		this.picture.remove();
		this.part("life")?.replaceChildren();
		this.part("reasons")?.replaceChildren();
		this.part("announce")?.replaceChildren();
		this.panel("none");
		this.fill("colour", "colour-gone");
		this.say(ended);
	}

	private showLife(now: number): void {
		const until = lastsUntil(this.held(), now);
		const minutes = Math.max(0, Math.floor((until - now) / 60_000));
		if (minutes === this.minute) return;
		this.minute = minutes;
		this.fillLasting("life", until, { hours: `${Math.floor(minutes / 60)}`, minutes: `${minutes % 60}` });
	}

	/** Words on how long the code lasts: people say "until Monday 24:00", not "until Tuesday 0:00". */
	private fillLasting(name: "life" | "announce", until: number, slots: Slots = {}): void {
		const byDay = this.kept.ahead?.length && this.clockFormat.format(until) === "00:00:00";
		const lasting = { until: this.format.format(until), day: this.dayFormat.format(until - 1) };
		this.fill(name, !this.keeps ? `${name}-open` : byDay ? `${name}-days` : name, { ...slots, ...lasting });
	}

	private say(notice: Notice | undefined): void {
		// An ended code is the greater news: a failing network must not talk over it, also when the page is opened again.
		if (!this.current && this.kept.ended && (notice === "offline" || notice === "busy")) notice = this.kept.ended;
		if (notice === this.notice) return;
		this.notice = notice;
		// "No network" means one thing to a person with a code and another to one without.
		const words = notice && ((!this.current && this.wordNow(`${notice}-empty`)) || this.wordNow(notice));
		this.part("notice")?.replaceChildren(...(words ? [words] : []));
	}

	/** A notice in the words for a phone that keeps nothing, where there are such. */
	private wordNow(name: string): DocumentFragment | undefined {
		return (this.keeps ? undefined : word(this.root, `${name}-open`)) ?? word(this.root, name);
	}

	private panel(colour: Colour): void {
		const panel = this.part("panel");
		panel?.classList.remove(...COLOURS.map((name) => `is-${name}`));
		panel?.classList.add(`is-${colour}`);
		panel?.classList.toggle("is-dead", !this.current);
	}

	private part(name: string): HTMLElement | null {
		return this.root.querySelector(`[data-part="${name}"]`);
	}

	private fill(part: string, name: string, slots?: Slots): void {
		const words = word(this.root, name, slots);
		this.part(part)?.replaceChildren(...(words ? [words] : []));
	}

	private keepAwake(): void {
		if (!("wakeLock" in navigator) || document.visibilityState !== "visible") return;
		if (this.wakeLock && !this.wakeLock.released) return;
		navigator.wakeLock.request("screen").then(
			(lock) => (this.wakeLock = lock),
			() => undefined,
		);
	}
}

/** Asks the worker to keep the pages anew. */
async function keepPages(): Promise<void> {
	try {
		const registration = await navigator.serviceWorker?.getRegistration();
		registration?.active?.postMessage("save");
	} catch {
		// Workers are refused here: nothing is kept.
	}
}

/** Some browsers refuse by throwing. */
function hasWorkers(): boolean {
	try {
		return !!navigator.serviceWorker;
	} catch {
		return false;
	}
}

/** The record of this page's holder, and whether it is kept; those of people who are not of this phone are forgotten first. */
async function keptFor(holder: string, others: readonly Person[]): Promise<{ kept: Kept; stored: boolean }> {
	if (await forgetOthers([holder, ...others.map((other) => other.holder)])) await keepPages();
	const found = await load(holder);
	if (found) return { kept: found, stored: true };
	return keepFresh(holder);
}

/** Says under the code what this browser cannot do, and what to do instead; without a name, nothing. */
function showAbility(root: HTMLElement, name?: "broken" | "keep"): void {
	const words = name && word(root, name, { address: `${location.host}/recover` });
	root.querySelector('[data-part="ability"]')?.replaceChildren(...(words ? [words] : []));
}

/** Whether the worker is there that opens this page without the internet. */
const keepPage = (address: string): Promise<boolean> => registerWorker(address, location.pathname).then(() => true, () => false);

/** Signing out forgets the person's record, or the phone's owner everybody's, before the form is sent. */
function watchSignOut(): void {
	document.addEventListener("submit", (event) => {
		const form = event.target;
		if (!(form instanceof HTMLFormElement) || !form.matches("[data-sign-out]")) return;
		event.preventDefault();
		void forget(form.dataset.signOut).finally(() => form.submit());
	});
}

async function main(): Promise<void> {
	watchSignOut();
	// The list of the phone's people: what is kept follows it.
	if (document.querySelector("[data-keep]")) void keepPages();
	const root = document.getElementById("my-code");
	if (!root?.dataset.holder) return;
	showAbility(root);
	const worker = root.dataset.worker ? keepPage(root.dataset.worker) : Promise.resolve(false);
	root.classList.add("is-live");
	const short = root.querySelector<HTMLFormElement>("form[data-short]");
	if (short) new Short(root, short);
	try {
		const others = othersOf(root.dataset.people ?? "", root.dataset.holder);
		const { kept, stored } = await keptFor(root.dataset.holder, others);
		const code = new MyCode(root, kept, others);
		if (!stored || !hasWorkers()) code.keepsNothing();
		code.start();
		if (!(await worker)) code.keepsNothing();
	} catch {
		// No keys that stay in the phone (an old web view, or http beyond this machine): the words lead to the printed pass.
		showAbility(root, "broken");
	}
}

void main();
