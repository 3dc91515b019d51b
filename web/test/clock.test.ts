import assert from "node:assert/strict";
import { test } from "node:test";
import { compareReadings, MAX_ROUND_TRIP, measureOffset } from "../src/clock";

test("the offset is the server's time less the middle of the exchange", () => {
	assert.equal(measureOffset(1_000_500, 1_000_000, 1_001_000), 0);
	// A phone seven minutes ahead.
	assert.equal(measureOffset(1_000_000, 1_420_000, 1_420_400), -420_200);
	assert.equal(measureOffset(1_000_000.4, 400_000, 400_000), 600_000);
});

test("a slow exchange does not replace a measured offset, but is better than none", () => {
	const asked = 1_000_000;
	const slow = asked + MAX_ROUND_TRIP + 1;
	assert.equal(measureOffset(2_000_000, asked, slow, 77), 77);
	assert.notEqual(measureOffset(2_000_000, asked, slow), 77);
	assert.equal(measureOffset(1_000_100, asked, asked + 200, 77), 0);
});

test("an exchange during which the clock was set back does not replace a measured offset", () => {
	assert.equal(measureOffset(2_000_000, 1_000_000, 900_000, 5), 5);
});

test("a clock set back is corrected, one that ran ahead is doubted", () => {
	const before = { wall: 1_000_000, steady: 500 };
	assert.deepEqual(compareReadings(before, { wall: 1_001_000, steady: 1_500 }), { correction: 0, doubtful: false });
	assert.deepEqual(compareReadings(before, { wall: 1_001_900, steady: 1_500 }), { correction: 0, doubtful: false });
	assert.deepEqual(compareReadings(before, { wall: 701_000, steady: 1_500 }), { correction: 300_000, doubtful: true });
	assert.deepEqual(compareReadings(before, { wall: 1_301_000, steady: 1_500 }), { correction: 0, doubtful: true });
});
