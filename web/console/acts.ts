// What buttons do that need no server: menu, dialogs, copying, showing; and that a form is sent once.
import { all, around, say } from "./page.ts";

function openMenu(button: HTMLElement): void {
  const open = document.getElementById("navigation")?.classList.toggle("open") ?? false;
  button.setAttribute("aria-expanded", String(open));
}

function openDialog(opener: HTMLElement, event: Event): void {
  const dialog = document.getElementById(opener.dataset.opens ?? "");
  if (!(dialog instanceof HTMLDialogElement)) return;
  event.preventDefault();
  dialog.showModal();
}

async function copy(button: HTMLElement): Promise<void> {
  const done = button.dataset.done ?? "";
  await navigator.clipboard.writeText(button.parentElement?.querySelector("code")?.textContent ?? "");
  say(done);
}

function clicked(event: Event): void {
  const menu = around(event, "[data-menu]");
  if (menu) openMenu(menu);
  const opener = around(event, "[data-opens]");
  if (opener) openDialog(opener, event);
  const closes = around(event, "[data-closes]");
  if (closes) {
    event.preventDefault();
    closes.closest("dialog")?.close();
  }
  around(event, "[data-dismisses]")?.closest("[data-toast]")?.remove();
  const copies = around(event, "[data-copies]");
  if (copies) void copy(copies);
}

function pressed(event: KeyboardEvent): void {
  const opener = event.key === " " ? around<HTMLAnchorElement>(event, "a[data-opens]") : null;
  if (!opener) return;
  event.preventDefault();
  opener.click();
}

function changed(event: Event): void {
  around<HTMLSelectElement>(event, "[data-submits]")?.form?.requestSubmit();
}

function submitted(event: SubmitEvent): void {
  const form = event.target;
  if (event.defaultPrevented) return; // a script sends it, and knows when its button works again
  if (!(form instanceof HTMLFormElement) || form.method !== "post") return;
  const button = event.submitter ?? form.querySelector("button");
  if (!(button instanceof HTMLButtonElement)) return;
  setTimeout(() => {
    button.disabled = true;
  });
  setTimeout(() => {
    button.disabled = false;
  }, 8000);
}

export function listen(): void {
  document.addEventListener("click", clicked);
  document.addEventListener("keydown", pressed);
  document.addEventListener("change", changed);
  document.addEventListener("submit", submitted);
  addEventListener("pageshow", () => {
    for (const button of all<HTMLButtonElement>("button:disabled")) button.disabled = false;
  });
}
