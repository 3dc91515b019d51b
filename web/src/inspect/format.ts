/** Times, ages and temperatures as people read them. */

import { text } from "./dom";
import type { Unit } from "./core/index";

const root = (): HTMLElement | null => document.getElementById("inspect");

/** `2 h 10 min`, `40 s`; a dash where nobody knows. */
export function duration(seconds: number): string {
	if (!Number.isFinite(seconds)) return "–";
	const whole = Math.max(0, Math.floor(seconds));
	const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
	if (hours > 0) return text("duration-hours", { hours: String(hours), minutes: String(minutes) });
	return minutes > 0 ? text("duration-minutes", { minutes: String(minutes) }) : text("duration-seconds", { seconds: String(whole) });
}

export function clock(seconds: number): string {
	const { timeZone = "Asia/Shanghai", locale = "en-GB" } = root()?.dataset ?? {};
	return new Intl.DateTimeFormat(locale, { timeZone, hourCycle: "h23", dateStyle: "medium", timeStyle: "short" }).format(seconds * 1000);
}

/** Tenths of a degree Celsius, in the unit that was chosen. */
export function degrees(tenths: number, unit: Unit): string {
	const shown = unit === "F" ? (tenths * 9) / 50 + 32 : tenths / 10;
	return `${shown.toFixed(1)} °${unit}`;
}
