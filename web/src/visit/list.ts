/** The diary's page: everything that the phone remembers, newest first. */

import { registerWorker } from "../worker";
import { word, wordText } from "../words";
import { isEditable, lastTime, leftAt, load, save, serverNow, type Visit } from "./diary";
import { settle } from "./exits";
import { part, times, type Times } from "./page";

export function showDiary(root: HTMLElement): void {
	const format = times(root);
	part(root, "late")?.remove();
	const show = (visits: readonly Visit[]): void => render(root, format, visits);
	const settled = (): void => void settle(serverNow()).then(show);
	show(load());
	settled();
	addEventListener("online", settled);
	document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && settled());
	setInterval(settled, 60_000);
	root.addEventListener("submit", (event) => {
		event.preventDefault();
		const form = event.target as HTMLFormElement;
		const id = form.closest<HTMLElement>("[data-id]")?.dataset.id;
		if (form.dataset.part === "all") return deleteAll(root, show);
		const changed = id === undefined ? undefined : change(load(), id, form);
		if (!changed) return;
		save(changed.visits);
		show(changed.visits);
		say(root, changed.said);
		settled();
	});
	part(root, "refused")?.toggleAttribute("hidden", works());
	void keepPage(root.dataset.worker);
}

/** Whether the browser keeps anything at all. */
function works(): boolean {
	try {
		localStorage.setItem("tongxing-diary-works", "1");
		localStorage.removeItem("tongxing-diary-works");
		return true;
	} catch {
		return false;
	}
}

function deleteAll(root: HTMLElement, show: (visits: Visit[]) => void): void {
	if (!confirm(wordText(root, "sure"))) return;
	save([]);
	show([]);
	say(root, "deleted");
}

/** Does what a form of a visit says; undefined if it says something that cannot be, which is then told. */
function change(visits: Visit[], id: string, form: HTMLFormElement): { visits: Visit[]; said: string } | undefined {
	const put = (changed: Visit): Visit[] => visits.map((visit) => (visit.id === id ? changed : visit));
	const visit = visits.find((one) => one.id === id);
	if (!visit) return undefined;
	const now = serverNow();
	switch (form.dataset.do) {
		case "delete":
			return { visits: visits.filter((one) => one.id !== id), said: "deleted" };
		case "note":
			return { visits: put({ ...visit, note: String(new FormData(form).get("note") ?? "").trim() }), said: "saved" };
		case "leave":
		case "left": {
			const at = form.dataset.do === "leave" ? now : lastTime(String(new FormData(form).get("left") ?? ""), now);
			const changed = leftAt(visit, at, now);
			form.querySelector<HTMLElement>('[data-part="wrong"]')?.toggleAttribute("hidden", changed !== undefined);
			return changed && { visits: put(changed), said: "saved" };
		}
		default:
			return undefined;
	}
}

const say = (root: HTMLElement, name: string): void => part(root, "said")?.replaceChildren(wordText(root, name));

function render(root: HTMLElement, format: Times, visits: readonly Visit[]): void {
	const list = part(root, "list");
	part(root, "empty")?.toggleAttribute("hidden", visits.length > 0);
	part(root, "waiting")?.toggleAttribute("hidden", !visits.some(({ exit }) => exit));
	part(root, "all")?.toggleAttribute("hidden", visits.length === 0);
	// Whoever is typing in it goes on.
	if (!list || (list.contains(document.activeElement) && document.activeElement?.matches("input, textarea"))) return;
	const opened = [...list.querySelectorAll<HTMLElement>("[data-id]:has(details[open])")].map(({ dataset }) => dataset.id);
	const newest = [...visits].sort((one, other) => other.entered - one.entered);
	list.replaceChildren(...newest.flatMap((visit) => entry(root, format, visit, opened.includes(visit.id)) ?? []));
}

function entry(root: HTMLElement, format: Times, visit: Visit, opened: boolean): Node | undefined {
	const owner = wordText(root, "owner");
	const [first, second] = format.chinese || !visit.other ? [visit.place, visit.other] : [visit.other, visit.place];
	const copy = word(root, "visit", {
		place: first,
		other: second,
		entered: format.full(visit.entered),
		left: visit.left === null ? "" : format.full(visit.left),
		time: format.full(visit.until),
		people: visit.people.map(({ name }) => name || owner).join(", "),
		note: visit.note,
	});
	const section = copy?.querySelector<HTMLElement>("section");
	if (!section) return undefined;
	section.dataset.id = visit.id;
	const shown: Record<string, boolean> = {
		left: visit.left !== null,
		inside: visit.left === null,
		auto: visit.auto === true,
		editable: isEditable(visit, serverNow()),
		people: visit.people.some(({ name }) => name),
		note: visit.note !== "",
	};
	for (const element of section.querySelectorAll<HTMLElement>("[data-if]")) if (!shown[element.dataset.if ?? ""]) element.remove();
	const [time, note] = [section.querySelector<HTMLInputElement>('input[name="left"]'), section.querySelector("textarea")];
	if (time && visit.left !== null) time.value = format.clock(visit.left);
	if (note) note.value = visit.note;
	section.querySelector("details")?.toggleAttribute("open", opened);
	return section;
}

async function keepPage(address: string | undefined): Promise<void> {
	if (!address) return;
	try {
		await registerWorker(address, location.pathname);
	} catch {
		// No workers here: the diary needs a network to open, and loses nothing.
	}
}
