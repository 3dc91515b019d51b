/** The address of the application for our code, as a code to scan. A module of its own: it is loaded where one is shown. */

import { generate } from "lean-qr";
import { draw, makePicture } from "../../draw";
import { text } from "../dom";

/** Puts the picture before what is in the box. */
export function showAddress(box: HTMLElement, address: string): void {
	const picture = makePicture();
	picture.setAttribute("aria-label", text("apply-qr"));
	box.prepend(picture);
	draw(picture, generate(address));
}
