// What the page says, in the language of the person: one JSON file a language, all with the same keys (a test holds them).
import de from "./de.json";
import en from "./en.json";

export type Key = keyof typeof en;
type Catalogue = Record<string, string | { one: string; other: string }>;

export const LANGUAGES: Record<string, string> = { en: "English", de: "Deutsch" };
const CATALOGUES: Record<string, Catalogue> = { en, de };
const CHOSEN = "claimstack-language";

export const language: string = chosen();
const catalogue: Catalogue = CATALOGUES[language]!;

function chosen(): string {
  const wishes = [
    localStorage.getItem(CHOSEN) ?? "",
    ...navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()),
  ];
  return wishes.find((wish) => wish in CATALOGUES) ?? "en";
}

export function choose(wish: string): void {
  localStorage.setItem(CHOSEN, wish);
  location.reload();
}

/** The text with its places filled in; `n` chooses among the forms `one` and `other`. */
export function t(key: Key, words: Record<string, string | number> = {}): string {
  const form = catalogue[key]!;
  const text = typeof form === "string" ? form : words.n === 1 ? form.one : form.other;
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(words[name] ?? ""));
}

/** The text of a key that is put together, or that of `otherwise`. */
export function maybe(key: string, otherwise: Key, words: Record<string, string | number> = {}): string {
  return t(key in catalogue ? (key as Key) : otherwise, words);
}

/** As dates and times are written where the person is. */
const region = navigator.languages.find((tag) => tag.toLowerCase().startsWith(language)) ?? language;

export const moment = (at: number): string =>
  new Date(at).toLocaleString(region, { dateStyle: "medium", timeStyle: "short" });
export const clock = (at: number): string => new Date(at).toLocaleTimeString(region, { timeStyle: "short" });

export function duration(milliseconds: number): string {
  const minutes = Math.max(1, Math.round(milliseconds / 60_000));
  if (minutes < 90) return t("minutes", { n: minutes });
  const hours = Math.round(minutes / 60);
  return hours < 48 ? t("hours", { n: hours }) : t("days", { n: Math.round(hours / 24) });
}
