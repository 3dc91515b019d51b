/**
 * What is on the screen, and why: the head with what must always be seen, one screen below it, and the camera's picture
 * behind. Screens know the core and this; this decides by the core's `obstacle` which of them may be there.
 */

import type { Inspector, Obstacle, Person, Scanned, Source, State } from "./core/index";
import { Decoder } from "./decode";
import { button, h, mark, p, say, text } from "./dom";
import { duration } from "./format";
import { loadPrefs, savePrefs, type Prefs } from "./prefs";
import { Scanner } from "./scanner";
import { action } from "./screens/action";
import { aim } from "./screens/aim";
import { asking } from "./screens/asking";
import { gate } from "./screens/gate";
import { leaveAnyway } from "./screens/leave";
import { lockedMenu, menu } from "./screens/menu";
import { outbox } from "./screens/outbox";
import { temperature } from "./screens/temperature";
import { verdict } from "./screens/verdict";
import { Signals } from "./signals";
import { Wedge } from "./wedge";

/** The second half of a double tap meets what the first one brought: for so long the buttons below take nothing, in milliseconds. */
const GUARD = 700;

/** `hand`: a person is dealt with; that is finished whatever comes, and only a lock or a screen of the head hides it. */
export type Kind = "aim" | "hand" | "gate" | "free";

export interface Screen {
	kind: Kind;
	element: HTMLElement;
	/** What keeps people from scanning, for the screens that say so. */
	obstacle?: Obstacle | undefined;
	/** Whether a hardware scanner may go on to the next person from here. */
	goesOn?: boolean;
	/** An answer of the server is awaited here. */
	asks?: boolean;
	/** Something has changed, or a second has passed. */
	update?(state: State): void;
	/** It was put on the screen (again). */
	shown?(): void;
	/** The code of before is still held there. */
	again?(): void;
	/** It was taken off. */
	left?(): void;
}

/** Milliseconds after which a scan without a verdict says what it waits for. */
const PATIENCE = 400;

export class Ui {
	readonly prefs: Prefs = loadPrefs();
	readonly scanner: Scanner;
	readonly decoder: Decoder;
	/** A newer version waits until nobody is in the middle of something. */
	newer = false;
	/** Whose verdict was shown last. */
	last: Person | undefined;
	private readonly signals = new Signals(this.prefs);
	private readonly stage = h("div", { id: "stage" });
	private readonly head = h("header", { class: "head" });
	private readonly said = h("p", { class: "hide", role: "status" });
	private readonly toast = h("p", { class: "toast", hidden: true });
	private screen: Screen | undefined;
	/** The person in hand, while a lock or a screen of the head hides them. */
	private waiting: Screen | undefined;
	/** The page was opened again over them: they wait until somebody has shown that they may work here. */
	private reopened = false;
	private leaving = false;
	private headSays = "";
	/** The scan whose verdict is awaited. */
	private judging: symbol | undefined;
	private tapped = -Infinity;

	constructor(
		readonly root: HTMLElement,
		readonly core: Inspector,
	) {
		this.decoder = new Decoder(root.dataset.wasm ?? "");
		this.scanner = new Scanner(this.decoder, this.prefs, (found) => void this.scanned(found, "camera"), () => this.hint("several"), () => this.update());
		new Wedge((found) => void this.typed(found));
		root.replaceChildren(this.head, h("div", { class: "camera" }, this.scanner.video), this.stage, this.said, this.toast);
		for (const sign of ["pointerdown", "keydown"]) addEventListener(sign, () => core.touch(), { capture: true, passive: true });
		addEventListener("pointerdown", () => (this.tapped = performance.now()), { capture: true, passive: true });
		core.onChange(() => this.update());
		setInterval(() => this.update(), 1000);
		addEventListener("beforeunload", (event) => {
			if (this.mustStay() && !this.leaving) event.preventDefault();
		});
		const held = core.held();
		this.waiting = held && this.goOn(held);
		this.reopened = held !== undefined;
		this.update();
		void this.decoder.prepare().catch(() => undefined);
	}

	/** Puts a screen on. */
	show(screen: Screen): void {
		// Whoever goes elsewhere is not called back by a late answer.
		if (this.judging && !screen.asks) {
			this.judging = undefined;
			this.core.drop();
		}
		this.screen?.left?.();
		this.screen = screen;
		this.root.dataset.screen = screen.kind;
		this.stage.replaceChildren(screen.element);
		this.stage.scrollTop = 0;
		scrollTo(0, 0);
		screen.shown?.();
		screen.update?.(this.core.state());
		this.guard(screen.element);
		this.paintHead(this.core.state());
		const focus = screen.element.querySelector<HTMLElement>("[autofocus]") ?? screen.element.querySelector<HTMLElement>("h1");
		focus?.focus({ preventScroll: true });
	}

	/** Keeps a double tap from pressing what has come under the thumb. */
	guard(element: HTMLElement): void {
		if (performance.now() - this.tapped > GUARD) return;
		const guarded = [...element.querySelectorAll<HTMLButtonElement>(".bar button")].filter(({ disabled }) => !disabled);
		for (const one of guarded) one.disabled = true;
		setTimeout(() => {
			for (const one of guarded) one.disabled = false;
		}, GUARD);
	}

	/** The next person, or what stands in the way. */
	next(): void {
		this.waiting = undefined;
		const { obstacle } = this.core.state();
		this.show(obstacle ? gate(this, obstacle) : aim(this));
	}

	/** Done with this person: they are counted behind the next one's back, who need not wait for the storage. */
	leave(person: Person): void {
		void person.done();
		this.next();
	}

	/** From a screen of the head, or after a lock: to the person in hand, or on. */
	back(): void {
		const { waiting } = this;
		const { obstacle } = this.core.state();
		if (obstacle && (obstacle === "locked" || this.reopened)) return this.show(gate(this, obstacle));
		this.waiting = undefined;
		this.reopened = false;
		if (waiting) this.show(waiting);
		else this.next();
	}

	openMenu(): void {
		this.aside();
		this.show(this.core.state().obstacle === "locked" ? lockedMenu(this) : menu(this));
	}

	openOutbox(): void {
		this.aside();
		this.show(outbox(this));
	}

	/** Whether somebody is in hand. */
	get inHand(): boolean {
		return this.waiting !== undefined || this.screen?.kind === "hand";
	}

	/** Whether loading the page anew would lose something. */
	mustStay(): boolean {
		return this.inHand || this.core.state().outbox.unsaved > 0;
	}

	/** What ends the work with whoever is in hand waits until they are done with. */
	whenFree(act: () => void): void {
		if (this.inHand) this.tell("finish-first");
		else act();
	}

	/** Leaves the page, or loads it anew; never without asking where that loses reports. */
	leavePage(go: () => void): void {
		const really = (): void => {
			this.leaving = true;
			go();
		};
		const { outbox: { unsaved }, obstacle } = this.core.state();
		if (unsaved > 0) this.show(leaveAnyway(this, unsaved, obstacle, really));
		else really();
	}

	private aside(): void {
		if (this.screen?.kind === "hand") this.waiting = this.screen;
	}

	/** The step at which somebody with too high a temperature was left. */
	private goOn(person: Person): Screen {
		return person.readings.length > 1 ? action(this, person) : temperature(this, person);
	}

	async scanned(found: string, source: Source): Promise<void> {
		if (this.judging) return this.screen?.asks ? this.tell("asking") : undefined;
		const mine = (this.judging = Symbol("scan"));
		const slow = setTimeout(() => {
			if (this.judging === mine) this.show(asking(this));
		}, PATIENCE);
		try {
			const scanned = await this.core.scan(found, source);
			if (this.judging !== mine) return;
			this.judging = undefined;
			this.take(scanned);
		} finally {
			clearTimeout(slow);
			if (this.judging === mine) this.judging = undefined;
		}
	}

	take(scanned: Scanned): void {
		if (scanned.kind === "obstacle" || (scanned.kind !== "person" && this.screen?.asks)) this.next();
		if (scanned.kind === "no_code") this.hint("not-a-code");
		if (scanned.kind === "again") this.screen?.again?.();
		if (scanned.kind !== "person") return;
		this.last = scanned.person;
		// What was said of the person before is not about this one.
		this.toast.hidden = true;
		this.announce("");
		this.hold(scanned.person);
		const { verdict: said } = scanned.person;
		if (said) this.signals.verdict(said);
	}

	/** Shows the verdict on a person. */
	hold(person: Person): void {
		mark("verdict");
		this.show(verdict(this, person));
	}

	signal(person: Person): void {
		if (person.verdict) this.signals.verdict(person.verdict);
	}

	/** What is wrong with what the camera sees: while it is, and no oftener than it can be read. */
	private hint(name: string): void {
		if (this.toast.hidden) this.tell(name);
	}

	/** A short word that goes by itself. */
	tell(name: string, slots: Record<string, string> = {}): void {
		const words = text(name, slots);
		this.toast.textContent = words;
		this.toast.hidden = false;
		this.announce(words);
		setTimeout(() => {
			if (this.toast.textContent === words) this.toast.hidden = true;
		}, 4000);
	}

	announce(words: string): void {
		this.said.textContent = words;
		setTimeout(() => {
			if (this.said.textContent === words) this.said.textContent = "";
		}, 6000);
	}

	keepPrefs(): void {
		savePrefs(this.prefs);
	}

	update(): void {
		const state = this.core.state();
		document.body.classList.toggle("training", state.training);
		this.route(state);
		this.screen?.update?.(state);
		this.paintHead(state);
	}

	private route({ obstacle }: State): void {
		const { screen } = this;
		if (!screen) return this.back();
		if (screen.kind === "gate" && screen.obstacle === obstacle) return;
		if (obstacle === "locked") {
			this.aside();
			this.show(gate(this, obstacle));
		} else if (screen.kind === "gate") this.back();
		else if (screen.kind === "aim" && obstacle) this.next();
	}

	/** A hardware scanner: on the verdict of somebody who may pass the next code is the next person. */
	private async typed(found: string): Promise<void> {
		const { screen } = this;
		if (screen?.kind === "aim" || screen?.goesOn) await this.scanned(found, "scanner");
		else if (screen?.asks) this.tell("asking");
		else if (screen?.kind === "hand") this.tell("finish-first");
		else if (screen?.obstacle === "locked" || screen?.obstacle === "no_pin") this.tell("unlock-first");
	}

	/** How old the data is, what waits, and whether this is training: always there. */
	private paintHead(state: State): void {
		const { signed, outbox: box, training, shift, online } = state;
		const { freshness } = signed;
		const age = freshness === "none" || !Number.isFinite(signed.age) ? text("age-none") : text(`age-${freshness}`, { time: duration(signed.age) });
		const parts = [training, freshness, age, box.waiting, box.refused, box.level, box.unsaved, online, shift?.checkpoint.name, this.screen?.kind, state.clock.doubtful, state.obstacle === "locked"];
		const says = parts.join("|");
		if (says === this.headSays) return;
		this.headSays = says;
		const locked = state.obstacle === "locked";
		const warns = box.level !== "ok" || box.refused > 0 || box.unsaved > 0;
		this.head.replaceChildren(
			h("div", { class: "row" },
				h("p", { class: `data is-${freshness}` }, h("span", { class: "dot", "aria-hidden": "true" }), age, !online && h("span", { class: "net" }, say("offline"))),
				h("button", { type: "button", class: `waits${warns ? " warns" : ""}`, disabled: locked, click: () => this.openOutbox() }, say("waits", { count: String(box.waiting + box.refused) })),
				h("button", { type: "button", class: "menu", "aria-label": text("menu"), click: () => this.openMenu() }, h("span", { "aria-hidden": "true" }, "☰")),
			),
		);
		if (training) this.head.append(h("p", { class: "training-word" }, say("training"), " ", !locked && button("training-end", () => void this.core.train(false).then(() => this.next()))));
		if (box.unsaved > 0) this.head.append(p("unsaved", { count: String(box.unsaved) }, { class: "strip bad" }));
		else if (box.level !== "ok") this.head.append(p(box.level === "full" ? "outbox-full" : "outbox-warn", {}, { class: "strip bad" }));
		else if (freshness === "stale") this.head.append(p("stale-strip", {}, { class: "strip bad" }));
		if (state.clock.doubtful) this.head.append(p("clock-doubtful", {}, { class: "strip" }));
	}
}
