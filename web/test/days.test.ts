import assert from "node:assert/strict";
import { test } from "node:test";
import { isEarly, lastsUntil, passAt } from "../src/days";
import type { Pass } from "../src/renewal";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const pass = (notBefore: number, expires: number): Pass => ({ bytes: new Uint8Array(0), notBefore, expires, colour: "green", reasons: [] });
/** From 20:00 on the first day: a pass of 24 hours, and the passes of three days that end at midnight. */
const NOW = 20 * HOUR;
const held = [pass(NOW, NOW + DAY), ...[0, 1, 2].map((day) => pass(day * DAY, (day + 1) * DAY))];

test("the ordinary pass is shown while it is good, then that of the day, then none", () => {
	const at = (time: number): number => held.indexOf(passAt(held, time) as Pass);
	assert.deepEqual([at(NOW), at(NOW + DAY - 1), at(NOW + DAY), at(2 * DAY - 1), at(2 * DAY), at(3 * DAY - 1)], [0, 0, 2, 2, 3, 3]);
	assert.equal(passAt(held, 3 * DAY), undefined);
	assert.ok(!isEarly(held, 3 * DAY), "they have ended");
});

test("they last until the end of the last day that follows without a gap", () => {
	assert.equal(lastsUntil(held, NOW), 3 * DAY);
	assert.equal(lastsUntil([held[0]!, held[3]!], NOW), NOW + DAY, "a day is missing between them");
	assert.equal(lastsUntil([held[0]!], NOW), NOW + DAY);
	assert.equal(lastsUntil([], NOW), NOW);
});

test("a clock a little behind shows the pass; one far behind is wrong, not the pass", () => {
	const later = [pass(DAY, 2 * DAY)];
	assert.equal(passAt(later, DAY - 59_000), later[0]);
	assert.equal(passAt(later, DAY - 61_000), undefined);
	assert.ok(isEarly(later, DAY - 61_000));
});
