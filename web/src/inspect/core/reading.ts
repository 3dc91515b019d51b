/** Temperatures as inspectors type them, in tenths of a degree Celsius. */

import type { Config } from "./types";

export type Unit = "C" | "F";

export type Parsed =
	| { kind: "reading"; tenths: number }
	| { kind: "empty" }
	| { kind: "not_a_number" }
	| { kind: "low" | "high" };

/** `37.3`, `37,3`, `37。3`, `３７．３`, `37`, `373`: one decimal at most; three digits are tenths, as fast thumbs type them, and four above 100 °F. */
const SHAPE = /^(\d{2,3})(?:\.(\d))?$|^(1\d{3})$/;
const UNIT = /°?([CF])$|°$/i;

/**
 * Tenths of a degree Fahrenheit to tenths Celsius: (F − 32) × 5 / 9 in whole numbers, to the nearest tenth, halves up.
 * 99.1 °F is 37.28 °C and so 37.3: never rounded away from the threshold towards normal.
 */
export const celsius = (tenthsFahrenheit: number): number => Math.floor(((tenthsFahrenheit - 320) * 10 + 9) / 18);

/** Reads what was typed; a unit that was typed with it counts. */
export function parseReading(typed: string, chosen: Unit, limits: Pick<Config, "lowest" | "highest">): Parsed {
	const whole = typed.normalize("NFKC").replace(/\s/g, "").replace(/[,。、·]/, ".");
	const unit = (UNIT.exec(whole)?.[1]?.toUpperCase() as Unit | undefined) ?? chosen;
	const text = whole.replace(UNIT, "");
	if (text === "") return { kind: "empty" };
	const found = SHAPE.exec(text);
	if (!found || (found[3] !== undefined && unit === "C")) return { kind: "not_a_number" };
	const given = found[3] === undefined ? tenthsOf(found[1] ?? "", found[2], unit) : Number(found[3]);
	const tenths = unit === "F" ? celsius(given) : given;
	if (tenths < limits.lowest) return { kind: "low" };
	return tenths > limits.highest ? { kind: "high" } : { kind: "reading", tenths };
}

function tenthsOf(whole: string, decimal: string | undefined, unit: Unit): number {
	if (decimal !== undefined) return Number(whole) * 10 + Number(decimal);
	// 373 is 37.3 °C; 991 is 99.1 °F, but 100 to 109 °F are degrees.
	const degrees = whole.length === 2 || (unit === "F" && Number(whole) < 110);
	return degrees ? Number(whole) * 10 : Number(whole);
}
