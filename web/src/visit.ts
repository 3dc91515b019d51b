/**
 * The pages of visits: what a poster opens, what is shown at the door, and the diary. Forms and server register without
 * this script; it keeps the diary, ends what is over, and lets a clock run. Markup: README.md.
 */

import { draw, enter, leave, load, save, serverNow, setClock, tidy, type Visit } from "./visit/diary";
import { settle } from "./visit/exits";
import { showDiary } from "./visit/list";
import { part, times } from "./visit/page";

/** Who was ticked last, on a phone of several people. */
const WHO = "tongxing-visit-who";
/** After this a confirmation is no entry of now. */
const FRESH = 10 * 60_000;

const seconds = (text: string | undefined): number => Number(text ?? 0) * 1000;

/** What a poster opened: whoever is inside is offered to leave first. */
function place(root: HTMLElement): void {
	const here = tidy(load(), serverNow()).filter((visit) => visit.left === null && visit.location === root.dataset.location);
	const boxes = [...root.querySelectorAll<HTMLInputElement>('input[name="who"][type="checkbox"]')];
	const inside = here.flatMap(({ people }) => people.map(({ tag }) => tag));
	const last = here.length > 0 ? inside : remembered();
	if (last) for (const box of boxes) box.checked = last.includes(box.dataset.tag ?? "");
	if (boxes.length > 0 && !boxes.some((box) => box.checked) && boxes[0]) boxes[0].checked = true;
	root.querySelector("form[data-visit]")?.addEventListener("submit", () => remember(boxes.filter((box) => box.checked).map((box) => box.dataset.tag ?? "")));
	const first = here[0];
	if (!first) return;
	part(root, "inside")?.removeAttribute("hidden");
	part(root, "since")?.replaceChildren(times(root).full(first.entered));
	const [entry, exit] = ["entry", "exit"].map((kind) => root.querySelector<HTMLElement>(`button[value="${kind}"]`));
	if (!entry || !exit) return;
	exit.classList.remove("secondary");
	entry.classList.add("secondary");
	entry.before(exit);
}

function remembered(): string[] | undefined {
	try {
		return localStorage.getItem(WHO)?.split(" ");
	} catch {
		return undefined;
	}
}

function remember(tags: string[]): void {
	try {
		if (tags.length > 0) localStorage.setItem(WHO, tags.join(" "));
	} catch {
		// The next time they tick again.
	}
}

const people = (root: HTMLElement): Visit["people"] =>
	[...root.querySelectorAll<HTMLElement>("[data-person]")].map(({ dataset: { tag = "", name = "", leave = "" } }) => ({ tag, name, leave }));

/** An entry or exit that the server has: into the diary, and where somebody was before ends. */
function registered(root: HTMLElement): void {
	const { location = "", place = "", other = "", at, until } = root.dataset;
	setClock(seconds(at));
	const [time, who, visits] = [seconds(at), people(root), tidy(load(), seconds(at))];
	const entry = (): Visit => ({ id: draw(), place, other, location, entered: time, left: null, until: seconds(until), note: "", people: who });
	const tags = who.map(({ tag }) => tag);
	const kept = save(root.dataset.kind === "entry" ? enter(visits, entry()) : leave(visits, location, tags, time));
	if (root.dataset.kind === "entry") part(root, "unkept")?.toggleAttribute("hidden", kept);
	// Loading it again asks for the poster's page, and does not send the form once more.
	history.replaceState(null, "");
	run(root, time);
}

/** The clock at the door, until it is too late to be shown there. */
function run(root: HTMLElement, time: number): void {
	const [format, now, offset] = [times(root), part(root, "now"), time - Date.now()];
	const tick = (): void => {
		const at = Date.now() + offset;
		const old = at - time > FRESH;
		now?.replaceChildren(format.seconds(at));
		part(root, "panel")?.classList.toggle("is-old", old);
		part(root, "stale")?.toggleAttribute("hidden", !old);
	};
	tick();
	setInterval(tick, 1000);
}

function main(): void {
	const root = document.getElementById("visit");
	if (!root) return;
	if (root.dataset.kind === "diary") return showDiary(root);
	if (root.dataset.kind === "place") {
		place(root);
		// The numbers of a page that is gone back to were used.
		addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
	}
	// A page that is gone back to was registered when it was new.
	else registered(root);
	void settle(serverNow());
	addEventListener("online", () => void settle(serverNow()));
}

main();
