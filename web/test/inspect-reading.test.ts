import assert from "node:assert/strict";
import { test } from "node:test";
import { celsius, parseReading, type Unit } from "../src/inspect/core/reading";
import { lastFour } from "../src/inspect/core/person";

const LIMITS = { lowest: 340, highest: 430 };
const tenths = (typed: string, unit: Unit = "C") => {
	const parsed = parseReading(typed, unit, LIMITS);
	return parsed.kind === "reading" ? parsed.tenths : parsed.kind;
};

test("readings as thumbs type them", () => {
	for (const typed of ["37.3", "37,3", " 37.3 ", "373", "37.3°C", "37.3 c", "３７．３", "37.3℃", "37。3", "37，3", "99.1F", "99.1 °F", "37.3°"]) assert.equal(tenths(typed), 373, typed);
	assert.equal(tenths("37"), 370);
	assert.equal(tenths("34.0"), 340);
	assert.equal(tenths("43.0"), 430);
	assert.equal(tenths("33.9"), "low");
	assert.equal(tenths("43.1"), "high");
	assert.equal(tenths(""), "empty");
	for (const typed of ["37.30", "3.73", "37.", ".3", "-37", "37.3.1", "abc", "1e2", "37 3 5"]) assert.notEqual(typeof tenths(typed), "number", typed);
});

test("Fahrenheit becomes Celsius, to the nearest tenth and halves up", () => {
	assert.equal(tenths("98.6", "F"), 370);
	assert.equal(tenths("99.1", "F"), 373);
	assert.equal(tenths("991", "F"), 373);
	assert.equal(tenths("100", "F"), 378);
	assert.equal(tenths("1004", "F"), 380);
	assert.equal(tenths("1004"), "not_a_number");
	assert.equal(tenths("36.6F"), "low", "36.6 °F is nobody's temperature");
	assert.equal(tenths("37.3C", "F"), 373);
	assert.equal(tenths("100.4", "F"), 380);
	assert.equal(tenths("37.3", "F"), "low");
	for (let fahrenheit = 932; fahrenheit <= 1094; fahrenheit++) {
		const exact = ((fahrenheit - 320) * 5) / 9;
		assert.equal(celsius(fahrenheit), Math.floor(exact + 0.5 + 1e-9), `${fahrenheit}`);
	}
	// A tenth of a degree Celsius has a Fahrenheit reading that gives it: nobody is rounded out of reach of the threshold.
	assert.ok([...Array(163).keys()].some((at) => celsius(932 + at) === 373));
});

test("the last four characters of a number", () => {
	assert.equal(lastFour("l898902c3"), "02C3");
	assert.equal(lastFour("c3"), "C3");
	assert.equal(lastFour("H 0123-4567"), "4567");
	assert.equal(lastFour("１２３４５"), "2345");
	assert.equal(lastFour("--"), "");
});
