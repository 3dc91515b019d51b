/**
 * Points of the curves P-256 and P-384 (SEC 1, FIPS 186-5): whether one is on its curve, and y from x. WebCrypto
 * checks points differently from browser to browser, and few take the compressed form of a device key.
 */

import type { Bytes } from "../bytes";
import { hex } from "./encoding";
import { must } from "./refused";

export interface Curve {
	name: "P-256" | "P-384";
	hash: "SHA-256" | "SHA-384";
	/** Bytes of a coordinate. */
	size: number;
	/** The field's prime; it is 3 modulo 4. */
	p: bigint;
	/** y² = x³ − 3x + b */
	b: bigint;
}

const big = (value: string): bigint => BigInt(`0x${value}`);

// As constants of letters: `2n ** 256n` would not survive a build for browsers of 2020.
export const P256: Curve = {
	name: "P-256",
	hash: "SHA-256",
	size: 32,
	p: big("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"),
	b: big("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b"),
};

export const P384: Curve = {
	name: "P-384",
	hash: "SHA-384",
	size: 48,
	p: big("fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff"),
	b: big("b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef"),
};

const square = ({ p, b }: Curve, x: bigint): bigint => (((x * x - BigInt(3)) * x + b) % p + p) % p;

function power(base: bigint, exponent: bigint, p: bigint): bigint {
	let result = BigInt(1);
	for (const bit of exponent.toString(2)) {
		result = (result * result) % p;
		if (bit === "1") result = (result * base) % p;
	}
	return result;
}

/** The uncompressed form (0x04, x, y) of a point on the curve; anything else is refused. */
export function point(curve: Curve, x: Bytes, y: Bytes): Bytes {
	must(x.length === curve.size && y.length === curve.size);
	const [nx, ny] = [big(hex(x)), big(hex(y))];
	must(nx < curve.p && ny < curve.p && (ny * ny) % curve.p === square(curve, nx));
	return Uint8Array.of(4, ...x, ...y);
}

/** The same from x and whether y is odd (SEC 1 section 2.3.4). */
export function decompress(curve: Curve, x: Bytes, odd: boolean): Bytes {
	const nx = big(hex(x));
	must(nx < curve.p);
	let y = power(square(curve, nx), (curve.p + BigInt(1)) / BigInt(4), curve.p);
	if ((y % BigInt(2) === BigInt(1)) !== odd) y = curve.p - y;
	const digits = y.toString(16).padStart(curve.size * 2, "0");
	return point(curve, x, Uint8Array.from({ length: curve.size }, (_, at) => parseInt(digits.slice(at * 2, at * 2 + 2), 16)));
}
