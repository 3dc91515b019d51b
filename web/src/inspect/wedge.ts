/**
 * A hardware scanner is a keyboard that types fast and ends with Enter, sometimes twice. Its keys count wherever the
 * focus is, unless somebody is typing in a field. In a field for figures (`data-figures`) nobody types as fast as it does:
 * what it typed is taken out again.
 */

/** Longer than this between two keys is a person at a keyboard: what came before is dropped. */
const PAUSE = 700;
/** Fewer are no code: an Enter that presses a button stays one. */
const SHORTEST = 4;
/** No thumb presses keys at this pace, in milliseconds from one to the next. */
const BURST = 35;

export class Wedge {
	private typed = "";
	private last = -Infinity;
	/** Two line ends are one. */
	private ended = -Infinity;
	/** Keys in a field for figures that follow each other at a scanner's pace, and what the field had before them. */
	private burst: { text: string; last: number; before: string } | undefined;
	private burstEnds = 0;

	constructor(private readonly scanned: (text: string) => void) {
		addEventListener("keydown", (event) => this.key(event), { capture: true });
	}

	private key(event: KeyboardEvent): void {
		if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
		if (isField(event.target)) return this.inField(event, event.target as HTMLInputElement);
		const now = performance.now();
		if (now - this.last > PAUSE) this.typed = "";
		this.last = now;
		if (event.key === "Enter" || event.key === "Tab") this.end(event, now);
		else if (event.key.length === 1) {
			// A space would press the button that has the focus, and scroll.
			if (event.key === " " && this.typed !== "") event.preventDefault();
			this.typed += event.key;
		}
	}

	private inField(event: KeyboardEvent, field: HTMLInputElement): void {
		if (!("figures" in field.dataset)) return;
		// When the key was pressed: a phone that is busy handles many late, and at once.
		const now = event.timeStamp;
		const { burst } = this;
		const goesOn = burst !== undefined && now - burst.last <= BURST && !event.repeat;
		if (event.key.length === 1) {
			this.burst = goesOn ? { ...burst, text: burst.text + event.key, last: now } : { text: event.key, last: now, before: field.value };
			clearTimeout(this.burstEnds);
			this.burstEnds = window.setTimeout(() => this.takeOut(field), 2 * BURST);
		} else if ((event.key === "Enter" || event.key === "Tab") && goesOn && this.takeOut(field)) swallow(event);
	}

	/** Whether it was a scanner: then the field is as it was before. */
	private takeOut(field: HTMLInputElement): boolean {
		const { burst } = this;
		this.burst = undefined;
		if (!burst || burst.text.length < SHORTEST) return false;
		field.value = burst.before;
		field.dispatchEvent(new Event("input", { bubbles: true }));
		this.scanned(burst.text);
		return true;
	}

	private end(event: KeyboardEvent, now: number): void {
		const text = this.typed;
		this.typed = "";
		if (text.length < SHORTEST) {
			if (now - this.ended < PAUSE) swallow(event);
			return;
		}
		swallow(event);
		this.ended = now;
		this.scanned(text);
	}
}

function swallow(event: Event): void {
	event.preventDefault();
	event.stopPropagation();
}

const isField = (target: EventTarget | null): boolean =>
	target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement ||
	(target instanceof HTMLInputElement && !["button", "checkbox", "radio", "range", "file"].includes(target.type));
