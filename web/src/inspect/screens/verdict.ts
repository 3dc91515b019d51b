/** The verdict, full screen: shape, word, place and colour; then why and what to do; then whom to compare. */

import type { Identity, Judged, Person, Verdict } from "../core/index";
import { actions, button, h, has, p, say, text, type Child } from "../dom";
import { degrees, duration } from "../format";
import type { Screen, Ui } from "../ui";
import { temperature } from "./temperature";

/** Of a document of a kind that has no word the kind is not shown. */
const KINDS = ["passport", "hk_macao_permit", "taiwan_permit"];

/** Reasons of the device, or of how the text came to it, not of the code. */
const DEVICES = ["stale", "clock", "unreachable", "mistyped", "too_many", "scanner"];

export function verdict(ui: Ui, person: Person): Screen {
	const element = h("section", { class: "screen verdict-screen" });
	const screen: Screen = { kind: "hand", element };
	const paint = (): void => {
		const { judged } = person;
		const said = person.verdict;
		if (!judged || !said) return;
		screen.goesOn = said !== "STOP" && person.readings.length === 0 && !asksForDocument(judged);
		element.className = `screen verdict-screen is-${said.toLowerCase()}${asksForDocument(judged) || judged.scope === "entry" ? " compact" : ""}`;
		element.replaceChildren(face(ui, person, judged, said), bar(ui, person, judged, paint));
		ui.guard(element);
		element.querySelector("h1")?.focus({ preventScroll: true });
		// The verdict is painted before anything of the person is.
		const place = element.querySelector(".after");
		requestAnimationFrame(() => place?.replaceChildren(...after(ui, person, judged).filter((child) => child instanceof Node)));
	};
	paint();
	return screen;
}

const asksForDocument = ({ reasons }: Judged): boolean => reasons.includes("match_document");

function face(ui: Ui, person: Person, judged: Judged, said: Verdict): HTMLElement {
	const word = `check-verdict-${said.toLowerCase()}`;
	return h("div", { class: "face", role: "alert" },
		h("span", { class: "sign", "aria-hidden": "true" }),
		h("h1", { tabindex: "-1" }, say(word), " ", h("span", { lang: text("check-other-language") }, say(`${word}-other`))),
		h("ul", { class: "reasons" }, ...why(ui, person, judged).map((line) => h("li", {}, line))),
		p(judged.by === "server" ? "checked-online" : "checked-here", { time: duration(judged.age) }, { class: "checked" }),
		h("div", { class: "after" }));
}

/** Each reason with what to do about it; for a PASS what is left to do. */
function why(ui: Ui, person: Person, judged: Judged): Node[] {
	const { config } = ui.core.state().signed;
	const entry = forEntry(person, judged);
	const lines: Node[] = entry ? [say("entry-only")] : [];
	const last = person.readings[person.readings.length - 1];
	if (last && config && last.tenths >= config.threshold) {
		const slots = { reading: degrees(last.tenths, ui.prefs.unit), threshold: degrees(config.threshold, ui.prefs.unit) };
		lines.push(say(person.readings.length > 1 ? "reason-hot" : "measure-again-why", slots));
	}
	for (const reason of judged.reasons) lines.push(say(wordOf(reason, judged), { time: duration(judged.age) }));
	if (lines.length === (entry ? 1 : 0)) lines.push(say(entry ? "entry-pass-do" : "check-pass-do"));
	return lines;
}

/** That a code is for entering alone is said where it lets somebody enter. */
const forEntry = (person: Person, { scope }: Judged): boolean => scope === "entry" && person.verdict !== "STOP";

function wordOf(reason: string, { scope, source, reasons }: Judged): string {
	const name = reason.replace(/_/g, "-");
	if (source === "short" && reasons.includes("unreachable") && reason === "short_code") return "check-reason-short-away";
	if (DEVICES.includes(reason)) return `reason-${name}`;
	const entry = `entry-reason-${name}`;
	if (scope === "entry" && has(entry)) return entry;
	return has(`reason-${name}`) ? `reason-${name}` : "reason-other";
}

function after(ui: Ui, person: Person, judged: Judged): Child[] {
	return [judged.identity ? compare(judged.identity) : undefined, asksForDocument(judged) && p("check-differs"), readings(ui, person), judged.scope === "entry" ? localCode(ui) : undefined];
}

/** The four items, to compare with the document in hand. */
function compare({ initials, birth_day, birth_month, document, last_four }: Partial<Identity>): HTMLElement {
	const row = (name: string, value: Child, large = false): HTMLElement => h("div", large ? { class: "large" } : {}, h("dt", {}, say(name)), h("dd", {}, value));
	return h("section", { class: "card" }, h("h2", {}, say("check-items")),
		h("dl", { class: "items" },
			initials !== undefined && row("check-initials", h("bdi", { translate: "no" }, initials), true),
			last_four !== undefined && row("check-last-four", h("span", { class: "doc", dir: "ltr", translate: "no" }, last_four), true),
			row("check-birthday", birthday(birth_day, birth_month)),
			document !== undefined && KINDS.includes(document) && row("check-document", say(`check-document-${document}`))));
}

function birthday(day = 0, month = 0): Node {
	if (month === 0) return say("check-birthday-unknown");
	const named = text(`month-${month}`);
	return day === 0 ? document.createTextNode(named) : say("check-birthday-date", { day: String(day), month: named });
}

function readings(ui: Ui, person: Person): HTMLElement | undefined {
	if (person.readings.length === 0) return undefined;
	const all = person.readings.map(({ tenths, site }) => h("li", {}, `${degrees(tenths, ui.prefs.unit)}, `, say(`site-${site}`)));
	return h("section", { class: "card" }, h("h2", {}, say("readings")), h("ul", {}, ...all));
}

/** Codes of others are for entering only: where to apply for ours, to read and to scan. */
function localCode(ui: Ui): HTMLElement | undefined {
	const address = ui.core.state().signed.config?.apply;
	if (!address) return undefined;
	const box = h("div", { class: "apply" }, h("a", { href: address, target: "_blank", rel: "noopener", dir: "ltr", translate: "no" }, address.replace(/^https?:\/\//, "")));
	// Where the picture's module does not come, the address stands there to be typed.
	void import("./apply").then(({ showAddress }) => showAddress(box, address)).catch(() => undefined);
	return h("section", { class: "card" }, h("h2", {}, say("entry-local-title")), p("apply-show"), box);
}

function bar(ui: Ui, person: Person, judged: Judged, again: () => void): HTMLElement {
	// Whoever is too hot stays until they were measured again, or reported.
	const next = !person.hot && button("next", () => ui.leave(person), { class: "secondary" });
	const measure = button("measure", () => ui.show(temperature(ui, person)));
	if (!asksForDocument(judged)) return actions(next, measure);
	const matches = button("check-matches", () => void person.matchDocument(true).then(() => {
		again();
		ui.signal(person);
	}));
	return actions(next, button("measure", () => ui.show(temperature(ui, person)), { class: "secondary" }), matches);
}
