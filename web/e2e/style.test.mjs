// Every component of the stylesheet: nothing for axe to find, no sideways scrolling, a printed pass of the right size.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { bundle } from "../scripts/build.mjs";
import { axe, fits, launch, shot } from "./browser.mjs";

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {import("node:http").Server} */
let server;
let guide = "";

before(async () => {
	await bundle();
	server = createServer(async (request, response) => {
		const css = request.url?.endsWith(".css");
		const file = new URL(css ? "../dist/app.css" : "../dev/styleguide.html", import.meta.url);
		response.writeHead(200, { "content-type": css ? "text/css" : "text/html" }).end(await readFile(file));
	});
	await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
	const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
	guide = `http://127.0.0.1:${port}/dev/styleguide.html`;
	browser = await launch();
});
after(async () => {
	await browser.close();
	server.closeAllConnections();
	server.close();
});

const VIEWS = /** @type {const} */ ([
	["320", { viewport: { width: 320, height: 700 } }],
	["360", { viewport: { width: 360, height: 740 } }],
	["desktop", { viewport: { width: 1280, height: 900 } }],
	["zoom-200", { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 }],
	["forced-colours", { viewport: { width: 360, height: 740 }, forcedColors: "active" }],
]);

for (const [name, options] of VIEWS) {
	test(`the style guide at ${name}`, async () => {
		const context = await browser.newContext({ ...options, reducedMotion: "reduce" });
		const page = await context.newPage();
		await page.goto(guide);
		for (const dir of ["ltr", "rtl"]) {
			await page.evaluate((value) => (document.documentElement.dir = value), dir);
			await axe(page, `${name} ${dir}`);
			await fits(page, `${name} ${dir}`);
			await shot(page, `style-${name}-${dir}`);
		}
		await context.close();
	});
}

test("a column's name on a card is not broken inside a word at 360 px", async () => {
	const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
	const page = await context.newPage();
	await page.goto(guide);
	const heights = await page.evaluate(() => {
		const cell = (/** @type {string} */ name) => {
			const table = document.createElement("table");
			table.className = "cards";
			const row = table.createTBody().insertRow();
			const td = row.insertCell();
			td.dataset.label = name;
			td.textContent = "1";
			document.querySelector("main")?.append(table);
			return td.offsetHeight;
		};
		return [cell("Shifts"), cell("Temperatures")];
	});
	assert.equal(heights[1], heights[0]);
	await context.close();
});

test("what can be tapped on a phone is at least 44 px high; links in running text and lists excepted", async () => {
	const context = await browser.newContext({ viewport: { width: 320, height: 700 } });
	const page = await context.newPage();
	await page.goto(guide);
	const small = await page.evaluate(() =>
		[...document.querySelectorAll("button, a.button, .choice, input:not([type=radio], [type=checkbox]), select, textarea, .service")]
			.map((element) => ({ what: element.outerHTML.slice(0, 80), height: element.getBoundingClientRect().height }))
			.filter(({ height }) => height < 44),
	);
	assert.deepEqual(small, []);
	await context.close();
});

test("a still picture of the page differs from the living one: the mark moves, or blinks for those who asked for less motion", async () => {
	for (const reducedMotion of /** @type {const} */ (["no-preference", "reduce"])) {
		const context = await browser.newContext({ viewport: { width: 360, height: 740 }, reducedMotion });
		const page = await context.newPage();
		await page.goto(guide);
		const look = () =>
			page.locator(".mark i").first().evaluate((mark) => `${mark.getBoundingClientRect().left} ${getComputedStyle(mark).opacity}`);
		const seen = new Set();
		for (let at = 0; at < 12; at++) {
			seen.add(await look());
			await page.waitForTimeout(250);
		}
		assert.ok(seen.size >= 2, reducedMotion);
		const places = new Set([...seen].map((entry) => entry.split(" ")[0]));
		assert.equal(places.size > 1, reducedMotion === "no-preference", `${reducedMotion}: ${[...seen].join(", ")}`);
		await context.close();
	}
});

test("the printed pass is one A6 page with a code of at least 35 mm", async () => {
	const page = await browser.newPage();
	await page.goto(guide);
	await page.evaluate(() => document.querySelectorAll("main > :not(.pass-card)").forEach((element) => element.remove()));
	const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: false })).toString("latin1");
	const boxes = [...pdf.matchAll(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]/g)].map(([, width, height]) => [Number(width), Number(height)]);
	assert.equal(boxes.length, 1, `${boxes.length} pages`);
	const [[width, height] = []] = boxes;
	assert.ok(Math.abs((width ?? 0) / 72 * 25.4 - 105) < 1 && Math.abs((height ?? 0) / 72 * 25.4 - 148) < 1, `${width} x ${height} pt`);
	await page.emulateMedia({ media: "print" });
	const box = await page.locator(".pass-card .qr").boundingBox();
	const millimetres = ((box?.width ?? 0) / 96) * 25.4;
	// The smallest code with its quiet zone that may be printed: the modules alone are then (size - 8) / size of it.
	assert.ok(millimetres * (57 - 8) / 57 >= 35, `${millimetres} mm`);
	await page.close();
});
