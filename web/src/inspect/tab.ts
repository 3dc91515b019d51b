/**
 * One page of the application works at a time in a browser: two would hold, count and report one person twice. The
 * browser's locks see to that where there are any (Chrome 69, Firefox 96, Safari 15.4); else a sign of life in the storage.
 */

const NAME = "tongxing-inspect-page";
/** How long a page that is loaded anew may take to let go, before this one says that another works, in milliseconds. */
const LETTING_GO = 700;
const BEAT = 1000;
/** Without a sign of life for so long a page is gone. */
const GONE = 5000;

export interface Tabs {
	locks: Pick<LockManager, "request"> | undefined;
	storage: Pick<Storage, "getItem" | "setItem"> | undefined;
	/** Of this page. */
	id: string;
	/** Milliseconds. */
	now: () => number;
}

/** Resolves once this page is the only one that works; `elsewhere` is called where it has to wait, `lost` if it is no longer. */
export function onlyPage(tabs: Tabs, elsewhere: () => void, lost: () => void): Promise<void> {
	const byBeat = (): Promise<void> => new Beat(tabs, elsewhere, lost).begin();
	return tabs.locks ? byLock(tabs.locks, elsewhere).catch(byBeat) : byBeat();
}

function byLock(locks: NonNullable<Tabs["locks"]>, elsewhere: () => void): Promise<void> {
	return new Promise((resolve, reject) => {
		const waits = setTimeout(elsewhere, LETTING_GO);
		const held = locks.request(NAME, () => {
			clearTimeout(waits);
			resolve();
			// Until the page is gone.
			return new Promise<never>(() => undefined);
		});
		held.catch((error: unknown) => {
			clearTimeout(waits);
			reject(error);
		});
	});
}

class Beat {
	constructor(
		private readonly tabs: Tabs,
		private readonly elsewhere: () => void,
		private readonly lost: () => void,
	) {}

	async begin(): Promise<void> {
		let said = false;
		for (;;) {
			while (this.other()) {
				if (!said) this.elsewhere();
				said = true;
				await wait(BEAT);
			}
			this.beat();
			// Of two that open at once the last one to write has it.
			await wait(100);
			if (!this.other()) break;
		}
		setInterval(() => (this.other() ? this.lost() : this.beat()), BEAT);
	}

	private beat(): void {
		try {
			this.tabs.storage?.setItem(NAME, `${this.tabs.id} ${this.tabs.now()}`);
		} catch {
			// This browser keeps nothing: two pages share nothing, either.
		}
	}

	/** Whether another page lives. */
	private other(): boolean {
		try {
			const [id, at] = (this.tabs.storage?.getItem(NAME) ?? "").split(" ");
			return id !== "" && id !== this.tabs.id && Math.abs(this.tabs.now() - Number(at)) < GONE;
		} catch {
			return false;
		}
	}
}

const wait = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time));
