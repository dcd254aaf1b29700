// What a label says about an end device, whichever format it is written in (TR005). The twin of src/claimstack/qr_codes.

export interface Label {
  format: "tr005" | "tr005draft2" | "tr005draft3" | "dev_eui";
  devEui: string;
  /** Null only for a label that carries nothing but a DevEUI. */
  joinEui: string | null;
  /** VendorID and VendorProfileID: 8 hexadecimal digits. */
  profileId: string;
  /** The claim authentication code. A secret: it is sent and stored sealed, and never shown. */
  ownerToken: string | null;
  serialNumber: string | null;
  proprietary: string | null;
  checksum: string | null;
  /** Where the label departs from TR005 but can be read, in the order met. */
  warnings: Warning[];
}

export type WarningKind =
  | "lower_case"
  | "empty_join_eui"
  | "line_break"
  | "characters"
  | "checksum_place"
  | "checksum_wrong"
  | "empty_extension"
  | "unknown_extension"
  | "repeated";

export interface Warning {
  place: string;
  kind: WarningKind;
}

/** Why a text is no label: `place` on it, and the kind of fault. Never what stood there: labels can carry root keys. */
export class Unreadable extends Error {
  readonly place: string;
  readonly kind: string;

  constructor(place: string, kind: string) {
    super(`${place}: ${kind}`);
    this.place = place;
    this.kind = kind;
  }
}
