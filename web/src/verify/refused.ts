/** What a reader throws at bytes or texts that are not what they should be. It says no more: nobody can repair a code. */
export class Refused extends Error {}

/** Goes on only if `held`. */
export function must(held: boolean): asserts held {
	if (!held) throw new Refused();
}

/** The value, or `undefined` where reading it was refused. Any other error is a fault of ours and goes on. */
export async function attempt<T>(read: () => T | Promise<T>): Promise<T | undefined> {
	try {
		return await read();
	} catch (error) {
		if (error instanceof Refused) return undefined;
		throw error;
	}
}
