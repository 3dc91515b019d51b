/** Which texts may be health codes at all, before anything is read: as `crates/credential/src/meant.rs` for pictures. */

const SHORT = /^[2-9A-HJKMNP-Z]{8}$/i;

const isOurs = (text: string): boolean => text.startsWith("TX1:");

/** Whether a text begins like a health code: ours, the national one's online form, a foreign credential, or a short code. */
export function isHealthCode(given: string, national = ""): boolean {
	const text = given.trim();
	if (isOurs(text) || (national !== "" && text.startsWith(national))) return true;
	if (/^(HC1:|SHC:\/|NZCP:\/)/i.test(text) || (text.startsWith("eyJ") && text.includes("."))) return true;
	return (text.startsWith("{") && text.includes('"icao.')) || SHORT.test(text.replace(/[ -]/g, ""));
}

/** Of several texts in one picture the one that is meant: the only pass of ours, or the only health code. */
export function meant(texts: readonly string[], national = ""): string | undefined {
	for (const rank of [isOurs, (text: string) => isHealthCode(text, national)]) {
		const found = texts.filter((text) => rank(text.trim()));
		if (found.length > 0) return found.length === 1 ? found[0] : undefined;
	}
	return undefined;
}

const EXACT = /^(TX1:|HC1:|NZCP:\/|shc:\/|eyJ|\{)/;
const swapped = (text: string): string => text.replace(/[a-z]/gi, (sign) => (sign < "a" ? sign.toLowerCase() : sign.toUpperCase()));

/**
 * What a keyboard scanner meant: some put an AIM identifier (`]Q1`) before the text, type full-width letters while Chinese
 * input is on, or swap the case under Caps Lock. A text that begins as it should is left as it is.
 */
export function asScanned(given: string, national = ""): string {
	const right = (text: string): boolean => isHealthCode(text, national) && (EXACT.test(text) || !/^(HC1|NZCP):/i.test(text));
	const bare = given.normalize("NFKC").trim().replace(/^\][a-z]\d/i, "");
	return [given, bare, swapped(bare)].find(right) ?? given;
}
