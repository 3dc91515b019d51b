/** The server is asked about a code: what is awaited, and the way out. An answer that comes after that is nobody's. */

import { actions, button, h, p, title } from "../dom";
import type { Screen, Ui } from "../ui";

export function asking(ui: Ui): Screen {
	const element = h("section", { class: "screen asking" }, h("div", { class: "body", role: "status" }, title("asking"), p("asking-why")), actions(button("cancel", () => ui.next(), { class: "secondary" })));
	return { kind: "free", element, asks: true };
}
