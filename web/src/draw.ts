/** Draws a QR code as SVG: sharp at any density, and neither `innerHTML` nor a data address is needed. */

import { correction, generate, mode } from "lean-qr";

const SVG = "http://www.w3.org/2000/svg";
/** ISO/IEC 18004 asks for four light modules on every side. */
const QUIET = 4;

/** Anything with square, dark or light modules. */
export interface Modules {
	readonly size: number;
	get(x: number, y: number): boolean;
}

/** Level M, alphanumeric mode only (Base45 fits it), the smallest version that holds the text. */
export const encode = (text: string): Modules =>
	generate(text, {
		modes: [mode.alphaNumeric],
		minCorrectionLevel: correction.M,
		maxCorrectionLevel: correction.M,
	});

/** One path for all dark modules, a horizontal run at a time. */
export function outline(code: Modules): string {
	let path = "";
	for (let y = 0; y < code.size; y++) {
		for (let x = 0; x < code.size; x++) {
			const start = x;
			while (x < code.size && code.get(x, y)) x++;
			if (x > start) path += `M${start + QUIET} ${y + QUIET}h${x - start}v1h${start - x}z`;
		}
	}
	return path;
}

/** From this many device pixels a module, uneven modules are harmless, and a larger code reads better. */
const FINE = 5;

/** Puts the code into the picture: as large as its box, or on coarse screens at whole device pixels a module. */
export function draw(picture: SVGSVGElement, code: Modules): void {
	const side = code.size + 2 * QUIET;
	picture.setAttribute("viewBox", `0 0 ${side} ${side}`);
	let path = picture.querySelector("path");
	if (!path) {
		path = document.createElementNS(SVG, "path");
		picture.append(path);
	}
	path.setAttribute("d", outline(code));
	const pixels = Math.floor(((picture.parentElement?.clientWidth ?? 0) * devicePixelRatio) / side);
	picture.style.width = pixels > 0 && pixels < FINE ? `${(pixels * side) / devicePixelRatio}px` : "";
}

export function makePicture(): SVGSVGElement {
	const picture = document.createElementNS(SVG, "svg");
	picture.setAttribute("class", "qr");
	picture.setAttribute("role", "img");
	return picture;
}
