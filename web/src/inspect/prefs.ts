/** What an inspector chose for this device. Nothing of it is about anybody else. */

import type { Site, Unit } from "./core/index";

export interface Prefs {
	sound: boolean;
	vibration: boolean;
	unit: Unit;
	site: Site;
	/** The camera that was chosen by hand. */
	camera: string;
}

const KEY = "inspect-prefs";
const DEFAULTS: Prefs = { sound: true, vibration: true, unit: "C", site: "forehead", camera: "" };

export function loadPrefs(): Prefs {
	try {
		return { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Prefs>) };
	} catch {
		return { ...DEFAULTS };
	}
}

export function savePrefs(prefs: Prefs): void {
	try {
		localStorage.setItem(KEY, JSON.stringify(prefs));
	} catch {
		// This browser keeps nothing: they hold until the page is closed.
	}
}
