// Films of a phone in somebody's hand, as Chromium's fake camera plays them (`--use-file-for-fake-video-capture`): the
// code at an angle, now nearer, now further away, moving, a little out of focus, and never quite dark or bright.
import { writeFile } from "node:fs/promises";
import { modules } from "./inspect-site.mjs";

const [WIDTH, HEIGHT, FRAMES] = [1280, 720, 12];
/** Brightness: the table behind, the phone's edge, its screen, and what is dark on it. */
const [BEHIND, EDGE, SCREEN, DARK] = [116, 44, 224, 38];
/** White around a code, and the phone's edge around that, in modules. */
const [QUIET, RIM] = [4, 7];

/** @param {string} text what the phone shows @param {string} path ends with .y4m */
export async function film(path, text) {
	const rows = modules(text);
	const parts = [Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420\n`)];
	for (let frame = 0; frame < FRAMES; frame++) parts.push(Buffer.from("FRAME\n"), picture(rows, (2 * Math.PI * frame) / FRAMES));
	await writeFile(path, Buffer.concat(parts));
}

/** One picture. `turn` goes once round in a film, so that its end fits its beginning. @param {string[]} rows @param {number} turn */
function picture(rows, turn) {
	const bright = sharp(rows, turn);
	// Without colour: both planes stand in the middle.
	const frame = Buffer.alloc(WIDTH * HEIGHT * 1.5, 128);
	for (let y = 0; y < HEIGHT; y++) {
		for (let x = 0; x < WIDTH; x++) {
			const at = y * WIDTH + x;
			const inside = x > 0 && y > 0 && x < WIDTH - 1 && y < HEIGHT - 1;
			const around = inside ? 2 * b(bright, at) + b(bright, at - 1) + b(bright, at + 1) + b(bright, at - WIDTH) + b(bright, at + WIDTH) : 6 * b(bright, at);
			// The grain of a sensor, the same in every run.
			frame[at] = around / 6 + ((at * 7919 + (x ^ y) * 104729) % 13) - 6;
		}
	}
	return frame;
}

const b = (/** @type {Uint8Array} */ bytes, /** @type {number} */ at) => bytes[at] ?? 0;

/** Before the lens blurs it. @param {string[]} rows @param {number} turn */
function sharp(rows, turn) {
	const bright = new Uint8Array(WIDTH * HEIGHT).fill(BEHIND);
	const size = rows.length;
	const angle = 0.1 * Math.sin(turn) + 0.05;
	const unit = (560 + 50 * Math.cos(turn)) / (size + 2 * QUIET);
	const [left, top] = [WIDTH / 2 + 24 * Math.sin(2 * turn), HEIGHT / 2 + 12 * Math.cos(turn)];
	const [cos, sin] = [Math.cos(angle) / unit, Math.sin(angle) / unit];
	for (let y = 0; y < HEIGHT; y++) {
		for (let x = 0; x < WIDTH; x++) {
			const [right, down] = [x - left, y - top];
			const column = cos * right + sin * down + size / 2;
			// Held a little away from the lens at its upper end.
			const row = (cos * down - sin * right) * (1 + down / 9000) + size / 2;
			const beyond = Math.max(-column, -row, column - size, row - size);
			if (beyond >= RIM) continue;
			const dark = beyond < 0 && rows[Math.floor(row)]?.[Math.floor(column)] === "1";
			bright[y * WIDTH + x] = beyond >= QUIET ? EDGE : dark ? DARK : SCREEN;
		}
	}
	return bright;
}
