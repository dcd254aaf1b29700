// What all parts of the page look at: who is signed in, where claims go, and whether there is network.
import {
  type Account,
  type Application,
  applicationsOf,
  lastAccount,
  lastApplication,
  NOBODY,
  rememberApplication,
  whoAmI,
} from "../api/account.ts";
import type { Entry } from "../queue/entry.ts";
import { adopt, entriesOf, onChange, othersThan } from "../queue/queue.ts";
import { type Outcome, sendAll } from "../queue/send.ts";

export interface Model {
  account: Account;
  /** Whose devices are shown: who is signed in, or was until the session ended. */
  holder: string;
  applications: Application[];
  application: string;
  entries: Entry[];
  /** Devices on this phone that belong to other accounts. */
  others: number;
  online: boolean;
  sending: boolean;
  /** Nobody is signed in, but somebody was, and did not sign out. */
  ended: boolean;
}

export const model: Model = {
  account: NOBODY,
  holder: "",
  applications: [],
  application: "",
  entries: [],
  others: 0,
  online: navigator.onLine,
  sending: false,
  ended: false,
};

type View = () => void;
const views: View[] = [];
export const shows = (view: View): void => void views.push(view);
export function show(): void {
  for (const view of views) view();
}

/** Read the devices again and show everything. */
export async function reread(): Promise<void> {
  const { holder } = model;
  [model.entries, model.others] = await Promise.all([entriesOf(holder), othersThan(holder)]);
  show();
}

/** Begin with what the phone remembers, then ask the server. */
export async function begin(): Promise<void> {
  onChange(() => void reread());
  const user = await lastAccount();
  model.account = { user, remembered: true };
  model.holder = user;
  await reread();
  await meet();
}

/** Ask who is signed in and what they have; then send what waits. */
export async function meet(): Promise<void> {
  const account = await whoAmI();
  model.online = !account.remembered;
  model.account = account;
  model.holder = account.user || (await lastAccount());
  model.ended = !account.user && model.holder !== "";
  if (account.user) {
    if (!account.remembered) await adopt(account.user);
    await meetApplications();
  }
  await send();
}

export async function meetApplications(chosen = ""): Promise<void> {
  const { user } = model.account;
  model.applications = await applicationsOf(user);
  const wish = chosen || model.application || (await lastApplication(user)) || "";
  const known = model.applications.some((one) => one.id === wish);
  model.application = known ? wish : (model.applications[0]?.id ?? "");
}

export async function chooseApplication(id: string): Promise<void> {
  model.application = id;
  await rememberApplication(model.account.user, id);
  show();
}

const QUICK = 3_000;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Send what waits, and come again while something does. */
export async function send(): Promise<void> {
  clearTimeout(timer);
  await reread();
  if (!model.entries.some((entry) => entry.state === "queued")) return;
  model.sending = navigator.onLine;
  show();
  const outcome: Outcome = await sendAll();
  model.sending = false;
  model.online = outcome !== "offline";
  model.ended = outcome === "signed_out";
  if (model.ended) model.account = NOBODY;
  await reread();
  if (outcome === "offline" || outcome === "later") timer = setTimeout(() => void send(), pause());
}

/** Until the first that may be sent again; without network often, since browsers do not always tell when it is back. */
function pause(): number {
  const moments = model.entries
    .filter((entry) => entry.state === "queued")
    .map((entry) => entry.notBefore - Date.now());
  return Math.max(QUICK, Math.min(60_000, ...moments));
}
