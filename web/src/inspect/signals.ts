/** A verdict to hear and to feel: each has its own number and pitch of sounds, and its own pattern. */

import type { Verdict } from "./core/index";
import type { Prefs } from "./prefs";

/** Pitches in hertz, each for so many seconds. */
const SOUNDS: Record<Verdict, { pitches: number[]; seconds: number }> = {
	PASS: { pitches: [1320], seconds: 0.12 },
	CHECK: { pitches: [740, 740], seconds: 0.14 },
	STOP: { pitches: [330, 260, 330], seconds: 0.24 },
};
const PATTERNS: Record<Verdict, number[]> = { PASS: [60], CHECK: [90, 80, 90], STOP: [350, 100, 350] };

export class Signals {
	private context: AudioContext | undefined;

	constructor(private readonly prefs: Prefs) {
		// Browsers are silent until somebody has touched the page.
		addEventListener("pointerdown", () => this.wake(), { capture: true });
		addEventListener("keydown", () => this.wake(), { capture: true });
	}

	verdict(verdict: Verdict): void {
		if (this.prefs.vibration && navigator.userActivation?.hasBeenActive !== false) navigator.vibrate?.(PATTERNS[verdict]);
		if (this.prefs.sound) this.play(SOUNDS[verdict]);
	}

	private wake(): void {
		if (!this.prefs.sound) return;
		try {
			this.context ??= new AudioContext();
			if (this.context.state === "suspended") void this.context.resume().catch(() => undefined);
		} catch {
			// No sound on this device: shape, word, place and colour say the same.
		}
	}

	private play({ pitches, seconds }: { pitches: number[]; seconds: number }): void {
		const { context } = this;
		if (context?.state !== "running") return;
		const begin = context.currentTime + 0.01;
		for (const [at, pitch] of pitches.entries()) {
			const from = begin + at * seconds * 1.4;
			const tone = context.createOscillator();
			const volume = context.createGain();
			tone.frequency.value = pitch;
			volume.gain.setValueAtTime(0.001, from);
			volume.gain.linearRampToValueAtTime(0.5, from + 0.01);
			volume.gain.linearRampToValueAtTime(0.001, from + seconds);
			tone.connect(volume).connect(context.destination);
			tone.start(from);
			tone.stop(from + seconds);
		}
	}
}
