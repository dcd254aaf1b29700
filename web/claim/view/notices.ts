// Short news: shown over the page for a while and read out by screen readers.
import { byId, el, type Icon, icon } from "./dom.ts";

export type Kind = "good" | "plain" | "bad";
const SECONDS: Record<Kind, number> = { good: 4, plain: 5, bad: 9 };
const ICONS: Record<Kind, Icon> = { good: "check", plain: "tag", bad: "alert" };
let timer: ReturnType<typeof setTimeout> | undefined;

export function notice(kind: Kind, text: string): void {
  const place = byId("notice");
  clearTimeout(timer);
  place.replaceChildren(el("p", { class: `notice ${kind}` }, icon(ICONS[kind]), text));
  timer = setTimeout(() => place.replaceChildren(), SECONDS[kind] * 1000);
}
