/** Pictures to the text of the one code in them: by the browser where it can, else by the wasm that we serve. */

import type { ReaderOptions } from "zxing-wasm/reader";
import { meant } from "./core/index";

/** The library that runs the wasm: a module of its own (`reader.ts`), so that the first screen need not wait for it. */
type Reader = typeof import("./reader");

interface Detected { rawValue: string; boundingBox: DOMRectReadOnly }
interface Detector { detect(source: CanvasImageSource): Promise<Detected[]> }
interface DetectorClass { new (options: { formats: string[] }): Detector; getSupportedFormats(): Promise<string[]> }

/** What was found: one text (of several the one that is a health code), none, or several of which nobody knows which one is meant. */
export type Found = { text: string } | "none" | "several";

const CAMERA: ReaderOptions = { formats: ["QRCode"], tryHarder: true, tryRotate: false, tryInvert: false, maxNumberOfSymbols: 3 };
/** A photo is looked at longer: it is one, and somebody waits for it. */
const PHOTO: ReaderOptions = { ...CAMERA, tryRotate: true, tryInvert: true };
/** The longer side of a whole picture that is looked at, and the side of its middle: where people aim, and sooner read. */
const LONG_SIDE = 960;
const MIDDLE = 640;
const LONG_SIDE_OF_PHOTO = 2400;

export class Decoder {
	private detector: Detector | undefined;
	/** The middle and the whole take turns. */
	private middleNext = false;
	private readonly canvas = document.createElement("canvas");
	private reader: Promise<Reader> | undefined;

	/** `wasm`: where ours is. */
	constructor(private readonly wasm: string) {}

	/** Loads what will be needed, so that the first code is read as fast as the next. */
	async prepare(): Promise<void> {
		const native = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
		const formats = (await native?.getSupportedFormats().catch(() => [])) ?? [];
		if (native && formats.includes("qr_code")) this.detector = new native({ formats: ["qr_code"] });
		// A photo is read by the wasm in any case, and the browser's own reader may fail.
		await this.read(new ImageData(16, 16), CAMERA);
	}

	async frame(video: HTMLVideoElement): Promise<Found> {
		if (this.detector) {
			try {
				const found = await this.detector.detect(video);
				return one(found.map(({ rawValue }) => rawValue));
			} catch {
				// Some devices have the class and no reader behind it.
				this.detector = undefined;
			}
		}
		this.middleNext = !this.middleNext;
		const { videoWidth: width, videoHeight: height } = video;
		const picture = this.middleNext ? this.middle(video, width, height) : this.draw(video, width, height, LONG_SIDE);
		return picture ? this.read(picture, CAMERA) : "none";
	}

	/** Rejects when the file is no picture. */
	async photo(file: Blob): Promise<Found> {
		const image = await createImageBitmap(file);
		const picture = this.draw(image, image.width, image.height, LONG_SIDE_OF_PHOTO);
		image.close();
		return picture ? this.read(picture, PHOTO) : "none";
	}

	/** The square in the middle. */
	private middle(video: HTMLVideoElement, width: number, height: number): ImageData | undefined {
		const side = Math.min(width, height);
		const box = { x: (width - side) / 2, y: (height - side) / 2, width: side, height: side };
		return this.draw(video, side, side, MIDDLE, box);
	}

	private draw(source: CanvasImageSource, width: number, height: number, longest: number, box = { x: 0, y: 0, width, height }): ImageData | undefined {
		if (width === 0 || height === 0) return undefined;
		const scale = Math.min(1, longest / Math.max(width, height));
		const [wide, high] = [Math.round(width * scale), Math.round(height * scale)];
		if (this.canvas.width !== wide || this.canvas.height !== high) [this.canvas.width, this.canvas.height] = [wide, high];
		const pen = this.canvas.getContext("2d", { willReadFrequently: true });
		pen?.drawImage(source, box.x, box.y, box.width, box.height, 0, 0, wide, high);
		return pen?.getImageData(0, 0, wide, high);
	}

	private async read(picture: ImageData, options: ReaderOptions): Promise<Found> {
		const { readBarcodes } = await (this.reader ??= this.load());
		const found = await readBarcodes(picture, options);
		return one(found.filter(({ isValid }) => isValid).map((code) => code.text));
	}

	private async load(): Promise<Reader> {
		try {
			const reader = await import("./reader");
			reader.prepareZXingModule({ overrides: { locateFile: () => this.wasm } });
			return reader;
		} catch (error) {
			// The network went away in between: the next look tries again.
			this.reader = undefined;
			throw error;
		}
	}
}

function one(found: string[]): Found {
	const texts = [...new Set(found.filter((text) => text !== ""))];
	const chosen = texts.length > 1 ? meant(texts) : texts[0];
	if (texts.length > 1 && chosen === undefined) return "several";
	return chosen === undefined ? "none" : { text: chosen };
}
