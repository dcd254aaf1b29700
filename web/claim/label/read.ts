// Any text that a scanner gives: the first format that begins alike, or why it is no label.
import { draft2, draft3 } from "./drafts.ts";
import { foreignKind } from "./foreign.ts";
import { type Label, Unreadable } from "./label.ts";
import { Reading } from "./reading.ts";
import * as tr005 from "./tr005.ts";

const SHORTEST = 10;
const LONGEST = 1024;

const devEuiAlone = {
  recognises: (text: string): boolean => /^[0-9A-Fa-f]*$/.test(text),
  parse(text: string): Label {
    const reading = new Reading();
    return reading.label("dev_eui", null, reading.octets(text, 8, "the text (DevEUI)"), "00000000");
  },
};
const FORMATS = [tr005, draft2, draft3, devEuiAlone];

/** Read a label; throws `Unreadable` and nothing else. */
export function readLabel(text: string): Label {
  const bytes = new TextEncoder().encode(text).length;
  if (bytes < SHORTEST || bytes > LONGEST) throw new Unreadable("the text", "size");
  const format = FORMATS.find((one) => one.recognises(text));
  if (!format) throw new Unreadable("the beginning", foreignKind(text) ?? "unknown");
  return format.parse(text);
}

/**
 * The label's text in what was scanned: makers may print a second code, a link to a claim page that carries the text
 * after its `#`. Any other text is its own.
 */
export function textOf(scanned: string): string {
  const link =
    /^https:\/\/[^/?#\s]+\/claim\/?#(.+)$/i.exec(scanned) ?? /^http:\/\/localhost(?::\d+)?\/claim#(.+)$/.exec(scanned);
  return link ? fragmentText(link[1]!) : scanned;
}

/** The text in a link's fragment, which carries it in percent-encoding. */
export function fragmentText(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
