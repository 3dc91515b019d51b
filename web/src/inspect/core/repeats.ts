/** A camera reads a code many times while it is held there: the same text within five seconds is one scan. */

import type { Env } from "./env";
import type { Source } from "./types";

const SAME = 5_000;

export class Repeats {
	private text = "";
	private at = -Infinity;

	constructor(private readonly env: Pick<Env, "steady">) {}

	repeated(text: string, source: Source): boolean {
		const now = this.env.steady();
		const repeated = text === this.text && now - this.at < SAME;
		// Held before the camera for longer it is still one scan; a key pressed again after five seconds is another.
		if (!repeated || source === "camera") this.at = now;
		this.text = text;
		return repeated;
	}
}
