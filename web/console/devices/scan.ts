// A label held before the camera: the claim page's camera and reader; the server fills the form in from its text.
import { Camera } from "../../claim/camera/camera.ts";
import { feedback, warmUp } from "../../claim/camera/feedback.ts";
import { readLabel, textOf } from "../../claim/label/read.ts";

/** Something that is no label is spoken of only when it stays in view. */
const PATIENCE = 1_200;

/** The first of the texts that is a label. */
function labelIn(texts: string[]): string | null {
  for (const text of texts.map((one) => textOf(one.trim()))) {
    try {
      readLabel(text);
      return text;
    } catch {
      // another code that is in view
    }
  }
  return null;
}

/** Show what a select offers, and what is chosen of it. */
async function offer(lens: HTMLSelectElement, camera: Camera): Promise<void> {
  const choices = await camera.choices();
  lens.hidden = choices.length < 2;
  lens.replaceChildren(...choices.map((one, n) => new Option(one.label || `${lens.ariaLabel} ${n + 1}`, one.deviceId)));
  lens.value = camera.current;
}

export function scan(): void {
  const stage = document.querySelector<HTMLElement>("[data-stage]");
  const start = document.querySelector<HTMLButtonElement>("[data-scans]");
  const field = document.querySelector<HTMLInputElement>("#label");
  if (!stage || !start || !field) return;
  const said = stage.querySelector<HTMLElement>(".stage-told")!;
  const told = field.form!.querySelector<HTMLElement>("[data-told]")!;
  const lens = stage.querySelector<HTMLSelectElement>(".lens")!;
  let strange = 0;

  const camera = new Camera(stage.querySelector("video")!, (texts) => {
    const text = labelIn(texts);
    if (text === null) {
      strange ||= performance.now();
      said.hidden = performance.now() - strange < PATIENCE;
      if (!said.hidden) said.textContent = stage.dataset.strange ?? "";
      return;
    }
    feedback("hit");
    close();
    field.value = text;
    field.form!.requestSubmit();
  });

  const close = (): void => {
    camera.stop();
    stage.hidden = true;
    stage.classList.remove("running");
    strange = 0;
    said.hidden = true;
    start.hidden = false;
    start.focus();
  };

  const open = async (): Promise<void> => {
    warmUp();
    told.hidden = true;
    start.disabled = true;
    try {
      await camera.start();
      start.disabled = false; // closing gives the focus back to it
      stage.hidden = false;
      stage.classList.add("running");
      start.hidden = true;
      stage.scrollIntoView({ block: "nearest" });
      stage.querySelector<HTMLElement>("[data-stops]")!.focus();
      await offer(lens, camera);
    } catch (error) {
      const kind = error instanceof Error ? error.message : "other";
      told.textContent = stage.dataset[kind] ?? stage.dataset.other ?? "";
      told.hidden = false;
    } finally {
      start.disabled = false;
    }
  };

  start.hidden = false;
  start.addEventListener("click", () => void open());
  stage.querySelector("[data-stops]")!.addEventListener("click", close);
  lens.addEventListener("change", () => void camera.choose(lens.value));
  stage.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
}
