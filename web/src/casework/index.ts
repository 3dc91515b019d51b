/**
 * The page of an opening, in the officer's own browser: their unit's shares are fetched, opened with their key file,
 * and what is opened is handed in. Key file and passphrase never leave it.
 */

import { word, wordText } from "../words";
import { Cannot, type Why } from "./failure";
import { readKeyFile, Unlocked } from "./keyfile";
import { openRecords, openShares, type Outcome } from "./opening";

const form = document.getElementById("open-here") as HTMLFormElement | null;
const file = document.getElementById("key-file") as HTMLInputElement | null;
const passphrase = document.getElementById("passphrase") as HTMLInputElement | null;

/** How many lines could not be opened, of the opening with this address: said on the page that comes back. */
const LEFT = "tongxing-left ";

/** Which field a failure is about; all others are said below the form. */
const FIELD: Partial<Record<Why, string>> = {
	"no-file": "key-file", file: "key-file", lock: "key-file", unit: "key-file", day: "key-file", destroyed: "key-file", key: "key-file",
	"no-passphrase": "passphrase", passphrase: "passphrase",
};

function say(root: HTMLElement, name: string, slots: Record<string, string> = {}): void {
	const status = root.querySelector('[data-part="status"]');
	status?.replaceChildren(word(root, name, slots) ?? "");
}

function clear(root: HTMLElement): void {
	for (const field of root.querySelectorAll(".field")) {
		field.classList.remove("bad");
		field.querySelector("input")?.removeAttribute("aria-invalid");
		const error = field.querySelector<HTMLElement>(".error");
		if (error) error.hidden = true;
	}
	root.querySelector('[data-part="status"]')?.replaceChildren();
}

function fail(root: HTMLElement, error: unknown): void {
	const { why, slots } = error instanceof Cannot ? error : new Cannot("browser");
	const id = FIELD[why];
	const field = id === undefined ? null : root.querySelector(`[data-field="${id}"]`);
	const message = field?.querySelector<HTMLElement>(".error");
	if (!field || !message) return say(root, why, slots);
	field.classList.add("bad");
	message.replaceChildren(word(root, why, slots) ?? "");
	message.hidden = false;
	const input = field.querySelector("input");
	input?.setAttribute("aria-invalid", "true");
	input?.focus();
	root.querySelector('[data-part="status"]')?.replaceChildren();
}

async function request(url: string, options: RequestInit = {}): Promise<Response> {
	const answer = await fetch(url, { credentials: "same-origin", cache: "no-store", ...options }).catch(() => Promise.reject(new Cannot("network")));
	if (answer.status >= 500) throw new Cannot("network");
	if (!answer.ok) throw new Cannot("refused");
	return answer;
}

/** A file of the opening; a page in its place means that the session has ended, or that something stands in the way. */
async function fetched(url: string): Promise<string> {
	const answer = await request(url);
	if (!answer.headers.get("content-type")?.startsWith("application/x-ndjson")) throw new Cannot("refused");
	return answer.text();
}

async function handIn(url: string, csrf: string, { lines }: Outcome): Promise<void> {
	const body = new FormData();
	// The server reads nothing before the token.
	body.append("csrf", csrf);
	body.append("file", new Blob([lines.join("\n")], { type: "application/x-ndjson" }), "opened.jsonl");
	await request(url, { method: "POST", body });
}

async function open(root: HTMLFormElement): Promise<void> {
	const { files = "", target = "", csrf = "" } = root.dataset;
	const chosen = file?.files?.[0];
	if (!chosen) throw new Cannot("no-file");
	const secret = passphrase?.value ?? "";
	if (secret === "") throw new Cannot("no-passphrase");
	const keys = readKeyFile(await chosen.text());
	say(root, "unlocking");
	// The words come to the screen before the work, which takes all of the browser.
	await new Promise((done) => setTimeout(done, 50));
	const unlocked = await Unlocked.open(keys, secret);
	say(root, "fetching");
	const wrapped = await fetched(`${files}/shares`);
	const shown = (name: string) => (done: number, of: number) => say(root, name, { done: String(done), of: String(of) });
	const shares = await openShares(wrapped, unlocked, shown("opening"));
	if (shares.lines.length === 0) throw new Cannot("empty");
	let outcome = shares;
	if (target === "visits") {
		const [theirs, records] = [await fetched(`${files}/opened`), await fetched(`${files}/records`)];
		outcome = await openRecords(shares.lines, theirs, records, shown("records"));
		if (outcome.lines.length === 0) throw new Cannot("empty");
	}
	say(root, "sending");
	await handIn(`${files}/${target}`, csrf, outcome);
	if (outcome.left > 0) sessionStorage.setItem(LEFT + files, String(outcome.left));
	location.assign(files);
}

function begin(root: HTMLFormElement): void {
	root.hidden = false;
	const key = LEFT + (root.dataset.files ?? "");
	const left = sessionStorage.getItem(key);
	if (left) {
		sessionStorage.removeItem(key);
		say(root, "left", { count: left });
	}
	let busy = false;
	root.addEventListener("submit", (event) => {
		event.preventDefault();
		if (busy) return;
		busy = true;
		clear(root);
		void open(root)
			.catch((error: unknown) => fail(root, error))
			.finally(() => (busy = false));
	});
}

// Where WebCrypto is missing (a page that is not secure, an old browser) the files and the command line are left.
if (form && typeof crypto !== "undefined" && crypto.subtle && typeof WebAssembly === "object") begin(form);
else if (form) {
	const note = document.createElement("p");
	note.className = "notice warn";
	note.textContent = wordText(form, "browser");
	form.before(note);
}
