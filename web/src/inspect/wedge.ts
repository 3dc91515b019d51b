/**
 * A hardware scanner is a keyboard that types fast and ends with Enter, sometimes twice. Its keys count wherever the
 * focus is, unless somebody is typing in a field.
 */

/** Longer than this between two keys is a person at a keyboard: what came before is dropped. */
const PAUSE = 700;
/** Fewer are no code: an Enter that presses a button stays one. */
const SHORTEST = 4;

export class Wedge {
	private typed = "";
	private last = -Infinity;
	/** Two line ends are one. */
	private ended = -Infinity;

	constructor(private readonly scanned: (text: string) => void) {
		addEventListener("keydown", (event) => this.key(event), { capture: true });
	}

	private key(event: KeyboardEvent): void {
		if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isField(event.target)) return;
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
