// Browsers that lack something, as the web views of Alipay, WeChat and iOS do: what still works does, and the page says in
// plain words what does not and what to do. What is lacking is taken away before the page runs; nobody's name is asked.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, DESKTOP, fits, launch, PHONE, readQr, shot, watchedPage } from "./browser.mjs";
import { serve } from "./fixture.mjs";

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof serve>>} */
let site;

before(async () => {
	browser = await launch();
	site = await serve();
});
after(async () => {
	await browser?.close();
	await site?.stop();
});

/** What a web view may lack, and how. @type {Record<string, () => void>} */
const NOT_KEPT = {
	"no service worker": () => {
		Reflect.deleteProperty(Navigator.prototype, "serviceWorker");
	},
	"a service worker that is refused by throwing": () => {
		Object.defineProperty(Navigator.prototype, "serviceWorker", {
			get() {
				throw new DOMException("no", "SecurityError");
			},
		});
	},
	"a service worker that may not be registered": () => {
		ServiceWorkerContainer.prototype.register = () => Promise.reject(new DOMException("no", "SecurityError"));
	},
	"no storage": () => {
		Object.defineProperty(window, "indexedDB", { value: undefined });
	},
	"storage that is refused": () => {
		IDBFactory.prototype.open = () => {
			throw new DOMException("no", "SecurityError");
		};
	},
	"storage that never answers": () => {
		IDBFactory.prototype.open = () => /** @type {IDBOpenDBRequest} */ (Object.assign(new EventTarget(), { readyState: "pending" }));
	},
	"storage that takes no keys": () => {
		IDBObjectStore.prototype.put = () => {
			throw new DOMException("no", "DataCloneError");
		};
	},
	"no storage and no service worker": () => {
		Object.defineProperty(window, "indexedDB", { value: undefined });
		Reflect.deleteProperty(Navigator.prototype, "serviceWorker");
		Reflect.deleteProperty(window, "caches");
	},
};

const NO_KEYS = /** @type {Record<string, () => void>} */ ({
	"no WebCrypto": () => {
		Object.defineProperty(crypto, "subtle", { value: undefined });
	},
	"no keys that stay in the phone": () => {
		const refuse = () => Promise.reject(new DOMException("no", "NotSupportedError"));
		Object.defineProperty(crypto.subtle, "generateKey", { value: refuse });
	},
});

/** @param {import("playwright-core").BrowserContextOptions} options @param {() => void} [without] */
async function opened(options, without) {
	const context = await browser.newContext({ ...PHONE, ...options });
	if (without) await context.addInitScript(without);
	const { page, problems } = await watchedPage(context);
	await page.goto(`${site.origin}/my-code`);
	const part = (/** @type {string} */ name) => page.locator(`[data-part="${name}"]`);
	return { context, page, problems, part };
}

test("a browser that lacks nothing is told nothing", async () => {
	const { context, page, problems, part } = await opened({});
	await page.locator("svg.qr path").waitFor();
	assert.equal(await part("ability").innerText(), "");
	assert.match(await part("life").innerText(), /Works without the internet until/);
	await page.waitForTimeout(4_500);
	assert.equal(await part("ability").innerText(), "");
	assert.deepEqual(problems, []);
	await context.close();
});

for (const [what, without] of Object.entries(NOT_KEPT)) {
	test(`${what}: the code works while the page is open, and the page says how to keep it`, async () => {
		const { context, page, problems, part } = await opened({}, without);
		await page.locator("svg.qr path").waitFor();
		const [text] = await readQr(await page.screenshot());
		assert.ok(text?.startsWith("TX1:"));
		await part("ability").getByText("This app cannot keep your code").waitFor();
		assert.equal(await part("ability").locator('a[href="/my-code/print"]').count(), 1);
		assert.equal(await part("ability").locator("bdi").innerText(), `${new URL(site.origin).host}/recover`);
		await part("life").getByText("as long as this page stays open").waitFor();
		assert.doesNotMatch(await page.locator("main").innerText(), /without the internet until/i, "nothing is promised that cannot be kept");
		assert.match(await part("announce").innerText(), /at the top of this page.*as long as this page stays open/);
		await axe(page, what);
		await fits(page, what);
		await context.setOffline(true);
		await page.evaluate(() => dispatchEvent(new Event("online")));
		await part("notice").getByText("Do not close this page").waitFor();
		assert.equal(await page.locator("svg.qr").count(), 1);
		assert.deepEqual(problems, []);
		await context.close();
	});
}

test("workers blocked by the browser's own switch: the same words", async () => {
	const { context, page, part } = await opened({ serviceWorkers: "block" });
	await page.locator("svg.qr path").waitFor();
	await part("ability").getByText("This app cannot keep your code").waitFor();
	await context.close();
});

for (const [what, without] of Object.entries(NO_KEYS)) {
	test(`${what}: no code, and the way to the printed pass`, async () => {
		const { context, page, problems, part } = await opened({}, without);
		await part("ability").getByText("This app cannot make the code").waitFor();
		assert.equal(await part("ability").locator('a[href="/my-code/print"]').count(), 1);
		assert.equal(await page.locator("svg.qr").count(), 0);
		await axe(page, what);
		assert.deepEqual(problems, []);
		await context.close();
	});
}

test("a script that does not load, or that the app is too old for: the way to the printed pass appears by itself", async () => {
	for (const answer of ["nothing", "class { syntax of tomorrow"]) {
		const context = await browser.newContext({ ...PHONE, serviceWorkers: "block" });
		await context.route("**/assets/my-code.js*", (route) => (answer === "nothing" ? route.abort() : route.fulfill({ body: answer, contentType: "text/javascript" })));
		const page = await context.newPage();
		await page.goto(`${site.origin}/my-code`);
		const link = page.locator('[data-part=ability] a[href="/my-code/print"]');
		assert.equal(await link.isVisible(), false, "not before the script had its time");
		await link.waitFor({ timeout: 8_000 });
		await axe(page, "no script has come");
		await context.close();
	}
	const context = await browser.newContext({ ...PHONE, javaScriptEnabled: false });
	const page = await context.newPage();
	await page.goto(`${site.origin}/my-code`);
	assert.ok(await page.locator('[data-part=ability] a[href="/my-code/print"]').isVisible(), "at once where scripts are off");
	await context.close();
});

test("the code fits the screen and is read off it on small, zoomed and lying screens, in chosen colours and from right to left", async () => {
	const screens = [[320, 640], [640, 450], [640, 360], [740, 360], [320, 256], [DESKTOP.viewport.width, DESKTOP.viewport.height]];
	for (const [width = 0, height = 0] of screens) {
		const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: 2, forcedColors: width === 640 ? "active" : "none" });
		const { page, problems } = await watchedPage(context);
		await page.goto(`${site.origin}/my-code`);
		await page.locator("svg.qr path").waitFor();
		for (const dir of ["ltr", "rtl"]) {
			await page.evaluate((value) => (document.documentElement.dir = value), dir);
			const what = `the code at ${width} by ${height}, ${dir}`;
			await fits(page, what);
			await page.locator("svg.qr").evaluate((picture) => picture.scrollIntoView({ block: "center" }));
			const box = await page.locator("svg.qr").boundingBox();
			assert.ok(box && box.width <= width && box.height <= height && box.x >= 0 && box.y >= 0, `${what}: ${JSON.stringify(box)}`);
			assert.equal((await readQr(await page.screenshot())).length, 1, what);
			if (width === 640) {
				const sign = page.locator(".code-head .sign");
				const colours = await page.locator(".code-box").evaluate((element) => [getComputedStyle(element).backgroundColor, getComputedStyle(element.querySelector("path") ?? element).fill]);
				assert.deepEqual(colours, ["rgb(255, 255, 255)", "rgb(0, 0, 0)"], "black on white whatever colours were chosen");
				assert.match(await sign.evaluate((element) => getComputedStyle(element).backgroundImage), /svg/, "the shape stays");
				assert.equal(await page.locator("#colour").innerText(), "Green", "and so does the word");
			}
			await shot(page, `code-${width}-${height}-${dir}`, false);
		}
		assert.deepEqual(problems, []);
		await context.close();
	}
});

test("for screen readers: a picture with a name, said once, and nothing said by the seconds", async () => {
	const context = await browser.newContext(PHONE);
	const { page, problems } = await watchedPage(context);
	await page.addInitScript(() => {
		Object.assign(window, { said: [] });
		addEventListener("DOMContentLoaded", () => {
			for (const region of document.querySelectorAll("[role=status], [role=alert], [aria-live]")) {
				new MutationObserver(() => {
					const words = region.textContent?.trim();
					if (words) /** @type {Window & {said: string[]}} */ (/** @type {unknown} */ (window)).said.push(words);
				}).observe(region, { childList: true, subtree: true, characterData: true });
			}
		});
	});
	await page.clock.install({ time: Date.now() });
	await page.goto(`${site.origin}/my-code`);
	await page.locator("svg.qr path").waitFor();
	await page.clock.runFor(10 * 60_000);
	const said = await page.evaluate(() => /** @type {Window & {said: string[]}} */ (/** @type {unknown} */ (window)).said);
	const news = said.filter((words) => !/Making your code/.test(words));
	assert.equal(news.length, 1, `in ten minutes: ${JSON.stringify(said)}`);
	assert.match(news[0] ?? "", /^Your code is at the top of this page\. It works until .+\.$/);
	const picture = page.getByRole("img", { name: /Your health code for the inspector to scan, good until .+\d/ });
	assert.equal(await picture.count(), 1);
	assert.equal(await page.locator("[aria-hidden=true]:has(svg.qr)").count(), 0);
	const order = await page.evaluate(() => {
		const found = [...document.querySelectorAll("a[href], button, input, select, textarea, [tabindex]")];
		return found.filter((element) => /** @type {HTMLElement} */ (element).tabIndex > 0).length;
	});
	assert.equal(order, 0, "the focus goes as the page reads");
	assert.deepEqual(problems, []);
	await context.close();
});
