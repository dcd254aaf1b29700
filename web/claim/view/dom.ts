// Elements out of plain values: text is always text, so nothing that a label says can become markup.

type Child = Node | string | null | false | undefined;
type Listener = (event: Event) => void;
type Props = Record<string, string | number | boolean | Listener | null | undefined>;

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...kept(children));
  return element;
}

const kept = (children: Child[]): (Node | string)[] =>
  children.filter(
    (child): child is Node | string => child !== null && child !== false && child !== undefined && child !== "",
  );

const SVG = "http://www.w3.org/2000/svg";

/** Line icons of 24 × 24, drawn for this page. */
const ICONS = {
  camera: "M3 8h4l2-3h6l2 3h4v11H3z M12 10a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z",
  picture: "M4 5h16v14H4z M4 16l5-5 4 4 2-2 5 5 M15.5 9.5h.01",
  keyboard: "M3 6h18v12H3z M7 10h.01 M11 10h.01 M15 10h.01 M8 14h8",
  torch: "M8 3h8v4l-2 3v10h-4V10L8 7z M12 13v2",
  sound: "M4 10v4h4l5 4V6L8 10z M16.5 9a4 4 0 0 1 0 6",
  silent: "M4 10v4h4l5 4V6L8 10z M17 10l4 4 M21 10l-4 4",
  stop: "M6 6l12 12 M18 6L6 18",
  check: "M5 12.5l4.5 4.5L19 7.500",
  wait: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16z M12 8v4l3 2",
  alert: "M12 4l9 16H3z M12 10v4 M12 17h.01",
  tag: "M4 4h8l8 8-8 8-8-8z M8.500 8.500h.01",
  person: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8z M5 20c1-4 4-5 7-5s6 1 7 5",
} as const;
export type Icon = keyof typeof ICONS;

export function icon(name: Icon): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

export const byId = (id: string): HTMLElement => document.getElementById(id)!;
