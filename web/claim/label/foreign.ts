// Labels that are not TR005 but stick on LoRaWAN hardware: named, so that a person knows why. Nothing is read from them.

const KINDS: [RegExp, string][] = [
  [/^https?:\/\/(?:www\.)?ttig\.pro\//i, "gateway"],
  [/app_?key|nwk_?key|app_?s_?key/i, "root_keys"],
  [/^[^;]+;[0-9A-Fa-f]{16};[0-9A-Fa-f]{16};[0-9A-Fa-f]{32}\s*$/, "root_keys"],
  [/^https?:\/\/.*\bSN=/is, "maker_link"],
  [/^URN:LWDP:/, "browan"],
  [/^[0-9A-Fa-f]{32}:/, "seeed"],
  [/^[0-9A-Fa-f]{16}:[0-9A-Fa-f]{16}$/, "two_euis"],
  [/^\ufeff/, "byte_order_mark"],
  [/^\s+/, "blanks_before"],
  [/^(?:lw:|urn:)/i, "prefix_case"],
  [/LW:D0:/, "inside_text"],
  [/dev_?eui/i, "text_with_dev_eui"],
  [/^https?:\/\//i, "web_link"],
];

/** What sort of label this is; null when it is like nothing known. */
export function foreignKind(text: string): string | null {
  return KINDS.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}
