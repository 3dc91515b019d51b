/**
 * The inspector's page with a hardware scanner, a clipboard, or a photo. Everything works without this script; it
 * spares the inspector taps. Markup: README.md.
 */

/** Photos above this are drawn smaller before sending: gates have bad networks. */
const LARGE = 1_500_000;
const LONG_SIDE = 2048;

function scanner(form: HTMLFormElement, field: HTMLInputElement | HTMLTextAreaElement): void {
	// A scanner is a keyboard. On a phone a focused field would throw up the keyboard over the verdict.
	const pointer = matchMedia("(hover: hover) and (pointer: fine)").matches;
	const focus = (): void => field.focus({ preventScroll: true });
	let sent = false;
	if (pointer) focus();
	addEventListener("pageshow", () => {
		sent = false;
		if (pointer) focus();
	});
	const send = (): void => {
		if (field.value.trim() !== "" && !sent) form.requestSubmit();
	};
	// Keys that arrive while nothing has the focus are a scan that began too early: the field gets the first one too.
	document.addEventListener("keydown", (event) => {
		const free = document.activeElement === document.body || document.activeElement === null || document.activeElement.matches("main, h1");
		if (free && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
			field.value = "";
			focus();
		}
		if (event.key === "Escape") {
			field.value = "";
			focus();
		}
	});
	field.addEventListener("keydown", (event) => {
		if ((event as KeyboardEvent).key !== "Enter" || (event as KeyboardEvent).isComposing) return;
		// Always prevented: many scanners send two line ends, and an empty form would wipe the verdict.
		event.preventDefault();
		send();
	});
	form.addEventListener("submit", (event) => {
		if (sent) event.preventDefault();
		sent = true;
		// A page that never came (no network) must not lock the scanner.
		setTimeout(() => (sent = false), 5000);
	});
}

function paste(form: HTMLFormElement, field: HTMLInputElement | HTMLTextAreaElement, button: HTMLButtonElement): void {
	if (!navigator.clipboard || !("readText" in navigator.clipboard)) return;
	button.hidden = false;
	button.addEventListener("click", () => {
		navigator.clipboard.readText().then(
			(text) => {
				field.value = text.trim();
				if (field.value !== "") form.requestSubmit();
				else field.focus();
			},
			() => field.focus(),
		);
	});
}

/** The photo no larger than a code needs; the photo itself when the browser cannot. */
async function shrink(photo: File): Promise<File> {
	const image = await createImageBitmap(photo);
	const scale = Math.min(1, LONG_SIDE / Math.max(image.width, image.height));
	const canvas = document.createElement("canvas");
	canvas.width = Math.round(image.width * scale);
	canvas.height = Math.round(image.height * scale);
	canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
	image.close();
	const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.9));
	return blob && blob.size < photo.size ? new File([blob], "photo.jpg", { type: "image/jpeg" }) : photo;
}

function photo(input: HTMLInputElement, typed: HTMLInputElement | HTMLTextAreaElement | null): void {
	// A browser that goes back brings the last person's photo with it.
	addEventListener("pageshow", () => (input.value = ""));
	input.addEventListener("change", () => {
		const file = input.files?.[0];
		if (!file) return;
		// What was typed before is not meant any more.
		if (typed) typed.value = "";
		const small = file.size > LARGE ? shrink(file) : Promise.resolve(file);
		small
			.then((ready) => {
				if (ready === file) return;
				const transfer = new DataTransfer();
				transfer.items.add(ready);
				input.files = transfer.files;
			})
			.catch(() => undefined)
			.finally(() => input.form?.requestSubmit());
	});
}

function main(): void {
	for (const form of document.querySelectorAll<HTMLFormElement>("form[data-check]")) {
		const field = form.querySelector<HTMLInputElement | HTMLTextAreaElement>("[data-scan]");
		const button = form.querySelector<HTMLButtonElement>("button[data-paste]");
		if (field) scanner(form, field);
		if (field && button) paste(form, field, button);
		for (const input of form.querySelectorAll<HTMLInputElement>("input[type=file][data-photo]")) photo(input, field);
	}
}

main();
