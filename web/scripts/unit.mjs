// Bundles the unit tests (Node 20 reads no TypeScript) and runs them with Node's own runner.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";

const web = new URL("../", import.meta.url).pathname;
const outdir = `${web}.test`;
rmSync(outdir, { recursive: true, force: true });
const tests = readdirSync(`${web}test`).filter((name) => name.endsWith(".test.ts"));
await build({
	entryPoints: tests.map((name) => `${web}test/${name}`),
	bundle: true, format: "esm", platform: "node", target: "node20", outdir, outExtension: { ".js": ".mjs" }, sourcemap: "inline", logLevel: "warning",
});
const files = tests.map((name) => `${outdir}/${name.replace(/\.ts$/, ".mjs")}`);
process.exitCode = spawnSync(process.execPath, ["--enable-source-maps", "--test", "--test-reporter=spec", ...files], { stdio: "inherit", cwd: web }).status ?? 1;
