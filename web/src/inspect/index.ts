/**
 * The inspector's application: opens what the device keeps, puts the first screen on, and sees to the service worker.
 * What it knows is the core's (`core/`), what it looks like the screens'.
 */

import { browserEnv, openInspector } from "./core/index";
import { h, say } from "./dom";
import { onlyPage, type Tabs } from "./tab";
import { Ui } from "./ui";
import { registerWorker } from "../worker";

async function main(): Promise<void> {
	const root = document.getElementById("inspect");
	if (!root) return;
	try {
		await onlyPage(tabs(), () => root.replaceChildren(elsewhere()), () => location.reload());
		const core = await openInspector();
		const ui = new Ui(root, core);
		core.start();
		void warm();
		await register(root.dataset.worker ?? "/inspect-sw.js", ui);
	} catch (error) {
		// Without keys or storage of any kind there is nothing that this could do.
		root.replaceChildren(h("div", { class: "wrap" }, h("h1", {}, say("title")), h("p", { class: "notice bad" }, say("broken")), h("p", { class: "actions" }, h("a", { class: "button", href: "/check" }, say("without-link")))));
		throw error;
	}
}

/** Another page of the application works: this one goes on by itself once that is closed. */
const elsewhere = (): HTMLElement =>
	h("div", { class: "wrap elsewhere" }, h("h1", {}, say("title")), h("p", { class: "notice warn", role: "status" }, say("elsewhere")));

function tabs(): Tabs {
	const { locks, wall, random } = browserEnv();
	let storage: Storage | undefined;
	try {
		storage = localStorage;
	} catch {
		// Refused: nothing is shared with other pages.
	}
	return { locks, storage, id: String(random(8)).replace(/,/g, "."), now: wall };
}

/** Brings what comes up more seldom into memory, behind the first screen: no scan has to wait for it then. */
async function warm(): Promise<void> {
	await Promise.allSettled([import("../verify/foreign-readers"), import("./screens/apply"), import("./core/training")]);
}

/** The page opens without a network from the next time on. */
async function register(address: string, ui: Ui): Promise<void> {
	try {
		const { serviceWorker } = navigator;
		if (!serviceWorker) return;
		const controlled = serviceWorker.controller !== null;
		serviceWorker.addEventListener("controllerchange", () => {
			if (controlled) ui.newer = true;
		});
		const registration = await registerWorker(address, "/inspect");
		// A phone at a gate is never closed: it looks for a new version once an hour.
		setInterval(() => void registration.update().catch(() => undefined), 3_600_000);
		const { active } = await serviceWorker.ready;
		active?.postMessage({ language: document.documentElement.lang });
		document.documentElement.dataset.kept = "yes";
	} catch {
		// Workers are refused here: the application works while there is a network.
	}
}

void main();
