/** The scanner's library: what runs the wasm of zxing-cpp. A module of its own, which is loaded beside the first screen. */

export { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
