// What every part of the Console's script uses: finding elements, the reader's language, short messages.

export const language = document.documentElement.lang;

export function all<E extends HTMLElement = HTMLElement>(selector: string, root: ParentNode = document): E[] {
  return [...root.querySelectorAll<E>(selector)];
}

/** The element that was clicked in, or one around it. */
export function around<E extends HTMLElement = HTMLElement>(event: Event, selector: string): E | null {
  return event.target instanceof Element ? event.target.closest<E>(selector) : null;
}

/** A message that goes by itself. */
export function say(text: string): void {
  const toast = document.createElement("div");
  const line = document.createElement("p");
  toast.className = "toast";
  line.textContent = text;
  toast.append(line);
  document.querySelector(".toasts")?.append(toast);
  setTimeout(() => toast.remove(), 4000);
}
