import { launch } from "./browser.mjs";
import { readFileSync } from "node:fs";
const [,, out, width, columns, ...files] = process.argv;
const browser = await launch();
const page = await (await browser.newContext({ viewport: { width: Number(width) * Number(columns) + 8 * Number(columns), height: 800 } })).newPage();
const img = (f) => `<figure style="margin:2px;width:${width}px;display:inline-block;vertical-align:top;border:1px solid #888"><figcaption style="font:12px sans-serif">${f.split("/").slice(-2).join("/")}</figcaption><img style="width:${width}px" src="data:image/png;base64,${readFileSync(f).toString("base64")}"></figure>`;
await page.setContent(`<body style="margin:0">${files.map(img).join("")}`);
await page.screenshot({ path: out, fullPage: true });
await browser.close();
