/** Sends the exits that wait in the diary. What gets no answer waits on; what is refused for good waits no more. */

import { load, save, tidy, without, type Visit } from "./diary";

const TIMEOUT = 10_000;

/** Whether the server has it, or never takes it. */
async function send({ people, exit }: Visit): Promise<boolean> {
	if (!exit) return true;
	const aborter = new AbortController();
	const timer = setTimeout(() => aborter.abort(), TIMEOUT);
	const body = { kind: "exit", at: Math.floor(exit.at / 1000), ...(exit.corrects && { corrects: true }), people: people.map(({ leave }, at) => ({ visit: exit.ids[at], leave })) };
	try {
		const { status } = await fetch("/api/v1/visits", {
			method: "POST",
			credentials: "same-origin",
			redirect: "error",
			cache: "no-store",
			headers: { "content-type": "application/json", accept: "application/json" },
			body: JSON.stringify(body),
			signal: aborter.signal,
		});
		return status === 200 || (status >= 400 && status < 500 && status !== 408 && status !== 429);
	} catch {
		return false;
	} finally {
		clearTimeout(timer);
	}
}

let sending = false;

/** Ends what is over, sends what waits, and keeps what came of it. Gives the diary as it is then. */
export async function settle(now: number): Promise<Visit[]> {
	let visits = tidy(load(), now);
	save(visits);
	if (sending) return visits;
	sending = true;
	try {
		for (const waiting of visits.filter(({ exit }) => exit)) {
			if (!(await send(waiting))) continue;
			// Another tab, or the reader, may have changed it meanwhile: only this exit is done.
			const done = (visit: Visit): boolean => visit.id === waiting.id && visit.exit?.ids[0] === waiting.exit?.ids[0];
			visits = load().map((visit) => (done(visit) ? without(visit) : visit));
			save(visits);
		}
	} finally {
		sending = false;
	}
	return load();
}
