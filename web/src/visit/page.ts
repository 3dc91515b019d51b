/** What the pages of visits have in common: their parts, and times as their readers write them. */

export const part = (root: ParentNode, name: string): HTMLElement | null => root.querySelector(`[data-part="${name}"]`);

export interface Times {
	/** Day and time. */
	full: (at: number) => string;
	/** Hours and minutes, as an input takes them. */
	clock: (at: number) => string;
	/** Hours, minutes and seconds. */
	seconds: (at: number) => string;
	/** Whether the reader knows the Chinese name first. */
	chinese: boolean;
}

export function times(root: HTMLElement): Times {
	const timeZone = root.dataset.timeZone ?? "Asia/Shanghai";
	const locale = root.dataset.locale || document.documentElement.lang || undefined;
	const common = { timeZone, hourCycle: "h23" } as const;
	const full = new Intl.DateTimeFormat(locale, { ...common, weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
	const clock = new Intl.DateTimeFormat("en-GB", { ...common, hour: "2-digit", minute: "2-digit" });
	const seconds = new Intl.DateTimeFormat("en-GB", { ...common, timeStyle: "medium" });
	return {
		full: (at) => full.format(at),
		clock: (at) => clock.format(at),
		seconds: (at) => seconds.format(at),
		chinese: document.documentElement.lang.startsWith("zh"),
	};
}
