/** Large keys for one thumb. The field takes real keyboards too; on a phone the phone's own keyboard stays away. */

import { h, text } from "../dom";

const touch = (): boolean => matchMedia("(pointer: coarse)").matches;

/** Keys that write into the field. `extra` stands at the lower left. */
export function keypad(field: HTMLInputElement, extra: "." | "", changed: () => void): HTMLElement {
	if (touch()) field.setAttribute("inputmode", "none");
	const put = (value: string): void => {
		field.value = value;
		field.dispatchEvent(new Event("input", { bubbles: true }));
		changed();
	};
	const key = (sign: string, press: () => void, name = sign): HTMLElement =>
		h("button", { type: "button", "aria-label": name, click: press }, sign);
	const digit = (sign: string): HTMLElement => key(sign, () => {
		if (field.maxLength < 0 || field.value.length < field.maxLength) put(field.value + sign);
	});
	const lower = extra ? digit(extra) : key("C", () => put(""), text("key-clear"));
	return h("div", { class: "keypad" }, ...[..."123456789"].map(digit), lower, digit("0"), key("⌫", () => put(field.value.slice(0, -1)), text("key-back")));
}
