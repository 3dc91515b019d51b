/** The page on which a person gives their diary: what this phone remembers is listed, ticked, and sent only if it stays so. */

import { wordText } from "./words";

/** An entry of the diary, as the phone keeps it. */
interface Entry {
	place?: string;
	other?: string | null;
	location?: string;
	entered?: number | string | null;
	left?: number | string | null;
	note?: string;
}

const KEY = "tongxing-diary";

/** Seconds since 1970; the diary has milliseconds, seconds or a written time. */
function seconds(time: Entry["entered"]): number | undefined {
	if (time === null || time === undefined || time === "") return undefined;
	const number = typeof time === "number" ? time : Date.parse(time) || Number(time);
	if (!Number.isFinite(number)) return undefined;
	return Math.floor(number > 100_000_000_000 ? number / 1000 : number);
}

function read(): Entry[] {
	try {
		const entries: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
		return Array.isArray(entries) ? (entries as Entry[]).filter((entry) => typeof entry === "object" && entry !== null) : [];
	} catch {
		return [];
	}
}

const named = ({ place, other }: Entry): string => [place, other].filter((name) => typeof name === "string" && name !== "").join(" ");

function box(entry: Entry, number: number, form: HTMLElement, format: Intl.DateTimeFormat): HTMLElement {
	const [entered, left] = [seconds(entry.entered), seconds(entry.left)];
	const time = (at: number | undefined): string => (at === undefined ? "" : format.format(at * 1000));
	const [input, label, row] = [document.createElement("input"), document.createElement("label"), document.createElement("div")];
	input.type = "checkbox";
	input.name = "entry";
	input.id = `entry-${number}`;
	input.checked = true;
	input.value = JSON.stringify({ location: entry.location, place: named(entry), entered, left, note: entry.note ?? "" });
	label.htmlFor = input.id;
	label.textContent = wordText(form, "entry", { place: named(entry), entered: time(entered), left: left === undefined ? "" : `– ${time(left)}` });
	row.className = "choice";
	row.append(input, label);
	return row;
}

const form = document.getElementById("main");
const diary = document.getElementById("diary");
if (form && diary) {
	const entries = read().filter((entry) => named(entry) !== "" || entry.location);
	if (entries.length > 0) {
		const format = new Intl.DateTimeFormat(document.documentElement.lang || "en", { timeZone: "Asia/Shanghai", weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
		diary.querySelector('[data-part="entries"]')?.append(...entries.map((entry, number) => box(entry, number, form, format)));
		diary.hidden = false;
	} else {
		const none = form.querySelector<HTMLElement>('[data-part="none"]');
		if (none) {
			none.textContent = wordText(form, "none");
			none.hidden = false;
		}
	}
}
