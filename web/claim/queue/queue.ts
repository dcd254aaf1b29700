// The devices on this phone, shared by all tabs and the service worker: whoever changes one tells the others.
import { type Entry, sameDevice } from "./entry.ts";
import { all, get, put, remove } from "./sealed.ts";

const channel = new BroadcastChannel("claimstack-claim");
type Listener = () => void;
const listeners = new Set<Listener>();
channel.onmessage = () => {
  for (const listener of listeners) listener();
};

export function onChange(listener: Listener): void {
  listeners.add(listener);
}

function changed(): void {
  channel.postMessage("changed");
  for (const listener of listeners) listener();
}

/** The devices that this account may see: its own, and those that were scanned before anybody signed in. */
export async function entriesOf(account: string): Promise<Entry[]> {
  const entries = await all<Entry>("entries");
  return entries
    .filter((entry) => entry.account === "" || entry.account === account)
    .sort((one, other) => other.scannedAt - one.scannedAt);
}

/** How many devices on this phone are those of other accounts. */
export async function othersThan(account: string): Promise<number> {
  return (await all<Entry>("entries")).filter((entry) => entry.account !== "" && entry.account !== account).length;
}

/** A look at what is there and the change that follows from it: one after the other, in all tabs and the worker. */
function alone<T>(deed: () => Promise<T>): Promise<T> {
  return navigator.locks.request("claimstack-entries", deed) as Promise<T>;
}

/** Add a scan, or find the device that it repeats. A new code on a device that was refused replaces the old one. */
export function add(entry: Entry): Promise<{ entry: Entry; duplicate: boolean }> {
  return alone(async () => {
    const known = (await entriesOf(entry.account)).find((one) => sameDevice(one, entry) && one.owned === null);
    if (!known) {
      await put("entries", entry.id, entry);
      changed();
      return { entry, duplicate: false };
    }
    if (known.code !== entry.code && known.state !== "queued") {
      await write(known.id, { code: entry.code, state: "scanned", problem: "", key: entry.key });
      return { entry: { ...known, code: entry.code, state: "scanned" }, duplicate: false };
    }
    return { entry: known, duplicate: true };
  });
}

/** Change a device; null when it is gone meanwhile. */
export const change = (id: string, what: Partial<Entry>): Promise<Entry | null> => alone(() => write(id, what));

async function write(id: string, what: Partial<Entry>): Promise<Entry | null> {
  const before = await get<Entry>("entries", id);
  if (!before) return null;
  const after = { ...before, ...what };
  await put("entries", id, after);
  changed();
  return after;
}

export function drop(id: string): Promise<void> {
  return alone(async () => {
    await remove("entries", id);
    changed();
  });
}

export const find = (id: string): Promise<Entry | null> => get<Entry>("entries", id);

/** What was scanned before signing in belongs to the account that signs in. */
export function adopt(account: string): Promise<void> {
  return alone(async () => {
    const orphans = (await all<Entry>("entries")).filter((entry) => entry.account === "");
    for (const entry of orphans) await put("entries", entry.id, { ...entry, account });
    if (orphans.length) changed();
  });
}
