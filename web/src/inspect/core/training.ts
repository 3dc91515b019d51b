/** Training mode: specimen codes under a key of the moment. Nothing is stored or sent. */

import type { Clock } from "./clock";
import type { Env } from "./env";
import type { Specimen } from "./index";
import type { Standing } from "./judge";

export class Training {
	readonly specimens: readonly Specimen[] = [];

	static async begin(_env: Env, _clock: Clock): Promise<Training> {
		return new Training();
	}

	standing(): Standing | undefined {
		return undefined;
	}
}
