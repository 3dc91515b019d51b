/** Building the screens: elements by function, words by name. Nothing is ever parsed as HTML here. */

import { word, wordText, type Slots } from "../words";

export type Child = Node | string | undefined | false;
type Props = Record<string, string | boolean | ((event: Event) => void) | undefined>;

/** An element; what is a function listens (`click`), what is true stands without a value, what is absent does not. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(props)) {
		if (typeof value === "function") element.addEventListener(name, value);
		else if (value === true) element.setAttribute(name, "");
		else if (value !== undefined && value !== false) element.setAttribute(name, value);
	}
	for (const child of children) if (child !== undefined && child !== false) element.append(child);
	return element;
}

/** A word of the page; a missing one shows, so that tests see it. */
export const say = (name: string, slots: Slots = {}): Node => word(document, name, slots) ?? document.createTextNode(`⟦${name}⟧`);

/** The same as plain text. */
export const text = (name: string, slots: Slots = {}): string => wordText(document, name, slots) || `⟦${name}⟧`;

export const has = (name: string): boolean => document.querySelector(`template[data-word="${CSS.escape(name)}"]`) !== null;

/** A paragraph of a word. */
export const p = (name: string, slots: Slots = {}, props: Props = {}): HTMLParagraphElement => h("p", props, say(name, slots));

export const button = (name: string, press: () => void, props: Props = {}): HTMLButtonElement =>
	h("button", { type: "button", click: () => press(), ...props }, say(name));

/** Actions at the bottom, where the thumb is. */
export const actions = (...children: Child[]): HTMLDivElement => h("div", { class: "bar" }, ...children);

/** A title that takes the focus when its screen comes, so that screen readers say it. */
export const title = (name: string, slots: Slots = {}): HTMLHeadingElement => h("h1", { tabindex: "-1" }, say(name, slots));

/** A point in time for tests and the browser's own tools; the last one of each name. */
export function mark(name: string): void {
	performance.clearMarks(name);
	performance.mark(name);
}
