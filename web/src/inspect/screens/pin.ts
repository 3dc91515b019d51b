/** The PIN: chosen once in a sign-in, asked after idling and when the application was opened again. */

import { actions, h, p, say, title, type Child } from "../dom";
import type { Ui } from "../ui";
import { signInWay } from "./gate";
import { begin } from "./begin";
import { keypad } from "./keypad";

const LENGTH = 6;

function field(id: string, described: string): HTMLInputElement {
	return h("input", { id, type: "password", inputmode: "numeric", autocomplete: "off", maxlength: String(LENGTH), dir: "ltr", class: "pin", "data-figures": true, autofocus: true, "aria-describedby": described });
}

/** A form with one field of six digits; `ready` is called with them. */
function sixDigits(name: string, button: string, ready: (pin: string, fail: (word: string, slots?: Record<string, string>) => void) => void, ...more: Child[]): HTMLElement {
	const input = field("pin", "pin-error");
	const error = h("p", { class: "error", id: "pin-error", role: "alert", hidden: true });
	const fail = (word: string, slots: Record<string, string> = {}): void => {
		error.hidden = false;
		error.replaceChildren(say(word, slots));
		input.value = "";
		input.focus();
	};
	const send = (event: Event): void => {
		event.preventDefault();
		if (!/^\d{6}$/.test(input.value.normalize("NFKC").replace(/\s/g, ""))) return fail("pin-six");
		error.hidden = true;
		ready(input.value, fail);
	};
	return h("form", { class: "pin-form", novalidate: true, submit: send }, ...more,
		h("label", { for: "pin" }, say(name)), error, input, keypad(input, "", () => undefined), actions(h("button", { type: "submit" }, say(button))));
}

/** Chosen: typed twice. */
export function pin(ui: Ui): HTMLElement {
	const body = h("div", { class: "body" });
	const first = (word?: string): void => {
		body.replaceChildren(title("pin"), p("pin-why"), sixDigits("pin-choose", "continue", (chosen) => second(chosen)));
		const error = body.querySelector<HTMLElement>(".error");
		if (word && error) {
			error.hidden = false;
			error.replaceChildren(say(word));
		}
		body.querySelector("input")?.focus();
	};
	const second = (chosen: string): void => {
		body.replaceChildren(title("pin"), sixDigits("pin-repeat", "pin-set", (again, fail) => {
			if (again !== chosen) return first("pin-differs");
			ui.core.setPin(chosen).catch(() => fail("refused"));
		}));
		body.querySelector("input")?.focus();
	};
	first();
	return body;
}

/** Asked. After five wrong ones only signing in again helps. */
export function unlock(ui: Ui): HTMLElement {
	const { shift } = ui.core.state();
	if (shift?.shut) {
		const way = h("div", {}, h("p", { class: "notice bad" }, say("pin-shut")), actions(signInWay(ui)));
		return h("div", { class: "body" }, way, begin(ui, () => way.remove()));
	}
	return h("div", { class: "body" }, title("locked"), h("p", {}, h("bdi", {}, shift?.name ?? ""), " · ", h("bdi", {}, shift?.checkpoint.name ?? "")), askPin(ui, () => undefined));
}

/** Asks, and goes on when it was right. */
export function askPin(ui: Ui, right: () => void): HTMLElement {
	return sixDigits("pin-enter", "unlock", (typed, fail) => {
		void ui.core.unlock(typed).then((answer) => {
			if (answer.kind === "unlocked") right();
			else if (answer.kind === "wrong") fail("pin-wrong", { count: String(answer.left) });
			else fail("pin-shut");
		});
	});
}
