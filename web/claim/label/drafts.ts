// TR005 drafts 2 and 3, found on devices of 2019 to 2021: read, never written.
// URN:LW:DP:<JoinEUI>:<DevEUI>:<ProfileID>[:%V<code>%S<serial>%P<proprietary>]
// URN:DEV:LW:<JoinEUI>_<DevEUI>_<ProfileID>[_V<code>][_S<serial>][_P<proprietary>]
import { type Label, Unreadable } from "./label.ts";
import { DRAFT_FIELDS, Reading, requireCharacters } from "./reading.ts";

const PLACES = ["JoinEUI", "DevEUI", "ProfileID"];
const THIRD = "URN:DEV:LW:";

export const draft2 = { recognises: (text: string): boolean => text.startsWith("URN:LW:"), parse: parseSecond };
export const draft3 = { recognises: (text: string): boolean => text.startsWith("URN:DEV:"), parse: parseThird };

function parseSecond(text: string): Label {
  const parts = text.split(":");
  for (const [index, expected] of ["URN", "LW", "DP"].entries()) {
    if (parts[index] !== expected) throw new Unreadable(`part ${index + 1} (prefix)`, "prefix");
  }
  if (parts.length < 6) throw new Unreadable(`part ${parts.length + 1} (${PLACES[parts.length - 3]})`, "missing");
  if (parts.length > 7) throw new Unreadable("part 8", "too_long");
  const reading = new Reading();
  const joinEui = reading.octets(parts[3]!, 8, "part 4 (JoinEUI)");
  const devEui = reading.octets(parts[4]!, 8, "part 5 (DevEUI)");
  const profileId = reading.octets(parts[5]!, 4, "part 6 (ProfileID)");
  if (parts[6] !== undefined) extendSecond(reading, parts[6]);
  return reading.label("tr005draft2", joinEui, devEui, profileId);
}

/** Some printers escaped the percent sign as in a URL. */
function extendSecond(reading: Reading, written: string): void {
  const [before, ...extensions] = written.replaceAll("%25", "%").split("%");
  if (before) throw new Unreadable("part 7 (extensions)", "percent");
  extensions.forEach((extension, index) => {
    const place = `part 7, extension ${index + 1}`;
    requireCharacters(extension, /^[0-9A-Z$*+./-]*$/, place);
    reading.extend(DRAFT_FIELDS, extension, place);
  });
}

function parseThird(text: string): Label {
  if (!text.startsWith(THIRD)) throw new Unreadable("the beginning", "prefix");
  const parts = text.slice(THIRD.length).split("_");
  const reading = new Reading();
  const joinEui = reading.octets(parts[0]!, 8, "part 1 (JoinEUI)");
  if (parts.length < PLACES.length) {
    throw new Unreadable(`part ${parts.length + 1} (${PLACES[parts.length]})`, "missing");
  }
  const devEui = reading.octets(parts[1]!, 8, "part 2 (DevEUI)");
  const profileId = reading.octets(parts[2]!, 4, "part 3 (ProfileID)");
  parts.slice(3).forEach((extension, index) => {
    requireCharacters(extension, /^[0-9A-Z]*$/, `part ${index + 4}`);
    reading.extend(DRAFT_FIELDS, extension, `part ${index + 4}`);
  });
  return reading.label("tr005draft3", joinEui, devEui, profileId);
}
