/** An abnormal temperature: what was done with the person. The button makes the report, at once. */

import { ACTIONS, type Action, type Added, type Person, type State } from "../core/index";
import { actions, button, h, p, say, text, title } from "../dom";
import { degrees } from "../format";
import type { Screen, Ui } from "../ui";
import { documentFields } from "./nobody";

/** "Record" was where the last one is: what a thumb may press once too often there is what does the least harm. */
const ORDER = [...ACTIONS].reverse();

export function action(ui: Ui, person: Person): Screen {
	const { prefs } = ui;
	const last = person.readings[person.readings.length - 1];
	const error = h("p", { class: "error", role: "alert", hidden: true });
	// Of a pass the document is known, unless it is another person's; of a person without a code it was asked before.
	const unknown = person.subject.kind !== "pass" || person.judged?.reasons.includes("match_document");
	const named = person.judged && unknown ? documentFields() : undefined;
	const press = (done: Action): void => {
		if (named) person.setDocument(named.kind(), named.lastFour());
		for (const one of element.querySelectorAll("button")) one.disabled = true;
		person.report(done).then(
			(added) => ui.show(reported(ui, person, added)),
			() => {
				for (const one of element.querySelectorAll("button")) one.disabled = false;
				error.replaceChildren(say("report-failed"));
				error.hidden = false;
			},
		);
	};
	const choice = (done: Action): HTMLElement => h("button", { type: "button", class: `action-${done}${done === "released" ? " secondary" : ""}`, click: () => press(done) }, say(`action-${done}`));
	const element = h("section", { class: "screen action" },
		h("div", { class: "body" },
			h("div", { class: "hot" }, h("span", { class: "sign", "aria-hidden": "true" }), title("hot", { reading: degrees(last?.tenths ?? 0, prefs.unit) })),
			h("ul", { class: "twice" }, ...person.readings.map(({ tenths, site }) => h("li", {}, `${degrees(tenths, prefs.unit)}, `, say(`site-${site}`)))),
			p("hot-do"), named && h("details", {}, h("summary", {}, say("document-add")), named.element), error),
		h("div", { class: "bar tall" }, h("h2", {}, say("action")), ...ORDER.map(choice)));
	return { kind: "hand", element };
}

/** Sent, refused, or saved until there is a network; it changes by itself when the server has answered. */
function reported(ui: Ui, person: Person, added: Added): Screen {
	const result = h("div", { class: "result", role: "status" });
	const update = (state: State): void => {
		const kind = state.training ? "training" : outcome(ui, state, added);
		const says = `${kind} ${state.outbox.waiting}`;
		if (result.dataset.says === says) return;
		result.dataset.says = says;
		result.className = `result is-${kind}`;
		result.replaceChildren(h("span", { class: "sign-report", "aria-hidden": "true" }), p(`report-${kind}`, { count: String(state.outbox.waiting) }));
	};
	const element = h("section", { class: "screen reported" }, h("div", { class: "body" }, title("reported"), result, p("reported-next")),
		actions(button("next", () => ui.leave(person))));
	ui.announce(text("reported"));
	return { kind: "hand", element, update };
}

function outcome(ui: Ui, { device }: State, { id, durable }: Added): string {
	const fate = ui.core.fate(id);
	if (fate !== "waiting") return fate;
	if (!durable) return "unsaved";
	return device.kind === "withdrawn" ? "withdrawn" : "saved";
}
