/** The plaintexts of items (docs/checkpoint-protocol.md, section 4). The server refuses members that it does not know. */

import type { Action, Counts, Reading, Subject, Verdict } from "./types";

export type Content =
	| {
			v: 1; kind: "report"; at: number; shift: string; subject: Subject; verdict?: Verdict;
			readings: Reading[]; threshold: number; action: Action;
	  }
	| ({ v: 1; kind: "tally"; at: number; shift: string } & Counts)
	| { v: 1; kind: "scans"; shift: string; minute: number; count: number; marks: string[] }
	| { v: 1; kind: "shift_begun"; at: number; shift: string; parent: string; checkpoint: string }
	| { v: 1; kind: "shift_ended"; at: number; shift: string; why: "signed_out" | "over" };
