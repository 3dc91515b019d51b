/** A person without a code, or with a paper certificate: what document, if any; then the temperature. */

import { DOCUMENTS, type DocumentKind } from "../core/index";
import { actions, button, h, p, say, title } from "../dom";
import type { Screen, Ui } from "../ui";
import { temperature } from "./temperature";

interface DocumentFields {
	element: HTMLElement;
	kind(): DocumentKind | undefined;
	lastFour(): string;
}

/** Kind and last four characters, both optional. */
export function documentFields(): DocumentFields {
	const last = h("input", { id: "last-four", type: "text", class: "w4 doc", maxlength: "12", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", dir: "ltr", translate: "no" });
	const radio = (kind: DocumentKind | "none"): HTMLElement => {
		const input = h("input", { type: "radio", name: "document", value: kind, id: `document-${kind}` });
		input.checked = kind === "none";
		const word = kind === "none" || kind === "other" ? `document-${kind}` : `check-document-${kind}`;
		return h("div", { class: "choice" }, input, h("label", { for: `document-${kind}` }, say(word)));
	};
	const kinds = h("fieldset", {}, h("legend", {}, say("document")), h("div", { class: "choices" }, ...(["none", ...DOCUMENTS] as const).map(radio)));
	const element = h("div", { class: "document" }, kinds, h("div", { class: "field" }, h("label", { for: "last-four" }, say("last-four")), p("last-four-hint", {}, { class: "hint" }), last));
	const kind = (): DocumentKind | undefined => DOCUMENTS.find((one) => one === kinds.querySelector<HTMLInputElement>("input:checked")?.value);
	return { element, kind, lastFour: () => last.value };
}

export function nobody(ui: Ui): Screen {
	const fields = documentFields();
	const go = (event: Event): void => {
		event.preventDefault();
		void ui.core.nobody(fields.kind(), fields.lastFour()).then((scanned) => {
			if (scanned.kind === "person") ui.show(temperature(ui, scanned.person));
			else ui.next();
		});
	};
	const element = h("form", { class: "screen", novalidate: true, submit: go },
		h("div", { class: "body" }, title("nobody"), p("nobody-hint"), fields.element),
		actions(button("back", () => ui.next(), { class: "secondary" }), h("button", { type: "submit" }, say("measure"))));
	return { kind: "hand", element };
}
