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
