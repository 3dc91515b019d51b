/** Enrolling the device, and beginning a shift: who is signed in, and at which checkpoint. */

import type { Begun, Checkpoint, Enrolled, Session } from "../core/index";
import { actions, button, h, p, say, text, title } from "../dom";
import type { Ui } from "../ui";
import { busy, followWords, signInWay } from "./gate";
import { askPin } from "./pin";

/** Asks who is signed in, and fills the place with what that allows. */
function withSession(ui: Ui, name: string, online: (session: Session) => Node[], offline: () => Node[]): HTMLElement {
	const body = h("div", { class: "body", "aria-busy": "true" }, title(name), p("working"));
	const fill = (...nodes: Node[]): void => {
		body.setAttribute("aria-busy", "false");
		body.replaceChildren(title(name), ...nodes);
	};
	const ask = async (): Promise<void> => {
		const answer = await ui.core.session();
		if (answer.kind === "session") fill(...online(answer.session));
		else if (answer.kind === "signed_out") fill(p(`${name}-signed-out`), actions(signInWay(ui)));
		else fill(...offline(), actions(button("try-again", () => void ask(), { class: "secondary" })));
	};
	void ask();
	return body;
}

export function enrol(ui: Ui): HTMLElement {
	return withSession(ui, "enrol", () => [enrolForm(ui)], () => [p("enrol-offline")]);
}

function enrolForm(ui: Ui): HTMLElement {
	const input = h("input", { id: "enrol-code", type: "text", class: "doc", maxlength: "12", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", dir: "ltr", translate: "no", "aria-describedby": "enrol-hint enrol-error", autofocus: true });
	const error = h("p", { class: "error", id: "enrol-error", role: "alert", hidden: true });
	// The code is good once: what this browser will not keep is said before it is used.
	const form = h("form", { novalidate: true, submit: (event) => {
		event.preventDefault();
		busy(form, true);
		void ui.core.enrol(input.value.trim()).then((answer) => {
			busy(form, false);
			if (answer.kind === "enrolled") return;
			error.hidden = false;
			error.replaceChildren(say(enrolFault(answer)));
			input.focus();
		});
	} }, !ui.core.state().storage.holds && p("storage-none", {}, { class: "notice bad" }), h("div", { class: "field" }, h("label", { for: "enrol-code" }, say("enrol-code")), p("enrol-hint", {}, { class: "hint", id: "enrol-hint" }), error, input),
	actions(h("button", { type: "submit" }, say("enrol-button"))));
	return form;
}

function enrolFault(answer: Exclude<Enrolled, { kind: "enrolled" }>): string {
	if (answer.kind === "refused") return answer.problem === "waiting" ? "enrol-waiting" : "refused";
	return { code: "enrol-wrong", signed_out: "enrol-signed-out", offline: "enrol-offline" }[answer.kind];
}

/** `signedIn` is called once somebody is. */
export function begin(ui: Ui, signedIn?: () => void): HTMLElement {
	const whose = (session: Session): Node => h("p", {}, say("begin-who"), " ", h("strong", {}, h("bdi", {}, session.name)));
	const follow = (): Node[] => {
		const words = followWords(ui.core.state());
		return words ? [words, choose(ui)] : [p("begin-needs-network")];
	};
	const there = (session: Session): Node[] => {
		signedIn?.();
		return [whose(session), choose(ui)];
	};
	return withSession(ui, "begin", there, follow);
}

function choose(ui: Ui): HTMLElement {
	const all = ui.core.state().signed.config?.checkpoints ?? [];
	if (all.length === 0) return p("begin-none", {}, { class: "notice warn" });
	const error = h("p", { class: "error", role: "alert", hidden: true });
	const fail = (name: string): void => {
		error.hidden = false;
		error.replaceChildren(say(name));
	};
	const send = async (): Promise<void> => {
		const chosen = form.querySelector<HTMLInputElement>("input:checked");
		if (!chosen) return fail("begin-choose");
		busy(form, true);
		const begun = await ui.core.begin(chosen.value);
		busy(form, false);
		if (begun.kind === "begun") return;
		if (begun.kind === "refused" && begun.problem === "locked") form.replaceWith(askPin(ui, () => void send()));
		else fail(beginFault(begun));
	};
	const form: HTMLFormElement = h("form", { novalidate: true, submit: (event) => {
		event.preventDefault();
		void send();
	} }, error, h("fieldset", {}, h("legend", {}, say("begin-where")), h("div", { class: "choices" }, ...all.map((one) => option(one, all.length === 1)))), storageWords(ui),
	actions(h("button", { type: "submit" }, say("begin-button"))));
	return form;
}

function option({ id, name, place, kind }: Checkpoint, only: boolean): HTMLElement {
	const input = h("input", { type: "radio", name: "checkpoint", value: id, id: `checkpoint-${id}` });
	input.checked = only;
	return h("div", { class: "choice" }, input,
		h("label", { for: `checkpoint-${id}` }, h("bdi", {}, name), h("span", { class: "hint block" }, h("bdi", {}, place), " · ", say(`kind-${kind}`))));
}

function beginFault(begun: Exclude<Begun, { kind: "begun" }>): string {
	if (begun.kind === "refused") return begun.problem === "version" ? "version-why" : "refused";
	return { signed_out: "begin-signed-out", withdrawn: "withdrawn-why", offline: "begin-needs-network" }[begun.kind];
}

/** What this browser will keep, said before it matters. */
function storageWords(ui: Ui): Node {
	const { holds, persistent } = ui.core.state().storage;
	if (!holds) return p("storage-none", {}, { class: "notice bad" });
	return persistent === "granted" ? document.createTextNode("") : h("p", { class: "hint", "aria-label": text("storage-short") }, say("storage-short"));
}
