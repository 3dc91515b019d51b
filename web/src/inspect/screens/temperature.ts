/** The temperature: one decimal, empty by default. At or above the threshold a second reading, then the action. */

import { parseReading, SITES, type Config, type Parsed, type Person, type Site } from "../core/index";
import { actions, button, h, say, text, title } from "../dom";
import { degrees } from "../format";
import type { Screen, Ui } from "../ui";
import { action } from "./action";
import { keypad } from "./keypad";

export function temperature(ui: Ui, person: Person): Screen {
	const { prefs } = ui;
	const again = person.readings.length > 0;
	const { config } = ui.core.state().signed;
	const field = h("input", { id: "temperature", type: "text", inputmode: "decimal", autocomplete: "off", maxlength: "6", dir: "ltr", enterkeyhint: "done", "data-figures": true, autofocus: true, "aria-describedby": "temperature-error temperature-hint" });
	const error = h("p", { class: "error", id: "temperature-error", role: "alert", hidden: true });
	const quiet = (): void => {
		error.hidden = true;
		field.removeAttribute("aria-invalid");
	};
	field.addEventListener("input", quiet);
	const clear = h("button", { type: "button", class: "clear", "aria-label": text("key-clear"), click: () => {
		field.value = "";
		quiet();
		field.focus();
	} }, "C");
	const send = (event: Event): void => {
		event.preventDefault();
		const limits = config ?? { lowest: 340, highest: 430 };
		const parsed = parseReading(field.value, prefs.unit, limits);
		if (parsed.kind !== "reading") {
			error.replaceChildren(fault(parsed, ui, limits));
			error.hidden = false;
			field.setAttribute("aria-invalid", "true");
			field.focus();
			return;
		}
		note(ui, person, parsed.tenths);
	};
	const first = person.readings[0];
	// Without a code there is no verdict to go back to: whoever is too hot is measured again, or reported.
	const mayGoBack = person.judged !== undefined || !again;
	const element = h("form", { class: "screen temperature", novalidate: true, submit: send },
		h("div", { class: "body" },
			title(again ? "measure-again" : "measure-title"),
			again && first && h("p", { class: "notice warn" }, say("measure-again-why", { reading: degrees(first.tenths, prefs.unit), threshold: degrees(config?.threshold ?? 373, prefs.unit) })),
			h("div", { class: "figure" }, h("label", { for: "temperature", class: "hide" }, say("temperature")), field, h("span", { class: "unit", "aria-hidden": "true" }, `°${prefs.unit}`), clear),
			h("p", { class: "hide", id: "temperature-hint" }, `°${prefs.unit}. `, say(`temperature-hint-${prefs.unit.toLowerCase()}`)),
			error, sites(ui, config?.sites ?? [...SITES]), keypad(field, ".", quiet)),
		actions(mayGoBack && button("back", () => back(ui, person), { class: "secondary" }), h("button", { type: "submit" }, say("record"))));
	return { kind: "hand", element };
}

function fault(parsed: Exclude<Parsed, { kind: "reading" }>, { prefs }: Ui, { lowest, highest }: Pick<Config, "lowest" | "highest">): Node {
	if (parsed.kind === "low" || parsed.kind === "high") return say("temperature-range", { lowest: degrees(lowest, prefs.unit), highest: degrees(highest, prefs.unit) });
	return say(parsed.kind === "empty" ? "temperature-empty" : `temperature-form-${prefs.unit.toLowerCase()}`);
}

/** Where it is measured: remembered, for a gate has one thermometer. */
function sites(ui: Ui, all: readonly Site[]): HTMLElement {
	const chosen = all.includes(ui.prefs.site) ? ui.prefs.site : all[0];
	const choice = (site: Site): HTMLElement[] => {
		const input = h("input", { type: "radio", name: "site", value: site, id: `site-${site}`, change: () => {
			ui.prefs.site = site;
			ui.keepPrefs();
		} });
		input.checked = site === chosen;
		return [input, h("label", { for: `site-${site}` }, say(`site-${site}`))];
	};
	return h("fieldset", { class: "segments" }, h("legend", { class: "hide" }, say("site")), ...all.flatMap(choice));
}

function note(ui: Ui, person: Person, tenths: number): void {
	const site = ui.prefs.site;
	const step = person.read(tenths, site);
	const reading = degrees(tenths, ui.prefs.unit);
	if (step === "again") return ui.show(temperature(ui, person));
	if (step === "abnormal") {
		ui.signal(person);
		return ui.show(action(ui, person));
	}
	ui.tell("normal", { reading });
	// With a PASS and a normal temperature there is nothing left to decide.
	if (person.verdict === "PASS" || !person.judged) return ui.leave(person);
	ui.hold(person);
}

function back(ui: Ui, person: Person): void {
	if (person.judged) ui.hold(person);
	else ui.leave(person);
}
