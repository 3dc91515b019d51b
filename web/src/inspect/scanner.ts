/**
 * The camera, and the codes in what it sees. It is started once and stays on while screens come and go, so that the
 * next scan is ready at once; it stops while the page is out of sight, and comes back with it.
 */

import type { Decoder } from "./decode";
import { mark } from "./dom";
import type { Prefs } from "./prefs";

/** `off`: not asked for. The others say why there is no picture. */
export type CameraState = "off" | "starting" | "on" | "refused" | "missing" | "busy" | "unsupported";

/** Rest between two looks: the phone has other things to do, and warms up. */
const REST = 60;

interface Extras { torch?: boolean; zoom?: { min: number; max: number; step: number } }

export class Scanner {
	readonly video = document.createElement("video");
	state: CameraState = "off";
	torch = false;
	zoom = 1;
	private stream: MediaStream | undefined;
	private looking = false;
	private wanted = false;
	private starting: Promise<void> | undefined;
	private wakeLock: WakeLockSentinel | undefined;

	constructor(
		private readonly decoder: Decoder,
		private readonly prefs: Prefs,
		private readonly found: (text: string) => void,
		private readonly several: () => void,
		private readonly changed: () => void,
	) {
		for (const attribute of ["playsinline", "muted"]) this.video.setAttribute(attribute, "");
		this.video.muted = true;
		this.video.setAttribute("aria-hidden", "true");
		document.addEventListener("visibilitychange", () => void this.seen());
	}

	/** Begins to look; the camera is asked for if it is not on. */
	async look(): Promise<void> {
		this.wanted = true;
		if (this.state !== "on") await this.start();
		if (this.looking || !this.wanted || this.state !== "on") return;
		this.looking = true;
		void this.loop();
	}

	/** Stops looking; the camera stays on. */
	rest(): void {
		this.wanted = false;
	}

	/** Switches the camera off. */
	stop(): void {
		this.wanted = false;
		if (this.state === "off") return;
		this.close();
		this.say("off");
	}

	/** The cameras, once one was allowed. */
	async cameras(): Promise<MediaDeviceInfo[]> {
		const all = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
		return all.filter(({ kind, deviceId }) => kind === "videoinput" && deviceId !== "");
	}

	get camera(): string {
		return this.track?.getSettings().deviceId ?? "";
	}

	async choose(camera: string): Promise<void> {
		this.prefs.camera = camera;
		const { wanted } = this;
		this.close();
		this.state = "off";
		if (wanted) await this.look();
	}

	/** What this camera can: nothing where the browser does not say. */
	get extras(): Extras {
		const can = this.track?.getCapabilities?.() as (Extras & MediaTrackCapabilities) | undefined;
		return { ...(can?.torch && { torch: true }), ...(can?.zoom && can.zoom.max > can.zoom.min && { zoom: can.zoom }) };
	}

	async setTorch(on: boolean): Promise<void> {
		if (await this.apply({ torch: on })) this.torch = on;
		this.changed();
	}

	async setZoom(zoom: number): Promise<void> {
		if (await this.apply({ zoom })) this.zoom = zoom;
	}

	private get track(): MediaStreamTrack | undefined {
		return this.stream?.getVideoTracks()[0];
	}

	private async apply(setting: object): Promise<boolean> {
		try {
			await this.track?.applyConstraints({ advanced: [setting as MediaTrackConstraintSet] });
			return true;
		} catch {
			return false;
		}
	}

	private start(): Promise<void> {
		this.starting ??= this.open().finally(() => (this.starting = undefined));
		return this.starting;
	}

	private async open(): Promise<void> {
		if (!navigator.mediaDevices?.getUserMedia) return this.say("unsupported");
		this.say("starting");
		try {
			this.stream = await this.ask();
			this.track?.addEventListener("ended", () => this.lost());
			this.video.srcObject = this.stream;
			await this.video.play();
			this.torch = false;
			this.say("on");
			void this.stayAwake();
		} catch (error) {
			this.close();
			this.say(why(error));
		}
	}

	/** The camera that was chosen; the one at the back where that one is gone. */
	private async ask(): Promise<MediaStream> {
		const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
		const { camera } = this.prefs;
		if (camera) {
			const chosen = await navigator.mediaDevices.getUserMedia({ video: { ...size, deviceId: { exact: camera } } }).catch((error: unknown) => {
				if (why(error) === "refused") throw error;
				return undefined;
			});
			if (chosen) return chosen;
		}
		return navigator.mediaDevices.getUserMedia({ video: { ...size, facingMode: { ideal: "environment" } } });
	}

	private async loop(): Promise<void> {
		while (this.wanted && this.state === "on") {
			mark("look");
			const found = await this.decoder.frame(this.video).catch(() => "none" as const);
			if (this.wanted && typeof found === "object") this.found(found.text);
			else if (this.wanted && found === "several") this.several();
			await new Promise((resolve) => setTimeout(resolve, REST));
		}
		this.looking = false;
	}

	private close(): void {
		for (const track of this.stream?.getTracks() ?? []) track.stop();
		this.stream = undefined;
		this.video.srcObject = null;
		void this.wakeLock?.release().catch(() => undefined);
		this.wakeLock = undefined;
	}

	/** Another program took the camera, or it was unplugged. */
	private lost(): void {
		this.close();
		this.say("busy");
	}

	private async seen(): Promise<void> {
		const visible = document.visibilityState === "visible";
		if (!visible && this.state === "on") {
			this.close();
			this.state = "off";
		} else if (visible && this.wanted) {
			await this.look();
		}
	}

	/** The screen stays on while somebody waits for a code; where it cannot, a touch wakes it. */
	private async stayAwake(): Promise<void> {
		this.wakeLock = await navigator.wakeLock?.request("screen").catch(() => undefined);
	}

	private say(state: CameraState): void {
		this.state = state;
		this.changed();
	}
}

function why(error: unknown): CameraState {
	const name = error instanceof DOMException ? error.name : "";
	if (name === "NotAllowedError" || name === "SecurityError") return "refused";
	if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
	return "busy";
}
