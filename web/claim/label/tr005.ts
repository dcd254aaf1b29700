// TR005, the final text of November 2020, read leniently:
// LW:D0:<JoinEUI>:<DevEUI>:<ProfileID>[:O<OwnerToken>][:S<SerNum>][:P<Proprietary>][:C<CheckSum>]
import { checksum } from "./checksum.ts";
import { type Label, Unreadable } from "./label.ts";
import { FIELDS, Reading } from "./reading.ts";

const PLACES = ["SchemaID", "JoinEUI", "DevEUI", "ProfileID"];
const VALUE = /^[0-9A-Z $%*+./-]*$/;

export const recognises = (text: string): boolean => text.startsWith("LW:");

export function parse(text: string): Label {
  const [prefix, ...parts] = text.split(":");
  if (prefix !== "LW") throw new Unreadable("part 1 (prefix)", "prefix");
  if (parts[0] !== "D0") throw new Unreadable("part 2 (SchemaID)", "schema");
  if (parts.length < PLACES.length) {
    throw new Unreadable(`part ${parts.length + 2} (${PLACES[parts.length]})`, "missing");
  }
  const reading = new Reading();
  const joinEui = readJoinEui(reading, parts[1]!);
  const devEui = reading.octets(parts[2]!, 8, "part 4 (DevEUI)");
  const profileId = reading.octets(parts[3]!, 4, "part 5 (ProfileID)");
  const extensions = parts.slice(4);
  extensions.forEach((written, index) => {
    reading.extend(FIELDS, unbroken(reading, written, `part ${index + 6}`), `part ${index + 6}`);
  });
  weighValues(reading);
  weighChecksum(reading, text, extensions);
  return reading.label("tr005", joinEui, devEui, profileId);
}

/** The Things Stack reads an empty JoinEUI as zeros, and so do we; an empty DevEUI names nothing. */
function readJoinEui(reading: Reading, written: string): string {
  if (written !== "") return reading.octets(written, 8, "part 3 (JoinEUI)");
  reading.warn("part 3 (JoinEUI)", "empty_join_eui");
  return "0".repeat(16);
}

/** Scanners end the text with a line break; in a claim code it would never match. */
function unbroken(reading: Reading, written: string, place: string): string {
  const value = written.replace(/[\r\n]+$/, "");
  if (value !== written) reading.warn(place, "line_break");
  return value;
}

function weighValues(reading: Reading): void {
  for (const [name, title] of Object.values(FIELDS)) {
    if (!VALUE.test(reading.extensions[name] ?? "")) reading.warn(title, "characters");
  }
}

function weighChecksum(reading: Reading, text: string, extensions: string[]): void {
  const written = reading.extensions.checksum;
  if (written === undefined) return;
  const place = extensions.findIndex((extension) => extension.startsWith("C"));
  if (place !== extensions.length - 1) reading.warn("CheckSum", "checksum_place");
  else if (checksum(text.slice(0, text.lastIndexOf(":"))) !== written) reading.warn("CheckSum", "checksum_wrong");
}
