/** Leaving the page would lose reports that are nowhere else: said, and asked. */

import type { Obstacle } from "../core/index";
import { actions, button, h, p, title } from "../dom";
import type { Screen, Ui } from "../ui";

export function leaveAnyway(ui: Ui, unsaved: number, obstacle: Obstacle | undefined, go: () => void): Screen {
	const element = h("section", { class: "screen leaving" },
		h("div", { class: "body" }, title("leave"), p("unsaved", { count: String(unsaved) }, { class: "notice bad" }), button("open-outbox", () => ui.openOutbox(), { class: "secondary" })),
		actions(button("leave-anyway", go, { class: "secondary" }), button("back", () => ui.back())));
	// In the place of what stands in the way, it stays as long as that.
	return { kind: obstacle ? "gate" : "free", obstacle, element };
}
