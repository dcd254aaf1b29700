// The parts that all written forms of TR005 share: two EUIs, a ProfileID, tagged extensions.
import { type Label, Unreadable, type Warning, type WarningKind } from "./label.ts";

type Field = "ownerToken" | "serialNumber" | "proprietary" | "checksum";
export type Fields = Record<string, [Field, string]>;

export const FIELDS: Fields = {
  O: ["ownerToken", "OwnerToken"],
  S: ["serialNumber", "SerNum"],
  P: ["proprietary", "Proprietary"],
  C: ["checksum", "CheckSum"],
};
/** Drafts say V (device validation code) where the final text says O (owner token). */
export const DRAFT_FIELDS: Fields = { V: FIELDS.O!, S: FIELDS.S!, P: FIELDS.P! };

export class Reading {
  readonly extensions: Partial<Record<Field, string>> = {};
  readonly warnings: Warning[] = [];

  warn(place: string, kind: WarningKind): void {
    this.warnings.push({ place, kind });
  }

  /** A part of `bytes` bytes in hexadecimal digits, in upper case. */
  octets(text: string, bytes: number, place: string): string {
    if (!/^[0-9A-Fa-f]*$/.test(text)) throw new Unreadable(place, "not_hexadecimal");
    if (text.length !== 2 * bytes) throw new Unreadable(place, "length");
    if (text !== text.toUpperCase()) this.warn(place, "lower_case");
    return text.toUpperCase();
  }

  /** One tagged extension; the last of several counts, an empty one is none. */
  extend(fields: Fields, written: string, place: string): void {
    const found = fields[written.slice(0, 1)];
    if (written.length < 2) {
      this.warn(place, "empty_extension");
      return;
    }
    if (!found) {
      this.warn(place, "unknown_extension");
      return;
    }
    const [name, title] = found;
    if (name in this.extensions) this.warn(`${place} (${title})`, "repeated");
    this.extensions[name] = written.slice(1);
  }

  label(format: Label["format"], joinEui: string | null, devEui: string, profileId: string): Label {
    const { ownerToken = null, serialNumber = null, proprietary = null, checksum = null } = this.extensions;
    const { warnings } = this;
    return { format, joinEui, devEui, profileId, ownerToken, serialNumber, proprietary, checksum, warnings };
  }
}

/** Refuse a value with a character outside `allowed`. */
export function requireCharacters(text: string, allowed: RegExp, place: string): void {
  if (!allowed.test(text)) throw new Unreadable(place, "characters");
}
