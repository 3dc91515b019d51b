/** Aim: the camera's picture, how many so far, and the other ways to a verdict below, where the thumb is. */

import type { State } from "../core/index";
import { actions, button, h, mark, p, say, text, title } from "../dom";
import type { CameraState } from "../scanner";
import type { Screen, Ui } from "../ui";
import { nobody } from "./nobody";

const COUNTS = ["pass", "check", "stop", "normal", "abnormal"] as const;

export function aim(ui: Ui): Screen {
	const { scanner } = ui;
	const counts = h("dl", { class: "counts" });
	const camera = h("div", { class: "aim-camera" });
	const notice = h("div", { role: "status" });
	const specimens = h("div", { class: "specimens" });
	const typing = typed(ui);
	const file = photo(ui, notice);
	const where = h("p", { class: "where" });
	const bar = actions(
		button("type", () => typing.open(), { class: "secondary" }),
		button("photo", () => file.click(), { class: "secondary" }),
		button("no-code", () => ui.show(nobody(ui)), { class: "secondary" }),
	);
	const element = h("section", { class: "screen aim" }, h("div", { class: "aim-top" }, title("aim"), where, camera, notice), h("div", { class: "sight", "aria-hidden": "true" }), h("div", { class: "aim-low" }, specimens, typing.element, counts, bar), file);
	let shown = "";
	const update = (state: State): void => {
		where.replaceChildren(state.shift ? h("bdi", {}, state.shift.checkpoint.name) : "");
		count(counts, state);
		const now = `${scanner.state} ${scanner.torch}`;
		if (now === shown) return;
		shown = now;
		element.dataset.camera = scanner.state;
		camera.replaceChildren(...cameraWords(ui, scanner.state));
		if (scanner.state === "on") void controls(ui).then((made) => camera.append(...made));
	};
	return {
		kind: "aim", element, goesOn: true, update,
		shown: () => {
			offerSpecimens(ui, specimens);
			void scanner.look();
			mark("aim");
		},
		again: () => {
			const { last } = ui;
			if (last?.judged && !notice.hasChildNodes()) notice.replaceChildren(h("div", { class: "notice again" }, p("again"), button("again-show", () => ui.hold(last), { class: "secondary" })));
		},
		left: () => scanner.rest(),
	};
}

function count(list: HTMLElement, { shift }: State): void {
	const counts = shift?.counts;
	const says = COUNTS.map((name) => String(counts?.[name] ?? 0));
	if (list.dataset.says === says.join()) return;
	list.dataset.says = says.join();
	list.replaceChildren(...COUNTS.map((name, at) => h("div", { class: `count-${name}` }, h("dt", {}, say(`count-${name}`)), h("dd", {}, says[at]))));
}

function cameraWords(ui: Ui, state: CameraState): Node[] {
	if (state === "on") return [];
	if (state === "off" || state === "starting") return [p("camera-starting")];
	const again = state !== "unsupported" && button("camera-again", () => void ui.scanner.look());
	return [h("div", { class: "notice warn" }, p(`camera-${state}`), p("camera-others"), again)];
}

/** Torch, zoom and the choice of cameras, where there are any. */
async function controls({ scanner }: Ui): Promise<Node[]> {
	const made: Node[] = [];
	const { torch, zoom } = scanner.extras;
	if (torch) made.push(h("button", { type: "button", class: "round", "aria-pressed": String(scanner.torch), click: () => void scanner.setTorch(!scanner.torch) }, say("torch")));
	const cameras = await scanner.cameras();
	if (cameras.length > 1) {
		const at = cameras.findIndex(({ deviceId }) => deviceId === scanner.camera);
		const next = cameras[(at + 1) % cameras.length];
		made.push(h("button", { type: "button", class: "round", click: () => void scanner.choose(next?.deviceId ?? "") }, say("camera-switch")));
	}
	if (zoom) {
		const change = (event: Event): void => void scanner.setZoom(Number((event.target as HTMLInputElement).value));
		made.push(h("input", { type: "range", min: String(zoom.min), max: String(zoom.max), step: String(zoom.step || 0.1), value: String(scanner.zoom), "aria-label": text("zoom"), input: change }));
	}
	return made;
}

/** A code that is typed: a short code, or the text of any other. */
function typed(ui: Ui): { element: HTMLElement; open(): void } {
	const input = h("input", { id: "typed", type: "text", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", dir: "ltr", translate: "no", enterkeyhint: "go" });
	const error = h("p", { class: "error", hidden: true, id: "typed-error" });
	const send = (event: Event): void => {
		event.preventDefault();
		const empty = input.value.trim() === "";
		error.hidden = !empty;
		error.replaceChildren(say("type-empty"));
		if (!empty) void ui.scanned(input.value.trim(), "typed");
	};
	const form = h("form", { class: "typed", hidden: true, submit: send },
		h("label", { for: "typed" }, say("type-label")), p("type-hint", {}, { class: "hint", id: "typed-hint" }), error, input, h("button", { type: "submit" }, say("type-button")));
	input.setAttribute("aria-describedby", "typed-hint typed-error");
	const open = (): void => {
		form.hidden = !form.hidden;
		if (!form.hidden) input.focus();
	};
	return { element: form, open };
}

/** A photo of a code, from the camera's own program or from what was sent. */
function photo(ui: Ui, notice: HTMLElement): HTMLInputElement {
	const input = h("input", { type: "file", accept: "image/*", class: "hide", tabindex: "-1", "aria-label": text("photo") });
	const read = async (chosen: File): Promise<void> => {
		const found = await ui.decoder.photo(chosen).catch(() => "damaged" as const);
		input.value = "";
		if (typeof found === "object") return ui.scanned(found.text, "photo");
		notice.replaceChildren(h("p", { class: "notice warn" }, say(found === "damaged" ? "photo-damaged" : `check-photo-${found}`)));
	};
	input.addEventListener("change", () => {
		const chosen = input.files?.[0];
		if (chosen) void read(chosen);
	});
	return input;
}

/** Training: codes to choose from, as if they had been scanned. */
function offerSpecimens(ui: Ui, place: HTMLElement): void {
	const buttons = ui.core.specimens().map(({ name, text: make }) =>
		h("button", { type: "button", class: "secondary", click: () => void make().then((code) => ui.scanned(code, "typed")) }, say(`specimen-${name}`)));
	place.replaceChildren(...(buttons.length > 0 ? [p("specimens"), h("div", { class: "choice-row" }, ...buttons)] : []));
}
