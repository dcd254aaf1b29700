// The upper half of the page: the camera with its frame, a picture, or the keyboard.
import { Camera, readPicture } from "../camera/camera.ts";
import { beSilent, isSilent, warmUp } from "../camera/feedback.ts";
import type { Entry } from "../queue/entry.ts";
import { maybe, t } from "../texts/texts.ts";
import { el, icon } from "./dom.ts";
import { model, shows } from "./model.ts";
import { notice } from "./notices.ts";
import { complain, type Sorted, sorted, take } from "./taking.ts";
import { askTyped } from "./typed.ts";

/** A label that left the view for so long and is seen again is meant to be scanned again. */
const FORGOTTEN_AFTER = 3_000;
/** Something that is no label is spoken of only when it stays in view with nothing better beside it. */
const PATIENCE = 1_200;

export function scanner(): HTMLElement {
  const video = el("video", { playsinline: true, muted: true, "aria-label": t("scan.aim") });
  const camera = new Camera(video, seeing());
  const start = el("button", { class: "start", type: "button", id: "start" }, icon("camera"), t("scan.start"));
  const stage = el(
    "div",
    { class: "stage", id: "stage" },
    video,
    el("div", { class: "aim", "aria-hidden": "true" }),
    controls(camera),
  );
  const idle = el("div", { class: "idle" }, art(), el("p", {}, t("scan.lead")), start);
  stage.append(idle);
  start.addEventListener("click", () => void started(camera, stage, start));
  const file = el("input", {
    type: "file",
    accept: "image/*",
    id: "picture",
    class: "hidden",
    tabindex: "-1",
    "aria-hidden": "true",
  });
  file.addEventListener("change", () => void pictured(file));
  const other = el(
    "div",
    { class: "pair" },
    el("button", { class: "second", type: "button", click: () => file.click() }, icon("picture"), t("scan.picture")),
    el(
      "button",
      { class: "second", type: "button", id: "type", click: () => void typed() },
      icon("keyboard"),
      t("scan.type"),
    ),
  );
  return el(
    "section",
    { class: "scan", "aria-labelledby": "scan" },
    el("h1", { id: "scan" }, t("scan.heading")),
    stage,
    other,
    file,
    review(),
  );
}

/** The square code, between the corners that one will see in the camera, too. */
function art(): HTMLElement {
  const mark = document.querySelector<HTMLLinkElement>("link[rel=icon]")?.href ?? "";
  return el("div", { class: "art", "aria-hidden": "true" }, el("img", { src: mark, alt: "", width: 72, height: 72 }));
}

/** What the camera tells, frame by frame: each label once, other codes only when they stay. */
function seeing(): (texts: string[]) => void {
  const last = new Map<string, number>();
  let strange = { since: 0, seen: 0, said: "" };
  return (texts) => {
    const now = performance.now();
    const found = sorted(texts);
    const fresh = found.claimable.filter(
      (label) => now - (last.get(label.devEui + label.joinEui) ?? -Infinity) > FORGOTTEN_AFTER,
    );
    for (const label of found.claimable) last.set(label.devEui + label.joinEui, now);
    if (fresh.length) void take(fresh);
    strange = found.claimable.length ? { since: 0, seen: 0, said: "" } : wondering(strange, found, texts, now);
  };
}

function wondering(
  strange: { since: number; seen: number; said: string },
  found: Sorted,
  texts: string[],
  now: number,
) {
  const begun = now - strange.seen > FORGOTTEN_AFTER ? { since: now, seen: now, said: "" } : { ...strange, seen: now };
  const what = texts.join("\n");
  if (now - begun.since < PATIENCE || begun.said === what) return begun;
  complain(found);
  return { ...begun, said: what };
}

async function started(camera: Camera, stage: HTMLElement, start: HTMLButtonElement): Promise<void> {
  warmUp();
  start.disabled = true;
  start.lastChild!.textContent = t("scan.starting");
  try {
    await camera.start();
    stage.classList.add("running");
    stage.dispatchEvent(new Event("running"));
    stage.querySelector<HTMLElement>(".controls button:not([hidden])")?.focus();
  } catch (error) {
    const kind = error instanceof Error ? error.message : "other";
    notice("bad", maybe(`camera.${kind}`, "camera.other"));
  } finally {
    start.disabled = false;
    start.lastChild!.textContent = t("scan.start");
  }
}

/** Torch, lenses, sound and the way out, over the picture. */
function controls(camera: Camera): HTMLElement {
  let lit = false;
  const torch = round("torch", t("scan.torch_on"), async () => {
    lit = !lit;
    await camera.torch(lit);
    torch.setAttribute("aria-pressed", String(lit));
    label(torch, lit ? t("scan.torch_off") : t("scan.torch_on"));
  });
  const sound = round(isSilent() ? "silent" : "sound", isSilent() ? t("scan.sound_on") : t("scan.sound_off"), () => {
    beSilent(!isSilent());
    sound.replaceChildren(icon(isSilent() ? "silent" : "sound"));
    label(sound, isSilent() ? t("scan.sound_on") : t("scan.sound_off"));
  });
  const lens = el("select", { "aria-label": t("scan.camera"), class: "lens", hidden: true });
  lens.addEventListener("change", () => void camera.choose(lens.value));
  const stop = round("stop", t("scan.stop"), () => {
    camera.stop();
    stop.closest(".stage")!.classList.remove("running");
    document.getElementById("start")!.focus();
  });
  const bar = el("div", { class: "controls" }, torch, lens, sound, stop);
  const refresh = async (): Promise<void> => {
    torch.hidden = !camera.hasTorch;
    const choices = await camera.choices();
    lens.hidden = choices.length < 2;
    lens.replaceChildren(
      ...choices.map((one, n) =>
        el("option", { value: one.deviceId }, one.label || t("scan.camera_number", { n: n + 1 })),
      ),
    );
    lens.value = camera.current;
  };
  queueMicrotask(() => bar.parentElement?.addEventListener("running", () => void refresh()));
  return bar;
}

function round(name: Parameters<typeof icon>[0], text: string, click: () => void): HTMLButtonElement {
  const button = el("button", { type: "button", class: "round", click }, icon(name));
  label(button, text);
  return button;
}

function label(button: HTMLButtonElement, text: string): void {
  button.setAttribute("aria-label", text);
  button.title = text;
}

async function pictured(file: HTMLInputElement): Promise<void> {
  const [picture] = file.files ?? [];
  file.value = "";
  if (!picture) return;
  notice("plain", t("picture.reading"));
  let texts: string[];
  try {
    texts = await readPicture(picture);
  } catch {
    notice("bad", t("picture.bad"));
    return;
  }
  const found = sorted(texts);
  if (!texts.length) notice("bad", t("picture.none"));
  else if (found.claimable.length) reveal((await take(found.claimable))[0]);
  else complain(found);
}

async function typed(): Promise<void> {
  const label = await askTyped();
  if (label) reveal((await take([label]))[0]);
}

/** Lead the eye and the keyboard to a device in the list. */
export function reveal(entry: Entry | undefined): void {
  if (!entry) return;
  requestAnimationFrame(() => {
    const heading = document.querySelector<HTMLElement>(`[data-entry="${entry.id}"] h3`);
    heading?.scrollIntoView({ block: "center", behavior: "smooth" });
    heading?.focus({ preventScroll: true });
  });
}

/** On a phone the list lies below the camera: this leads there, and counts. */
function review(): HTMLElement {
  const button = el("button", { type: "button", class: "review", hidden: true });
  button.addEventListener("click", () => {
    const heading = document.getElementById("devices")!;
    heading.scrollIntoView({ behavior: "smooth" });
    heading.focus({ preventScroll: true });
  });
  shows(() => {
    const n = model.entries.filter((entry) => entry.state === "scanned" || entry.state === "problem").length;
    button.hidden = n === 0;
    button.textContent = t("scan.review", { n });
  });
  return button;
}
