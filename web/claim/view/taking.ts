// From scanned texts to devices in the list: what is new, what was here already, and what is no label, each said once.
import { feedback } from "../camera/feedback.ts";
import { type Label, Unreadable } from "../label/label.ts";
import { readLabel, textOf } from "../label/read.ts";
import { vendorOf } from "../label/vendors.ts";
import { type Entry, freshEntry } from "../queue/entry.ts";
import { add } from "../queue/queue.ts";
import { type Key, maybe, t } from "../texts/texts.ts";
import { model, reread } from "./model.ts";
import { notice } from "./notices.ts";

/** What a claim needs of a label. */
export type Claimable = Label & { joinEui: string; ownerToken: string };
export const isClaimable = (label: Label): label is Claimable => label.joinEui !== null && label.ownerToken !== null;

/** A device in a few words, as on a list. */
export const named = (one: { profileId: string; devEui: string }): string =>
  `${vendorOf(one.profileId) ?? t("device.unknown_vendor")} · ${one.devEui}`;

export interface Sorted {
  claimable: Claimable[];
  codeless: Label[];
  faults: Unreadable[];
}

/** Every text by what it is; a view full of other codes has many that are nothing. */
export function sorted(texts: string[]): Sorted {
  const found: Sorted = { claimable: [], codeless: [], faults: [] };
  for (const text of new Set(texts)) {
    try {
      const label = readLabel(textOf(text.trim()));
      if (isClaimable(label)) found.claimable.push(label);
      else found.codeless.push(label);
    } catch (fault) {
      if (!(fault instanceof Unreadable)) throw fault;
      found.faults.push(fault);
    }
  }
  return found;
}

/** Take labels into the list; tells how many are new, by voice, buzz and tone. */
export async function take(labels: Claimable[]): Promise<Entry[]> {
  const fresh: Entry[] = [];
  for (const label of labels) {
    const owned = model.entries.find(
      (entry) => entry.owned && entry.devEui === label.devEui && entry.joinEui === label.joinEui,
    );
    if (owned) {
      said("again", t("hit.owned", { what: named(label) }));
      continue;
    }
    const { entry, duplicate } = await add({ ...entryOf(label), account: model.holder });
    if (duplicate) said("again", t("hit.again", { what: named(label) }));
    else fresh.push(entry);
  }
  if (fresh.length === 1) said("hit", t("hit.read", { what: named(fresh[0]!) }));
  if (fresh.length > 1) said("hit", t("hit.several", { n: fresh.length }));
  await reread();
  return fresh;
}

function said(kind: "hit" | "again", text: string): void {
  feedback(kind);
  notice(kind === "hit" ? "good" : "plain", text);
}

const entryOf = (label: Claimable): Entry =>
  freshEntry(
    {
      devEui: label.devEui,
      joinEui: label.joinEui,
      profileId: label.profileId,
      serialNumber: label.serialNumber ?? "",
      code: label.ownerToken,
      warnings: label.warnings.map((warning) => warning.kind),
    },
    Date.now(),
  );

/** Say why none of these is a label that can be claimed with. */
export function complain(found: Sorted): void {
  feedback("wrong");
  if (found.codeless.length) notice("plain", t("hit.no_code"));
  else if (found.faults[0]) notice("bad", reason(found.faults[0]));
}

export function reason(fault: Unreadable): string {
  const place = fault.place === "the beginning" || fault.place === "the text" ? "" : fault.place;
  const otherwise: Key = place ? "unreadable.label" : "unreadable.unknown";
  return maybe(`unreadable.${fault.kind}`, otherwise, { place });
}
