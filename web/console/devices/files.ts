// Pictures of labels that are chosen: the server reads the QR code in them.
import { all } from "../page.ts";

async function read(input: HTMLInputElement, told: HTMLElement | null): Promise<void> {
  const [picture] = input.files ?? [];
  const field = document.getElementById(input.dataset.into ?? "");
  if (!picture || !(field instanceof HTMLInputElement)) return;
  if (told) told.hidden = true;
  const answer = await fetch(input.dataset.reads ?? "", { method: "POST", body: picture }).catch(() => null);
  const text = answer ? await answer.text() : (told?.dataset.offline ?? "");
  input.value = "";
  if (answer?.ok) {
    field.value = text;
    field.form?.requestSubmit();
  } else if (answer?.headers.get("content-type")?.startsWith("text/html")) {
    location.reload(); // a whole page: the session has ended, or the application is out of sight
  } else if (told) {
    told.textContent = text;
    told.hidden = false;
  }
}

export function receive(): void {
  for (const input of all<HTMLInputElement>("input[data-reads]")) {
    const told = input.form?.querySelector<HTMLElement>("[data-told]") ?? null;
    input.addEventListener("change", () => void read(input, told));
  }
}
