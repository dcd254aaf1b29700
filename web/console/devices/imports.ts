// A maker's file: dropped or chosen, looked at, sent to the API as it lies on the disk; and the job that is watched.
import { all } from "../page.ts";

const BEGINNING = 192 * 1024;
const WHOLE = 4 * 1024 * 1024;
const WATCH_MILLISECONDS = 1000;
const OVER = new Set(["IMPORT_DONE", "IMPORT_FAILED", "IMPORT_CANCELED", "IMPORT_INTERRUPTED"]);

/** What the server said against a file. */
class Refused extends Error {}

class Chooser {
  file: File | null = null;
  readonly form: HTMLFormElement;

  constructor(form: HTMLFormElement) {
    this.form = form;
    const input = form.querySelector<HTMLInputElement>("input[type=file]");
    const zone = form.querySelector<HTMLElement>("[data-drop]");
    input?.addEventListener("change", () => this.take(input.files?.[0]));
    zone?.addEventListener("dragover", (event) => {
      event.preventDefault();
      zone.classList.add("over");
    });
    zone?.addEventListener("dragleave", () => zone.classList.remove("over"));
    zone?.addEventListener("drop", (event) => {
      event.preventDefault();
      zone.classList.remove("over");
      this.take(event.dataTransfer?.files[0]);
    });
    const format = this.format;
    format?.addEventListener("change", () => this.looked());
    form.addEventListener("submit", (event) => {
      if (!this.file && this.form.dataset.imports) return; // the job is made, and waits for its file
      event.preventDefault();
      void this.send();
    });
  }

  private get format(): HTMLSelectElement | null {
    return this.form.querySelector<HTMLSelectElement>("select[name=format_id]");
  }

  private take(file: File | undefined): void {
    if (!file) return;
    this.file = file;
    const chosen = this.form.querySelector("[data-chosen]");
    if (chosen) chosen.textContent = `${file.name} (${new Intl.NumberFormat().format(file.size)} B)`;
    this.tell("");
    const ending = file.name.slice(file.name.lastIndexOf(".")).toLowerCase();
    const format = this.format;
    if (format) {
      const fits = [...format.options].filter((one) => (one.dataset.endings ?? "").split(" ").includes(ending));
      if (fits[0] && !fits.some((one) => one.selected)) format.value = fits[0].value;
    }
    this.looked();
  }

  private looked(): void {
    this.look().catch((error: unknown) => this.failed(error));
  }

  /** Its first rows, read by the server, before anything is imported. */
  private async look(): Promise<void> {
    const { file, format } = this;
    const place = this.form.querySelector("[data-shown]");
    const path = this.form.dataset.preview;
    if (!file || !format || !place || !path) return;
    const packed = (format.selectedOptions[0]?.dataset.endings ?? "").includes("xlsx");
    let piece: Blob = file.slice(0, packed ? WHOLE + 1 : BEGINNING);
    let cut = piece.size < file.size;
    if (cut && format.value.endsWith("csv")) {
      const text = new Uint8Array(await piece.arrayBuffer());
      piece = piece.slice(0, text.lastIndexOf(10) + 1);
      cut = false;
    }
    const answer = await ask(`${path}?format=${encodeURIComponent(format.value)}${cut ? "&cut=1" : ""}`, piece);
    const shown = answer.getElementById("preview");
    if (!shown || file !== this.file) return;
    document.adoptNode(shown);
    place.replaceChildren(shown);
  }

  private async send(): Promise<void> {
    const { file, form } = this;
    if (!file) {
      form.querySelector<HTMLInputElement>("input[type=file]")?.click();
      return;
    }
    this.busy(true);
    try {
      let page = location.href;
      let path = form.dataset.sends;
      if (!path) {
        const words = new URLSearchParams();
        for (const [name, value] of new FormData(form)) if (typeof value === "string") words.append(name, value);
        const made = await fetch(form.action, { method: "POST", body: words });
        if (!made.redirected || !made.ok) {
          form.submit(); // the page that comes back says what is wrong
          return;
        }
        page = made.url;
        path = `${form.dataset.imports}/${new URL(page).pathname.split("/").at(-1)}/file`;
      }
      await put(path, file, (percent) => this.progress(percent));
      location.assign(page);
    } catch (error) {
      this.failed(error);
      this.busy(false);
    }
  }

  private progress(percent: number): void {
    const bar = this.form.querySelector<HTMLProgressElement>("[data-progress]");
    if (!bar) return;
    bar.hidden = false;
    bar.value = percent;
  }

  /** What the server said, or that it cannot be reached. */
  private failed(error: unknown): void {
    const said = error instanceof Refused ? error.message : "";
    this.tell(said || (this.form.querySelector<HTMLElement>("[data-told]")?.dataset.offline ?? ""));
  }

  private tell(text: string): void {
    const told = this.form.querySelector<HTMLElement>("[data-told]");
    if (!told) return;
    told.textContent = text;
    told.hidden = !text;
  }

  private busy(is: boolean): void {
    for (const button of all<HTMLButtonElement>("button", this.form)) button.disabled = is;
  }
}

function ask(path: string, body: Blob): Promise<Document> {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.responseType = "document";
    request.setRequestHeader("content-type", "application/octet-stream");
    request.onload = () => (request.response ? done(request.response) : failed(new Error("empty")));
    request.onerror = () => failed(new Error("network"));
    request.send(body);
  });
}

/** The file goes piece by piece from the disk; XMLHttpRequest, because only it tells how far it is. */
function put(path: string, file: File, told: (percent: number) => void): Promise<void> {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("PUT", path);
    request.setRequestHeader("content-type", "application/octet-stream");
    request.upload.onprogress = (event) => told((100 * event.loaded) / Math.max(event.total, 1));
    request.onload = () => (request.status < 300 ? done() : failed(new Refused(reason(request.responseText))));
    request.onerror = () => failed(new Error("network"));
    request.send(file);
  });
}

function reason(text: string): string {
  try {
    return String(JSON.parse(text).message ?? text);
  } catch {
    return text;
  }
}

async function watch(card: HTMLElement): Promise<void> {
  const bar = card.querySelector<HTMLProgressElement>("progress");
  const answer = await fetch(card.dataset.watches ?? "").catch(() => null);
  if (answer?.ok) {
    const job = await answer.json();
    for (const figure of all("[data-figure]", card)) figure.textContent = String(job[figure.dataset.figure ?? ""] ?? 0);
    if (bar) bar.value = (100 * Number(job.file_bytes_read ?? 0)) / Math.max(Number(job.file_bytes ?? 0), 1);
    if (OVER.has(job.state)) {
      location.reload();
      return;
    }
  }
  setTimeout(() => void watch(card), WATCH_MILLISECONDS);
}

export function importFiles(): void {
  for (const form of all<HTMLFormElement>("form[data-imports], form[data-sends]")) new Chooser(form);
  for (const card of all("[data-watches]")) void watch(card);
  for (const form of all<HTMLFormElement>("form[data-reloads]")) {
    form.addEventListener("submit", () => setTimeout(() => location.reload(), 2500));
  }
}
