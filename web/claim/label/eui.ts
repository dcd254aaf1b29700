// EUIs as people write them: with dashes, colons, blanks, as C arrays, in either case.

/** What a typed EUI is so far: its 16 digits, or how many are missing or too many, or the character that is none. */
export type Typed = { eui: string } | { missing: number } | { surplus: number } | { wrong: string } | { empty: true };

export function readEui(typed: string): Typed {
  const bare = typed.replace(/0x/gi, "").replace(/[\s:\-.,_{}()[\]]/g, "");
  if (!bare) return { empty: true };
  const wrong = /[^0-9A-Fa-f]/.exec(bare);
  if (wrong) return { wrong: wrong[0] };
  if (bare.length < 16) return { missing: 16 - bare.length };
  if (bare.length > 16) return { surplus: bare.length - 16 };
  return { eui: bare.toUpperCase() };
}

/** An EUI in pairs, easier to compare with a printed label. */
export const spaced = (eui: string): string => eui.replace(/(..)(?=.)/g, "$1 ");

/** A letter that people type for a digit it looks like. */
export const LOOKS_LIKE: Record<string, string> = { O: "0", o: "0", I: "1", l: "1", S: "5", Z: "2" };
