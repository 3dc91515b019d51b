/**
 * Training mode: a specimen for each verdict, judged like any code but by a trust list of its own. Nothing of it is
 * stored, counted or sent, and no specimen is good for anything outside: its key is forgotten with the mode.
 */

import type { Clock } from "./clock";
import type { Env } from "./env";
import type { Specimen } from "./index";
import type { Standing } from "./judge";
import { ISSUER, Specimens } from "./specimen";
import type { StatusLists } from "../../verify/status";
import { SITES, type Config } from "./types";

/** As a service would be set up where nothing was chosen otherwise. */
const CONFIG: Omit<Config, "issued" | "expires"> = {
	iss: ISSUER, version: 1, minimum: 1, threshold: 373, lowest: 340, highest: 430, sites: [...SITES],
	amberAfter: 14_400, checkAfter: 86_400, shift: 43_200, idle: 300, apart: 259_200,
	outbox: { items: 5000, warnItems: 4000, warnAfter: 172_800 }, reportDue: 900, acceptance: "fixed", apply: "",
	national: "", statusLists: [], seal: [], checkpoints: [],
};

export class Training {
	private constructor(
		private readonly made: Specimens,
		private readonly statuses: StatusLists,
		private readonly clock: Pick<Clock, "now">,
		private readonly config: Config,
	) {}

	/** `real`: the thresholds of the service, where they are known. */
	static async begin(env: Pick<Env, "random">, clock: Pick<Clock, "now">, real?: Config): Promise<Training> {
		const now = clock.now();
		const made = await Specimens.make(now, env.random);
		const config = { ...(real ?? CONFIG), acceptance: "fixed" as const, national: "", issued: now, expires: now + 1e9 };
		return new Training(made, await made.statuses(now), clock, config);
	}

	get specimens(): readonly Specimen[] {
		const { made, clock } = this;
		const live = (age: number, colour?: "yellow" | "red") => () => made.pass(clock.now(), { live: { age }, ...(colour && { colour }) });
		return [
			{ name: "pass", text: live(0) },
			{ name: "match_document", text: () => made.pass(clock.now()) },
			{ name: "yellow", text: live(0, "yellow") },
			{ name: "picture", text: live(600) },
			{ name: "red", text: live(0, "red") },
			{ name: "expired", text: () => made.pass(clock.now(), { lasts: -60, live: { age: 0 } }) },
			{ name: "withdrawn", text: () => made.withdrawn(clock.now()) },
			{ name: "foreign", text: () => made.foreign(clock.now()) },
			{ name: "unreadable", text: async () => "TX1:SPECIMEN" },
		];
	}

	standing(): Standing {
		return { data: { trust: this.made.trust, statuses: this.statuses, config: this.config }, freshness: "fresh", age: 0, now: this.clock.now(), doubtful: false };
	}
}
