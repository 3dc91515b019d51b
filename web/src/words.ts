/**
 * The page's words. All of them come from the server's locale files, in `<template data-word="…">` elements with
 * `<span data-slot="…">` where a value goes; nothing that people read stands in the scripts.
 */

export type Slots = Record<string, string>;

/** A copy of the template, filled; undefined when the page has no such template. */
export function word(root: ParentNode, name: string, slots: Slots = {}): DocumentFragment | undefined {
	const template = root.querySelector<HTMLTemplateElement>(`template[data-word="${CSS.escape(name)}"]`);
	if (!template) return undefined;
	const copy = document.importNode(template.content, true);
	for (const [slot, value] of Object.entries(slots)) {
		for (const element of copy.querySelectorAll(`[data-slot="${slot}"]`)) element.textContent = value;
	}
	return copy;
}

/** The same as plain text, for attributes. */
export const wordText = (root: ParentNode, name: string, slots: Slots = {}): string =>
	(word(root, name, slots)?.textContent ?? "").replace(/\s+/g, " ").trim();
