// One device on its way from a scan to a claim: what is kept of it on the phone (sealed), and how it stands.

/**
 * scanned: read, and waiting for its owner-to-be · queued: to be sent as soon as there is network · claimed ·
 * refused: the server said no, without a reason · problem: something in it must be changed.
 */
export type State = "scanned" | "queued" | "claimed" | "refused" | "problem";

export interface Entry {
  id: string;
  /** The account that it belongs to; empty until somebody has signed in. */
  account: string;
  state: State;
  devEui: string;
  joinEui: string;
  profileId: string;
  serialNumber: string;
  /** The claim authentication code: a secret, taken away once the device is claimed. */
  code: string;
  /** Kinds of departures of the label from TR005. */
  warnings: string[];
  application: string;
  deviceId: string;
  /** Sent as Idempotency-Key; a changed claim gets a new one. */
  key: string;
  scannedAt: number;
  queuedAt: number;
  /** When the server answered last. */
  answeredAt: number;
  /** Not to be sent before this moment. */
  notBefore: number;
  /** Name of what is in the way (a text of the catalogue), for `problem` and while waiting. */
  problem: string;
  /** The device as the server confirmed it. */
  owned: Owned | null;
}

export interface Owned {
  application: string;
  deviceId: string;
  claimedAt: string;
  /** Place and hash of the change of owner in the server's ledger. */
  sequence: number;
  hash: string;
  rootKeysReadBefore: boolean;
  server: string;
}

/** What tells one device from another: a second scan of the same is no second device. */
export const sameDevice = (one: Entry, other: Entry): boolean =>
  one.devEui === other.devEui && one.joinEui === other.joinEui;

/** The device id that is offered: as the contract makes one from a DevEUI. */
export const offeredId = (devEui: string): string => `eui-${devEui.toLowerCase()}`;

/** What ids look like in the contract. */
export const ID_PATTERN = /^[a-z0-9](?:-?[a-z0-9]){2,}$/;
export const ID_LENGTH = 36;

export function freshEntry(
  label: Pick<Entry, "devEui" | "joinEui" | "profileId" | "serialNumber" | "code" | "warnings">,
  now: number,
): Entry {
  return {
    ...label,
    id: crypto.randomUUID(),
    account: "",
    state: "scanned",
    application: "",
    deviceId: offeredId(label.devEui),
    key: crypto.randomUUID(),
    scannedAt: now,
    queuedAt: 0,
    answeredAt: 0,
    notBefore: 0,
    problem: "",
    owned: null,
  };
}
