/** What waits to be sent, what was refused, and the ways out: send now, or a file for the administrator. */

import type { ExportFile, State } from "../core/index";
import { actions, button, h, p, say, title } from "../dom";
import { clock, duration } from "../format";
import type { Screen, Ui } from "../ui";

export function outbox(ui: Ui): Screen {
	const list = h("dl", { class: "summary-list dense" });
	const words = h("div", { role: "status" });
	const handed = h("div", {});
	let says = "";
	const update = ({ outbox: box, online, device }: State): void => {
		const now = JSON.stringify([box.waiting, box.reports, box.refused, box.sent, Math.floor(box.oldest / 60), online, device.kind]);
		if (now === says) return;
		says = now;
		const row = (name: string, value: string): HTMLElement => h("div", {}, h("dt", {}, say(name)), h("dd", {}, value));
		list.replaceChildren(row("box-waiting", String(box.waiting)), row("box-reports", String(box.reports)), row("box-refused", String(box.refused)),
			row("box-oldest", box.waiting > 0 ? duration(box.oldest) : "–"), row("box-sent", box.sent === undefined ? "–" : clock(box.sent)));
		const refused = box.refused > 0 && p("box-refused-why", {}, { class: "notice warn" });
		// Of what was refused nobody says that everything is sent.
		const rest = (box.waiting > 0 || !refused) && p(said(box.waiting, online, device.kind));
		words.replaceChildren(...[refused, rest].filter((one) => one !== false));
	};
	const send = button("send-now", () => {
		send.disabled = true;
		void ui.core.flush().finally(() => (send.disabled = false));
	});
	const save = button("export", () => void ui.core.export().then((file) => hand(ui, file, handed)), { class: "secondary" });
	const element = h("section", { class: "screen" }, h("div", { class: "body" }, title("box"), list, words, p("export-hint", {}, { class: "hint" }), save, handed),
		actions(button("close", () => ui.back(), { class: "secondary" }), send));
	return { kind: "free", element, update };
}

function said(waiting: number, online: boolean, device: State["device"]["kind"]): string {
	if (waiting === 0) return "box-empty";
	if (device === "withdrawn") return "box-withdrawn";
	return online ? "box-online" : "box-offline";
}

/** The file goes to the inspector; only they know whether they have it. */
function hand(ui: Ui, file: ExportFile, place: HTMLElement): void {
	if (file.items === 0) {
		place.replaceChildren(p("export-none"));
		return;
	}
	const address = URL.createObjectURL(new Blob([file.text], { type: "application/json" }));
	const link = h("a", { href: address, download: file.name, class: "button secondary" }, say("export-again"));
	const have = button("export-have", () => void ui.core.exported(file).then(() => {
		URL.revokeObjectURL(address);
		place.replaceChildren(p("export-done", { count: String(file.items) }, { class: "notice good" }));
	}));
	place.replaceChildren(h("div", { class: "notice" }, p("export-ask", { name: file.name, count: String(file.items) }), h("div", { class: "actions" }, have, link)));
	// The question stands below what is always in sight.
	place.scrollIntoView({ block: "center" });
	link.click();
}
