/** Base45 (RFC 9285): the alphabet of a QR code's alphanumeric mode, so that bytes take 8.25 bits each. */

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

export function toBase45(bytes: Uint8Array): string {
	let text = "";
	for (let at = 0; at < bytes.length; at += 2) {
		const first = bytes[at] ?? 0;
		const second = bytes[at + 1];
		let value = second === undefined ? first : first * 256 + second;
		for (let digits = second === undefined ? 2 : 3; digits > 0; digits--) {
			text += ALPHABET.charAt(value % 45);
			value = Math.floor(value / 45);
		}
	}
	return text;
}
