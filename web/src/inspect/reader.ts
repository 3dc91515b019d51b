/** The scanner's library: what runs the wasm of zxing-cpp. A script of its own, which the shell loads before the application. */

import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

export interface Reader {
	prepareZXingModule: typeof prepareZXingModule;
	readBarcodes: typeof readBarcodes;
}

Object.assign(globalThis, { tongxingReader: { prepareZXingModule, readBarcodes } satisfies Reader });
