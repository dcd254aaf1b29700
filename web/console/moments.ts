// Moments come in UTC and are written, and typed, in the reader's own time zone.
import { all, language } from "./page.ts";

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const full = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
const date = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
const exact = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "long" });
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

function ago(moment: Date): string {
  const seconds = (moment.getTime() - Date.now()) / 1000;
  if (Math.abs(seconds) > 30 * 86400) return date.format(moment);
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
  return relative.format(Math.round(seconds / size), unit);
}

function written(moment: Date, form: string | undefined): string {
  if (form === "date") return date.format(moment);
  return form === "ago" ? ago(moment) : full.format(moment);
}

export function writeMoments(root: ParentNode): void {
  for (const time of all<HTMLTimeElement>("time[datetime]", root)) {
    const moment = new Date(time.dateTime);
    time.textContent = written(moment, time.dataset.form);
    time.title = exact.format(moment);
  }
  for (const shown of all("[data-zone]", root)) {
    const place = shown.querySelector("span");
    if (place) place.textContent = zone;
    shown.hidden = false;
  }
}

const two = (number: number) => String(number).padStart(2, "0");

function local(at: Date): string {
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** A field for a moment shows local time; a hidden one beside it sends UTC, as it came. */
export function prepareMomentFields(root: ParentNode): void {
  for (const field of all<HTMLInputElement>("input[data-moment]", root)) {
    const sent = document.createElement("input");
    sent.type = "hidden";
    sent.name = field.name;
    const read = () => {
      sent.value = field.value ? new Date(field.value).toISOString().slice(0, 16) : "";
    };
    if (field.value) field.value = local(new Date(`${field.value.slice(0, 16)}Z`));
    read();
    field.removeAttribute("name");
    field.removeAttribute("data-moment");
    field.addEventListener("input", read);
    field.after(sent);
    root.querySelector(`#${CSS.escape(field.id)}-hint`)?.append(` (${zone})`);
  }
}
