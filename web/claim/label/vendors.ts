// Who made a device, as the LoRa Alliance numbers its members. The table is the server's own.
import table from "../../../src/claimstack/lorawan/vendors.json";

const vendors: Record<string, string> = table.vendors;

/** The vendor's name; null when nobody is known under the number, or it is none (0000, FFFF). */
export function vendorOf(profileId: string): string | null {
  return vendors[profileId.slice(0, 4)] ?? null;
}
