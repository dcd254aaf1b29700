// The lower half of the page: where claims go, and every device on this phone.
import type { Entry } from "../queue/entry.ts";
import { t } from "../texts/texts.ts";
import { card, claim } from "./card.ts";
import { el } from "./dom.ts";
import { model, shows } from "./model.ts";
import { target, targetState } from "./target.ts";

export function devices(): HTMLElement {
  const place = el("div", { id: "target" });
  const all = el("button", { type: "button", class: "all", hidden: true });
  all.addEventListener("click", () => void claim(ready()));
  const list = el("ul", { class: "list" });
  const empty = el("p", { class: "empty" }, t("devices.empty"));
  const others = el("p", { class: "soft", hidden: true });
  let shown = "";
  shows(() => {
    if (shown !== targetState()) keepFocus(place, () => place.replaceChildren(...target()));
    shown = targetState();
    const n = ready().length;
    all.hidden = n < 2;
    all.textContent = t("devices.all", { n });
    empty.hidden = model.entries.length > 0;
    others.hidden = model.others === 0;
    others.textContent = t("devices.others", { n: model.others });
    keepFocus(list, () => update(list));
  });
  const heading = el("h2", { id: "devices", tabindex: "-1" }, t("devices.heading"));
  return el("section", { class: "devices", "aria-labelledby": "devices" }, heading, empty, place, all, list, others);
}

const ready = (): Entry[] => model.entries.filter((entry) => entry.state === "scanned");

/** What each card was drawn from. */
const drawn = new WeakMap<HTMLElement, string>();

/** Only what has changed is built anew, so that nobody loses a word in the middle of typing. */
function update(list: HTMLElement): void {
  const before = new Map(
    [...list.children].map((one) => [(one as HTMLElement).dataset.entry ?? "", one as HTMLElement]),
  );
  const after = model.entries.map((entry) => {
    const now = JSON.stringify([
      { ...entry, code: "" },
      entry.state === "queued" && [model.sending, model.ended, Math.floor(Date.now() / 5000)],
    ]);
    const known = before.get(entry.id);
    if (known && drawn.get(known) === now) return known;
    const made = card(entry);
    drawn.set(made, now);
    return made;
  });
  if (after.length !== list.children.length || after.some((one, at) => list.children[at] !== one))
    list.replaceChildren(...after);
}

/** Build a part anew with the keyboard staying where it was. */
function keepFocus(part: HTMLElement, build: () => void): void {
  const active = document.activeElement;
  const inside = active instanceof HTMLElement && part.contains(active);
  const kept = inside ? (active.dataset.keep ?? "") : "";
  const entry = inside ? (active.closest<HTMLElement>("[data-entry]")?.dataset.entry ?? "") : "";
  build();
  if (!inside || part.contains(active)) return;
  const again = kept ? part.querySelector<HTMLElement>(`[data-keep="${CSS.escape(kept)}"]`) : null;
  const title = entry ? part.querySelector<HTMLElement>(`[data-entry="${CSS.escape(entry)}"] h3`) : null;
  (again ?? title)?.focus({ preventScroll: true });
}
