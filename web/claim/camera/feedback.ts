// What a hit feels like: a short buzz and a short tone; the tone can be switched off.

const SILENT = "claimstack-silent";
let audio: AudioContext | null = null;

export const isSilent = (): boolean => localStorage.getItem(SILENT) === "yes";
export const beSilent = (silent: boolean): void => localStorage.setItem(SILENT, silent ? "yes" : "no");

/** Browsers let a page sound only after a tap: called from one. */
export function warmUp(): void {
  audio ??= new AudioContext();
  void audio.resume();
}

export function feedback(kind: "hit" | "again" | "wrong"): void {
  // Browsers complain about a buzz before the first tap, as when a link has just opened the page.
  if (navigator.userActivation?.hasBeenActive ?? true) navigator.vibrate?.(kind === "hit" ? 60 : [30, 60, 30]);
  if (isSilent() || audio?.state !== "running") return;
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  const now = audio.currentTime;
  tone.frequency.value = { hit: 1320, again: 660, wrong: 330 }[kind];
  volume.gain.setValueAtTime(0.12, now);
  volume.gain.exponentialRampToValueAtTime(0.001, now + 0.12);
  tone.connect(volume).connect(audio.destination);
  tone.start(now);
  tone.stop(now + 0.12);
}
