// The claim authentication code in its form: showing it, making one, saying how hard it is to guess.
import { around } from "../page.ts";

// As claiming/code.py: 32 letters and digits that nobody mixes up, 16 of them are 80 bits.
const ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const LENGTH = 16;
const WEAK_BELOW = 40;
const STRONG_FROM = 56; // as console/devices/claiming.py

function inputOf(id: string | undefined): HTMLInputElement | null {
  const found = document.getElementById(id ?? "");
  return found instanceof HTMLInputElement ? found : null;
}

function freshCode(): string {
  const random = crypto.getRandomValues(new Uint8Array(LENGTH));
  return [...random].map((octet) => ALPHABET[octet & 31]).join("");
}

/** Bits that a guesser has to get right at most; the rule of claiming/code.py. */
export function bits(code: string): number {
  const sets: [RegExp, number][] = [
    [/^\d*$/, 10],
    [/^(?:[0-9A-F]*|[0-9a-f]*)$/, 16],
    [/^(?:[0-9A-Z]*|[0-9a-z]*)$/, 36],
  ];
  const size = sets.find(([form]) => form.test(code))?.[1] ?? 62;
  const steps = new Set<number>();
  for (let at = 1; at < code.length; at++) steps.add(code.charCodeAt(at) - code.charCodeAt(at - 1));
  return Math.floor(Math.min(code.length, steps.size + 1) * Math.log2(size));
}

function tellStrength(input: HTMLInputElement): void {
  const told = document.querySelector<HTMLElement>(`[data-strength="${CSS.escape(input.id)}"]`);
  if (!told) return;
  const number = bits(input.value);
  const name = number < WEAK_BELOW ? "weak" : number < STRONG_FROM ? "fair" : "strong";
  const word = document.createElement("span");
  word.className = name;
  word.textContent = input.value ? (told.dataset[name] ?? "") : "";
  told.replaceChildren(word);
}

function show(button: HTMLElement, input: HTMLInputElement, open: boolean): void {
  const word = button.querySelector("span");
  if (!word) return;
  const shown = input.type === "text";
  if (shown !== open) {
    const next = button.dataset.hide ?? "";
    button.dataset.hide = word.textContent ?? "";
    word.textContent = next;
  }
  input.type = open ? "text" : "password";
  button.setAttribute("aria-pressed", String(open));
}

function clicked(event: Event): void {
  const shows = around(event, "[data-shows]");
  const hidden = inputOf(shows?.dataset.shows);
  if (shows && hidden) show(shows, hidden, hidden.type !== "text");
  const generates = around(event, "[data-generates]");
  const made = inputOf(generates?.dataset.generates);
  if (generates && made) {
    made.value = freshCode();
    tellStrength(made);
    const eye = document.querySelector<HTMLElement>(`[data-shows="${CSS.escape(made.id)}"]`);
    if (eye) show(eye, made, true);
  }
  if (around(event, "[data-prints]")) print();
}

export function listen(): void {
  document.addEventListener("click", clicked);
  document.addEventListener("input", (event) => {
    if (event.target instanceof HTMLInputElement) tellStrength(event.target);
  });
}
