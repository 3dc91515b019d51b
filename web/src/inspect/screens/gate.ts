/** What stands between an inspector and scanning, each with its own words and the way on. */

import type { Obstacle, State } from "../core/index";
import { actions, button, h, p, say, text, title } from "../dom";
import { clock } from "../format";
import type { Screen, Ui } from "../ui";
import { begin, enrol } from "./begin";
import { pin, unlock } from "./pin";

type Make = (ui: Ui) => HTMLElement;

const GATES: Record<Obstacle, Make> = {
	version: (ui) => plain(ui, "version", button("restart", () => ui.whenFree(() => ui.leavePage(() => location.reload())))),
	withdrawn: (ui) => plain(ui, "withdrawn", button("open-outbox", () => ui.openOutbox())),
	not_enrolled: enrol,
	no_data: (ui) => plain(ui, "no-data", button("try-again", () => void ui.core.refresh())),
	no_shift: begin,
	shift_over: begin,
	locked: unlock,
	no_pin: pin,
	outbox_full: (ui) => plain(ui, "full", button("open-outbox", () => ui.openOutbox())),
};

export function gate(ui: Ui, obstacle: Obstacle): Screen {
	// A new version comes in where nothing is in hand, and nothing only in memory.
	if (ui.newer && !ui.mustStay()) setTimeout(() => location.reload());
	const place = h("div", {}, GATES[obstacle](ui));
	const element = h("section", { class: "screen gate" }, place);
	let shut = ui.core.state().shift?.shut;
	const update = (state: State): void => {
		element.dataset.online = String(state.online);
		if (obstacle !== "locked" || state.shift?.shut === shut) return;
		shut = state.shift?.shut;
		place.replaceChildren(unlock(ui));
	};
	const shown = (): void => {
		if (obstacle !== "locked") ui.scanner.stop();
	};
	return { kind: "gate", element, obstacle, update, shown };
}

function plain(ui: Ui, name: string, way: HTMLElement): HTMLElement {
	const problem = ui.core.state().signed.problem;
	return h("div", { class: "body" }, title(name), p(`${name}-why`), name === "no-data" && problem !== undefined && p(`problem-${problem}`), actions(way));
}

/** The way to sign in, and back here. */
export const signInWay = (ui: Ui): HTMLElement => h("a", { class: "button", href: "/staff/sign-in", click: (event) => {
	event.preventDefault();
	ui.leavePage(() => location.assign("/staff/sign-in"));
} }, say("sign-in"));

/** Where the shift of before ended, and when the next may begin without a network. */
export function followWords(state: State, now = Date.now()): Node | undefined {
	const until = state.mayFollowUntil;
	const here = (now + state.clock.offset) / 1000;
	return until !== undefined && until > here ? p("begin-offline", { time: clock(until) }) : undefined;
}

export const busy = (form: HTMLElement, is: boolean): void => {
	for (const one of form.querySelectorAll("button")) one.disabled = is;
	form.setAttribute("aria-busy", String(is));
	if (is) form.dataset.says = text("working");
};
