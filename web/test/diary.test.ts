import assert from "node:assert/strict";
import { test } from "node:test";
import { enter, isEditable, lastTime, leave, leftAt, tidy, without, type Visit } from "../src/visit/diary";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** 2026-11-24, 14:20 in Shanghai. */
const NOW = Date.UTC(2026, 10, 24, 6, 20);

const person = (tag: string): Visit["people"][number] => ({ tag, name: tag, leave: `token-${tag}` });
const visit = (id: string, location: string, entered: number, tags = [""]): Visit => ({
	id, location, entered, place: "江城市场", other: "River Market", left: null, until: entered + HOUR, note: "", people: tags.map(person),
});
const of = (visits: readonly Visit[]): unknown[] => visits.map(({ location, left, people, exit }) => [location, left, people.map(({ tag }) => tag).join("+"), exit?.at]);

test("whoever enters elsewhere has left where they were, and the exit waits to be sent", () => {
	const first = enter([], visit("1", "market", NOW));
	const both = enter(first, visit("2", "museum", NOW + 20 * MINUTE));
	assert.deepEqual(of(both), [["market", NOW + 20 * MINUTE, "", NOW + 20 * MINUTE], ["museum", null, "", undefined]]);
	assert.match(both[0]?.exit?.ids[0] ?? "", /^[\w-]{22}$/);
});

test("of several people only those leave who enter elsewhere", () => {
	const first = enter([], visit("1", "market", NOW, ["", "lena", "oma"]));
	const both = enter(first, visit("2", "museum", NOW + 20 * MINUTE, ["lena"]));
	assert.deepEqual(of(both), [["market", null, "+oma", undefined], ["market", NOW + 20 * MINUTE, "lena", NOW + 20 * MINUTE], ["museum", null, "lena", undefined]]);
	assert.equal(new Set(both.map(({ id }) => id)).size, 3);
	assert.deepEqual(of(leave(both, "market", ["", "oma"], NOW + 30 * MINUTE))[0], ["market", NOW + 30 * MINUTE, "+oma", undefined]);
});

test("two scans within two minutes are one, with the newer tokens; later ones are two", () => {
	const first = [{ ...visit("1", "market", NOW), note: "with Kim" }];
	const same = enter(first, { ...visit("2", "market", NOW + 119_000), people: [{ ...person(""), leave: "newer" }] });
	assert.deepEqual(same.map(({ id, note, people }) => [id, note, people[0]?.leave]), [["1", "with Kim", "newer"]]);
	assert.equal(enter(first, visit("2", "market", NOW + 120_000)).length, 2);
	assert.equal(enter(first, visit("2", "museum", NOW + 1000)).length, 2);
});

test("a visit ends by itself after the usual stay, goes after 14 days, and nothing is sent that the server does not take", () => {
	const open = [visit("1", "market", NOW)];
	assert.equal(tidy(open, NOW + HOUR - 1)[0]?.left, null);
	const ended = tidy(open, NOW + HOUR)[0];
	assert.deepEqual([ended?.left, ended?.auto, ended?.exit?.at], [NOW + HOUR, true, NOW + HOUR]);
	const late = tidy(open, NOW + HOUR + DAY)[0];
	assert.deepEqual([late?.left, late?.exit], [NOW + HOUR, undefined]);
	assert.equal(tidy(open, NOW + 14 * DAY - 1).length, 1);
	assert.equal(tidy(open, NOW + 14 * DAY).length, 0);
});

test("when somebody left can be corrected for 24 hours, to a time at which they can have left", () => {
	const [ended] = tidy([visit("1", "market", NOW)], NOW + 2 * HOUR);
	assert.ok(ended);
	const changed = leftAt(ended, NOW + 30 * MINUTE, NOW + 2 * HOUR);
	assert.deepEqual([changed?.left, changed?.auto, changed?.exit?.at], [NOW + 30 * MINUTE, undefined, NOW + 30 * MINUTE]);
	assert.notEqual(changed?.exit?.ids[0], ended.exit?.ids[0], "another exit, another number");
	assert.equal(changed?.exit?.corrects, undefined, "the server has none yet");
	// Once the server has an exit, the next is a correction, and so is what replaces that.
	const sent = without(ended);
	const corrected = leftAt(sent, NOW + 20 * MINUTE, NOW + 2 * HOUR);
	assert.equal(corrected?.exit?.corrects, true);
	assert.equal(corrected && leftAt(corrected, NOW + 10 * MINUTE, NOW + 2 * HOUR)?.exit?.corrects, true);
	assert.equal(leftAt(visit("2", "museum", NOW), NOW + MINUTE, NOW + HOUR)?.exit?.corrects, undefined, "whoever is inside leaves");
	for (const never of [NOW - 1, NOW + 2 * HOUR + 1, Number.NaN]) assert.equal(leftAt(ended, never, NOW + 2 * HOUR), undefined);
	assert.ok(isEditable(ended, NOW + HOUR + DAY - 1));
	assert.ok(!isEditable(ended, NOW + HOUR + DAY));
});

test("a time on the clock is the last such moment in Shanghai, over midnight too", () => {
	assert.equal(lastTime("14:20", NOW), NOW);
	assert.equal(lastTime("14:21", NOW), NOW + MINUTE - DAY);
	assert.equal(lastTime("23:50", Date.UTC(2026, 10, 24, 16, 5)), Date.UTC(2026, 10, 24, 15, 50));
	assert.ok(Number.isNaN(lastTime("", NOW)));
});
