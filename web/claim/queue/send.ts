// Sends what is queued. One at a time in the whole browser (Web Locks), each under its own idempotency key: tabs, the service
// worker and a person who taps twice send each claim once. A claim that was sent and not answered is sent again: the server
// knows it and answers as before.
import { whoAmI } from "../api/account.ts";
import { ApiError, api, Offline } from "../api/api.ts";
import type { Entry, Owned } from "./entry.ts";
import { adopt, change, entriesOf, find } from "./queue.ts";

/** How a round ended. */
export type Outcome = "idle" | "sent" | "offline" | "signed_out" | "later";

const LATER = 30_000;

export async function sendAll(): Promise<Outcome> {
  return navigator.locks.request("claimstack-send", async (): Promise<Outcome> => {
    const account = await whoAmI();
    if (account.remembered) return "offline";
    if (!account.user) return "signed_out";
    await adopt(account.user);
    return sendEach(account.user);
  });
}

async function sendEach(account: string): Promise<Outcome> {
  const waiting = (await entriesOf(account)).filter((entry) => entry.state === "queued").reverse();
  let outcome: Outcome = "idle";
  for (const { id } of waiting) {
    const entry = await find(id); // as it is now: it may have been sent or taken back meanwhile
    if (entry?.state !== "queued" || entry.account !== account) continue;
    if (entry.notBefore > Date.now()) {
      outcome = "later";
      continue;
    }
    const one = await sendOne(entry);
    if (one === "offline" || one === "signed_out") return one;
    if (one === "later" || outcome === "idle") outcome = one;
  }
  return outcome;
}

interface Ids {
  device_id: string;
  application_ids: { application_id: string };
}

async function sendOne(entry: Entry): Promise<Outcome> {
  try {
    const ids = await api<Ids>("POST", "v3/edcs/claim", claimOf(entry), entry.key);
    // First that it is ours, so that nothing which goes wrong below hides it.
    const owned = ownedBy(ids, Date.now());
    await change(entry.id, { state: "claimed", code: "", problem: "", answeredAt: Date.now(), owned });
    await change(entry.id, { owned: { ...owned, ...(await proofOf(owned)) } });
    return "sent";
  } catch (error) {
    if (error instanceof Offline) return "offline";
    if (!(error instanceof ApiError)) throw error;
    return noted(entry, error);
  }
}

function claimOf(entry: Entry): unknown {
  const { joinEui: join_eui, devEui: dev_eui, code: authentication_code } = entry;
  return {
    authenticated_identifiers: { join_eui, dev_eui, authentication_code },
    target_application_ids: { application_id: entry.application },
    target_device_id: entry.deviceId,
    invalidate_authentication_code: true,
  };
}

const ownedBy = (ids: Ids, now: number): Owned => ({
  application: ids.application_ids.application_id,
  deviceId: ids.device_id,
  claimedAt: new Date(now).toISOString(),
  sequence: 0,
  hash: "",
  rootKeysReadBefore: false,
  server: location.host,
});

interface Transfers {
  transfers?: { sequence?: number; hash?: string; claimed_at?: string }[];
}

/** What stands in the ledger, for the receipt. The claim holds without it, so its absence is no failure. */
async function proofOf(owned: Owned): Promise<Partial<Owned>> {
  const path = `claimstack/v1/applications/${owned.application}/devices/${owned.deviceId}`;
  const [transfers, claimability] = await Promise.all([
    api<Transfers>("GET", `${path}/transfers?limit=1&order=-sequence`).catch(() => null),
    api<{ root_keys_read_before?: boolean }>("GET", `${path}/claimability`).catch(() => null),
  ]);
  const last = transfers?.transfers?.[0];
  return {
    rootKeysReadBefore: claimability?.root_keys_read_before ?? false,
    ...(last?.claimed_at ? { claimedAt: last.claimed_at, sequence: last.sequence ?? 0, hash: last.hash ?? "" } : {}),
  };
}

/** What an answer that is no success means for the claim. */
async function noted(entry: Entry, error: ApiError): Promise<Outcome> {
  const answeredAt = Date.now();
  if (error.status === 401) return "signed_out";
  if (error.status === 429 || error.status >= 500) {
    const wait = error.retryAfter * 1000 || LATER;
    await change(entry.id, {
      notBefore: answeredAt + wait,
      problem: error.status === 429 ? "too_many" : "busy",
      answeredAt,
    });
    return "later";
  }
  const refused = error.reason === "claim_refused";
  const problem = refused ? "" : (PROBLEMS[error.reason] ?? "not_accepted");
  await change(entry.id, { state: refused ? "refused" : "problem", problem, answeredAt });
  return "sent";
}

const PROBLEMS: Record<string, string> = {
  id_taken: "id_taken",
  application_not_found: "application_gone",
  no_application_rights: "no_rights",
  insufficient_application_rights: "no_rights",
};
