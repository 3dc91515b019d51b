/** The page on which a person gives their diary: what this phone remembers is listed, ticked, and sent only if it stays so. */

import { load, type Visit } from "./visit/diary";
import { times } from "./visit/page";
import { wordText } from "./words";

const named = ({ place, other }: Visit): string => [place, other].filter((name) => name !== "").join(" ");

/** The server counts in seconds. */
const seconds = (at: number | null): number | undefined => (at === null ? undefined : Math.floor(at / 1000));

function box(visit: Visit, number: number, form: HTMLElement, format: (at: number) => string): HTMLElement {
	const [input, label, row] = [document.createElement("input"), document.createElement("label"), document.createElement("div")];
	const { location, entered, left, note } = visit;
	input.type = "checkbox";
	input.name = "entry";
	input.id = `entry-${number}`;
	input.checked = true;
	input.value = JSON.stringify({ location, place: named(visit), entered: seconds(entered), left: seconds(left), note });
	label.htmlFor = input.id;
	label.textContent = wordText(form, "entry", { place: named(visit), entered: format(entered), left: left === null ? "" : `– ${format(left)}` });
	row.className = "choice";
	row.append(input, label);
	return row;
}

const form = document.getElementById("main");
const diary = document.getElementById("diary");
if (form && diary) {
	const visits = load();
	const format = times(form).full;
	diary.querySelector('[data-part="entries"]')?.append(...visits.map((visit, number) => box(visit, number, form, format)));
	diary.hidden = visits.length === 0;
	const none = form.querySelector<HTMLElement>('[data-part="none"]');
	if (none && visits.length === 0) {
		none.textContent = wordText(form, "none");
		none.hidden = false;
	}
}
