// Builds web/dist. Names are stable: the server addresses each asset by its content (`?v=<hash>`).
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const web = new URL("../", import.meta.url);
/** @param {string} path */
const at = (path) => new URL(path, web).pathname;
// Phones of 2020: what is newer (`:has`, wake lock) only adds.
const target = ["es2020", "chrome87", "firefox78", "safari14.1"];

/** The worker of the code page is new whenever one of these is. */
const SHELL = ["app.css", "my-code.js", "icon.svg", "manifest.webmanifest"];

/** The same for the worker of the diary. */
const DIARY = ["app.css", "visit.js"];

/** The same for the worker of the inspector's application. */
const INSPECT = ["inspect.css", "inspect.js", "icon-inspect.svg", "inspect.webmanifest", "zxing_reader.wasm"];

/** What the inspector's application loads behind its first screen: the modules that it imports by `import()`. */
const PARTS = {
	"inspect-reader": "src/inspect/reader.ts",
	"inspect-foreign": "src/verify/foreign-readers.ts",
	"inspect-apply": "src/inspect/screens/apply.ts",
	"inspect-training": "src/inspect/core/training.ts",
};

/**
 * Builds, and writes only what differs: the server embeds these files, and a new time of an old content would have
 * it compiled again.
 */
export async function bundle(outdir = at("dist")) {
	const fresh = await mkdtemp(join(tmpdir(), "web-dist-"));
	try {
		await make(fresh);
		await mkdir(outdir, { recursive: true });
		const files = await listed(fresh);
		for (const gone of (await listed(outdir)).filter((name) => !files.includes(name))) await rm(join(outdir, gone));
		for (const name of files) {
			const made = await readFile(join(fresh, name));
			const there = await readFile(join(outdir, name)).catch(() => undefined);
			if (there?.equals(made)) continue;
			await mkdir(dirname(join(outdir, name)), { recursive: true });
			await writeFile(join(outdir, name), made);
		}
	} finally {
		await rm(fresh, { recursive: true, force: true });
	}
	return outdir;
}

/** The files under a folder. @param {string} folder */
async function listed(folder) {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1));
}

/** @param {string} outdir */
async function make(outdir) {
	await cp(at("static"), outdir, { recursive: true });
	/** @type {import("esbuild").BuildOptions} */
	const options = { bundle: true, minify: true, target, outdir, logLevel: "warning", legalComments: "none", charset: "utf8" };
	await build({ ...options, format: "iife", entryPoints: [at("src/app.css"), at("src/my-code.ts"), at("src/check.ts"), at("src/reports.ts"), at("src/visit.ts"), at("src/fresh.ts"), at("src/donate.ts")] });
	// Loaded by the two officers who open visits, and by nobody else: argon2id in it is a third of all.
	await build({ ...options, format: "iife", entryPoints: { casework: at("src/casework/index.ts") } });
	// The scanner's wasm is a file of its own, served by us: its library would ask a network of others for it.
	await cp(at("node_modules/zxing-wasm/dist/reader/zxing_reader.wasm"), `${outdir}/zxing_reader.wasm`);
	const entryPoints = Object.fromEntries(Object.entries(PARTS).map(([name, path]) => [name, at(path)]));
	await build({ ...options, format: "esm", entryPoints });
	const parts = await addresses(outdir);
	await build({ ...options, format: "iife", entryPoints: { inspect: at("src/inspect/index.ts"), door: at("src/door.ts") }, plugins: [apart(parts)] });
	await build({ ...options, entryPoints: [at("src/inspect/inspect.css")] });
	await worker(options, "sw", SHELL);
	await worker(options, "diary-sw", DIARY);
	await worker(options, "inspect-sw", [...INSPECT, ...Object.keys(PARTS).map((name) => `${name}.js`)], { __PARTS__: JSON.stringify([...parts.values()]) });
	await build({ ...options, format: "esm", entryPoints: { verify: at("src/verify/index.ts") } });
	// The licences of the libraries inside ask for their notices to travel along.
	const notices = [["hash-wasm, in casework.js", "hash-wasm/LICENSE"], ["lean-qr, in my-code.js and inspect-apply.js", "lean-qr/LICENSE"], ["zxing-wasm, in inspect-reader.js, with zxing-cpp (Apache License 2.0) in zxing_reader.wasm", "zxing-wasm/LICENSE"]];
	const texts = await Promise.all(notices.map(async ([what, path]) => `${what}\n\n${await readFile(at(`node_modules/${path}`), "utf8")}`));
	await writeFile(`${outdir}/licenses.txt`, texts.join("\n\n"));
}

/** Where the server has each part, by its source: named by its content, as the server names every asset. @param {string} outdir */
async function addresses(outdir) {
	const found = /** @type {Map<string, string>} */ (new Map());
	for (const [name, path] of Object.entries(PARTS)) {
		const hash = createHash("sha256").update(await readFile(`${outdir}/${name}.js`)).digest("hex").slice(0, 8);
		found.set(at(path), `/assets/${name}.js?v=${hash}`);
	}
	return found;
}

/**
 * Leaves what is imported by `import()` where it is, and has the browser fetch it from there.
 * @param {Map<string, string>} parts @returns {import("esbuild").Plugin}
 */
const apart = (parts) => ({
	name: "apart",
	setup(build) {
		build.onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
			if (kind !== "dynamic-import") return undefined;
			const address = parts.get(`${join(resolveDir, path)}.ts`);
			return address ? { path: address, external: true } : { errors: [{ text: `${path} is not among the parts of scripts/build.mjs` }] };
		});
	},
});

/**
 * A service worker, which is another one whenever one of the files that it keeps is.
 * @param {import("esbuild").BuildOptions} options @param {string} name @param {string[]} keeps
 * @param {Record<string, string>} [define]
 */
async function worker(options, name, keeps, define = {}) {
	const hash = createHash("sha256");
	for (const file of keeps) hash.update(await readFile(`${options.outdir}/${file}`));
	const version = hash.digest("hex").slice(0, 12);
	await build({ ...options, format: "iife", entryPoints: [at(`src/${name}.ts`)], define: { ...define, __VERSION__: JSON.stringify(version) } });
}

if (process.argv[1] === new URL(import.meta.url).pathname) await bundle();
