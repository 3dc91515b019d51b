/** The menu: how things stand, what can be chosen, and the ways out of the shift. */

import { APP, type State } from "../core/index";
import { actions, button, h, p, say, title, type Child } from "../dom";
import { clock, duration } from "../format";
import type { Screen, Ui } from "../ui";

export function menu(ui: Ui): Screen {
	const { core } = ui;
	const state = core.state();
	const shift = state.shift;
	const again = (): void => ui.openMenu();
	const element = h("section", { class: "screen" },
		h("div", { class: "body" }, title("menu"), ui.newer && h("div", { class: "notice" }, p("newer"), button("restart", () => ui.whenFree(() => ui.leavePage(() => location.reload())))), languages(ui),
			settings(ui), h("h2", {}, say("state")), facts(state), storage(state),
			button("refresh", () => void core.refresh().then(again), { class: "secondary" }), " ",
			shift && !state.training && button("lock", () => core.lock(), { class: "secondary" }), " ",
			button("open-outbox", () => ui.openOutbox(), { class: "secondary" }),
			h("h2", {}, say("training")), p("training-why"), training(ui, state),
			shift && h("div", {}, h("h2", {}, say("end")), button("end", () => ui.whenFree(() => ui.show(ending(ui))), { class: "secondary" })),
			!shift && h("div", {}, h("h2", {}, say("sign-out")), button("sign-out", () => ui.whenFree(() => ui.show(leaving(ui))), { class: "secondary" })),
			p("help-words"), h("p", {}, h("a", { href: "/help/check", target: "_blank", rel: "noopener" }, say("help"))), h("p", { class: "hint" }, say("version-is", { code: String(APP) }))),
		actions(button("close", () => ui.back())));
	return { kind: "free", element };
}

/** On a locked device: what anybody may do, and nothing else. */
export function lockedMenu(ui: Ui): Screen {
	const element = h("section", { class: "screen" },
		h("div", { class: "body" }, title("menu"), languages(ui), h("p", {}, h("a", { href: "/help/check", target: "_blank", rel: "noopener" }, say("help")))),
		actions(button("close", () => ui.back())));
	// A gate with the lock's obstacle: it goes when the lock goes, and hides whoever is in hand.
	return { kind: "gate", element, obstacle: "locked" };
}

/** In the menu alone: changing it loads the page anew. The rest of the service follows, where there is a network. */
function languages(ui: Ui): HTMLElement {
	const choose = (tag: string): void => {
		const body = new URLSearchParams({ language: tag, return: "/inspect" });
		const told = fetch("/language", { method: "POST", body, redirect: "manual" }).catch(() => undefined);
		const soon = new Promise((resolve) => setTimeout(resolve, 1500));
		void Promise.race([told, soon]).then(() => location.assign(`/inspect/in/${tag}`));
	};
	const all = [...document.querySelectorAll<HTMLTemplateElement>("template[data-language]")].map((template) => {
		const tag = template.dataset.language ?? "";
		const here = document.documentElement.lang === tag;
		return h("button", { type: "button", class: "secondary", lang: tag, "aria-pressed": String(here), click: () => (here ? ui.back() : ui.whenFree(() => ui.leavePage(() => choose(tag)))) }, document.importNode(template.content, true));
	});
	return h("div", { class: "choice-row", role: "group", "aria-labelledby": "language-name" }, h("h2", { id: "language-name" }, say("language")), ...all);
}

function settings(ui: Ui): HTMLElement {
	const { prefs } = ui;
	const box = (name: "sound" | "vibration"): HTMLElement => {
		const input = h("input", { type: "checkbox", id: `set-${name}`, change: () => {
			prefs[name] = input.checked;
			ui.keepPrefs();
		} });
		input.checked = prefs[name];
		return h("div", { class: "choice" }, input, h("label", { for: `set-${name}` }, say(name)));
	};
	const fahrenheit = h("input", { type: "checkbox", id: "set-unit", change: () => {
		prefs.unit = fahrenheit.checked ? "F" : "C";
		ui.keepPrefs();
	} });
	fahrenheit.checked = prefs.unit === "F";
	return h("fieldset", {}, h("legend", {}, say("settings")), h("div", { class: "choices" }, box("sound"), box("vibration"), h("div", { class: "choice" }, fahrenheit, h("label", { for: "set-unit" }, say("fahrenheit")))));
}

function facts({ device, shift, signed, clock: time }: State): HTMLElement {
	const row = (name: string, value: Child): HTMLElement => h("div", {}, h("dt", {}, say(name)), h("dd", {}, value));
	return h("dl", { class: "summary-list dense" },
		device.kind !== "none" && row("fact-device", h("bdi", {}, device.name)),
		shift && row("fact-inspector", h("bdi", {}, shift.name)),
		shift && row("fact-checkpoint", h("bdi", {}, shift.checkpoint.name)),
		shift && row("fact-until", clock(shift.until)),
		row("fact-data", signed.freshness === "none" ? "–" : duration(signed.age)),
		signed.problem !== undefined && row("fact-problem", say(`problem-${signed.problem}`)),
		time.wrong !== undefined && row("fact-clock", say(time.wrong > 0 ? "clock-ahead" : "clock-behind", { time: duration(Math.abs(time.wrong) / 1000) })));
}

function storage({ storage: kept }: State): HTMLElement {
	if (!kept.holds) return p("storage-none", {}, { class: "notice bad" });
	return p(kept.persistent === "granted" ? "storage-granted" : "storage-short", {}, { class: kept.persistent === "granted" ? "hint" : "notice warn" });
}

function training(ui: Ui, state: State): HTMLElement {
	const change = (on: boolean) => () => ui.whenFree(() => void ui.core.train(on).then(() => ui.next()));
	return state.training ? button("training-end", change(false), { class: "secondary" }) : button("training-begin", change(true), { class: "secondary" });
}

/** The end of a shift: what was counted, then the end; then whether to leave the device, too. */
function ending(ui: Ui): Screen {
	const counts = ui.core.state().shift?.counts;
	const row = (name: keyof NonNullable<typeof counts>): HTMLElement => h("div", {}, h("dt", {}, say(`count-${name}`)), h("dd", {}, String(counts?.[name] ?? 0)));
	const element = h("section", { class: "screen" },
		h("div", { class: "body" }, title("end"), p("end-why"), h("dl", { class: "summary-list dense" }, row("pass"), row("check"), row("stop"), row("normal"), row("abnormal"))),
		actions(button("back", () => ui.next(), { class: "secondary" }), button("end-button", () => void ui.core.end().then(() => ui.show(leaving(ui))))));
	return { kind: "free", element };
}

/** Signing out waits for what is not sent; a next shift may also begin at once. */
function leaving(ui: Ui): Screen {
	const words = h("div", { role: "alert" });
	const leave = button("sign-out", () => {
		leave.disabled = true;
		void signOut(ui, words).finally(() => (leave.disabled = false));
	});
	const element = h("section", { class: "screen" }, h("div", { class: "body" }, title("ended"), p("sign-out-why"), words),
		actions(button("begin-next", () => ui.next(), { class: "secondary" }), leave));
	return { kind: "free", element, shown: () => ui.scanner.stop() };
}

async function signOut(ui: Ui, words: HTMLElement): Promise<void> {
	// The session's token is asked for before the device forgets that anybody was signed in.
	const session = await ui.core.session();
	const left = await ui.core.signOut();
	if (left.kind === "waiting") {
		words.replaceChildren(h("div", { class: "notice bad" }, p("sign-out-waiting", { count: String(left.items) }), button("open-outbox", () => ui.openOutbox(), { class: "secondary" })));
		return;
	}
	if (session.kind === "session") {
		const body = new URLSearchParams({ csrf: session.session.csrf });
		await fetch("/staff/sign-out", { method: "POST", body, redirect: "manual" }).catch(() => undefined);
	}
	const element = h("section", { class: "screen" }, h("div", { class: "body" }, title("left"), p(session.kind === "offline" ? "left-offline" : "left-why")), actions(button("close", () => ui.next())));
	ui.show({ kind: "free", element });
}
