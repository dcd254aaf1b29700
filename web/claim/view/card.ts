// One device in the list: what was read of it, how its claim stands, and what can be done about it.
import { spaced } from "../label/eui.ts";
import { vendorOf } from "../label/vendors.ts";
import { type Entry, ID_LENGTH, ID_PATTERN, type Owned, type State } from "../queue/entry.ts";
import { change, drop } from "../queue/queue.ts";
import { clock, duration, maybe, moment, t } from "../texts/texts.ts";
import { el, type Icon, icon } from "./dom.ts";
import { model, send } from "./model.ts";
import { notice } from "./notices.ts";
import { printReceipt, saveReceipt } from "./receipt.ts";

const ICONS: Record<State, Icon> = {
  scanned: "tag",
  queued: "wait",
  claimed: "check",
  refused: "alert",
  problem: "alert",
};
/** A claim that waited for longer than this may have outlived its code. */
const LONG = 60_000;

export function card(entry: Entry): HTMLElement {
  return el(
    "li",
    { class: `device ${entry.state}`, "data-entry": entry.id, "data-state": entry.state },
    el(
      "div",
      { class: "top" },
      heading(entry),
      el("p", { class: "state" }, icon(ICONS[entry.state]), t(`state.${entry.state}`)),
    ),
    facts(entry),
    warning(entry),
    ...body(entry),
  );
}

function heading(entry: Entry): HTMLElement {
  const vendor = vendorOf(entry.profileId);
  const profile = /^(0000|FFFF)/.test(entry.profileId)
    ? ""
    : t("device.profile", { profile: entry.profileId.slice(4) });
  const unnamed = profile && !vendor ? `${t("device.vendor", { vendor: entry.profileId.slice(0, 4) })} · ` : "";
  return el(
    "div",
    {},
    el("h3", { tabindex: "-1" }, entry.owned ? entry.owned.deviceId : (vendor ?? t("device.unknown_vendor"))),
    el(
      "p",
      { class: "soft" },
      entry.owned && vendor ? `${vendor}${profile ? ` · ${profile}` : ""}` : `${unnamed}${profile}`,
    ),
  );
}

function facts(entry: Entry): HTMLElement {
  const rows: [string, string][] = [
    ["DevEUI", spaced(entry.devEui)],
    ["JoinEUI", spaced(entry.joinEui)],
    [t("device.serial"), entry.serialNumber],
  ];
  const shown = rows.filter(([, value]) => value);
  return el(
    "dl",
    { class: "facts" },
    ...shown.flatMap(([name, value]) => [el("dt", {}, name), el("dd", { class: "mono" }, value)]),
  );
}

function warning(entry: Entry): HTMLElement | null {
  if (entry.owned || !entry.warnings.length) return null;
  const misprint = entry.warnings.includes("checksum_wrong");
  return el("p", { class: "note" }, t(misprint ? "device.warn.checksum_wrong" : "device.warn.other"));
}

function body(entry: Entry): HTMLElement[] {
  if (entry.state === "claimed" && entry.owned) return claimed(entry, entry.owned);
  if (entry.state === "queued") return queued(entry);
  return [...troubles(entry), idField(entry), actions(entry)];
}

// ------------------------------------------------------------------ before the claim

function troubles(entry: Entry): HTMLElement[] {
  if (entry.state === "problem") {
    const words = { application: entry.application };
    return [el("p", { class: "note bad" }, maybe(`problem.${entry.problem}`, "problem.not_accepted", words))];
  }
  if (entry.state !== "refused") return [];
  const waited = entry.answeredAt - entry.queuedAt;
  const lapsed =
    waited > LONG ? el("p", { class: "note bad lapsed" }, t("refused.lapsed", { how_long: duration(waited) })) : null;
  return [...(lapsed ? [lapsed] : []), el("p", { class: lapsed ? "soft" : "note bad" }, t("refused.why"))];
}

function idField(entry: Entry): HTMLElement {
  const id = `id-${entry.id}`;
  const input = el("input", {
    id,
    value: entry.deviceId,
    maxlength: ID_LENGTH,
    autocomplete: "off",
    autocapitalize: "none",
    autocorrect: "off",
    spellcheck: "false",
    "data-keep": id,
    "aria-describedby": `${id}-hint`,
  });
  const hint = el("p", { class: "hint", id: `${id}-hint` });
  input.addEventListener("change", () => void change(entry.id, { deviceId: input.value.trim() }));
  input.addEventListener("input", () => {
    const good = ID_PATTERN.test(input.value.trim());
    input.toggleAttribute("aria-invalid", false);
    if (!good) input.setAttribute("aria-invalid", "true");
    hint.textContent = good ? "" : t("device.bad_id");
    hint.className = good ? "hint" : "hint wrong";
  });
  return el("div", { class: "field" }, el("label", { for: id }, t("device.id")), input, hint);
}

function actions(entry: Entry): HTMLElement {
  const text = entry.state === "refused" ? t("device.again") : t("device.claim");
  return el(
    "div",
    { class: "actions" },
    el(
      "button",
      { type: "button", class: "claim", "data-keep": `claim-${entry.id}`, click: () => void claim([entry]) },
      text,
    ),
    el("button", { type: "button", class: "link", click: () => void remove(entry) }, t("device.remove")),
  );
}

async function remove(entry: Entry): Promise<void> {
  await drop(entry.id);
  notice("plain", t("device.removed"));
  document.getElementById("devices")?.focus();
}

/** Queue these claims and send them, or lead to what is missing first. */
export async function claim(entries: Entry[]): Promise<void> {
  const missing = document.querySelector<HTMLElement>("#target [data-first]");
  if (!model.application) {
    missing?.scrollIntoView({ block: "center", behavior: "smooth" });
    missing?.focus({ preventScroll: true });
    return;
  }
  for (const entry of entries) {
    const typed = document.getElementById(`id-${entry.id}`) as HTMLInputElement | null;
    const deviceId = typed?.value.trim() || entry.deviceId;
    if (!ID_PATTERN.test(deviceId)) {
      typed?.focus();
      return;
    }
    await change(entry.id, queuedAs(entry, deviceId, Date.now()));
  }
  if (!navigator.onLine) await askForSync();
  await send();
  if (model.entries.some((entry) => entry.state === "queued")) await askForSync();
}

/** The same claim keeps its key, so that the server knows it again; another one, or another try after a no, gets its own. */
function queuedAs(entry: Entry, deviceId: string, now: number): Partial<Entry> {
  const { application, holder } = model;
  const same = entry.state === "scanned" && entry.application === application && entry.deviceId === deviceId;
  const key = same ? entry.key : crypto.randomUUID();
  return {
    state: "queued",
    application,
    deviceId,
    account: holder,
    key,
    queuedAt: now,
    notBefore: 0,
    problem: "",
  };
}

/** Where the browser has it, what waits is sent even when no page is open. */
async function askForSync(): Promise<void> {
  const worker = await navigator.serviceWorker?.getRegistration("/claim");
  const { sync } = (worker ?? {}) as { sync?: { register(tag: string): Promise<void> } };
  await sync?.register("claims").catch(() => undefined);
}

// ------------------------------------------------------------------ under way, and done

function queued(entry: Entry): HTMLElement[] {
  return [
    el("p", { class: "note" }, waiting(entry)),
    el(
      "div",
      { class: "actions" },
      el(
        "button",
        { type: "button", class: "link", click: () => void change(entry.id, { state: "scanned", problem: "" }) },
        t("device.back"),
      ),
    ),
  ];
}

function waiting(entry: Entry): string {
  if (model.ended) return t("queued.signed_out");
  const when = clock(entry.notBefore);
  if (entry.notBefore > Date.now()) return maybe(`queued.${entry.problem}`, "queued.busy", { when });
  return model.sending ? t("queued.sending") : t("queued.offline");
}

function claimed(entry: Entry, owned: Owned): HTMLElement[] {
  const keys = owned.rootKeysReadBefore ? [el("p", { class: "note bad" }, t("claimed.keys"))] : [];
  return [
    el(
      "div",
      { class: "done" },
      el("p", { class: "yours" }, t("claimed.heading")),
      el("p", {}, t("claimed.where", { device: owned.deviceId, application: owned.application })),
      el("p", { class: "soft" }, moment(Date.parse(owned.claimedAt))),
    ),
    ...keys,
    el("h4", {}, t("claimed.next")),
    el("ul", { class: "next" }, el("li", {}, t("claimed.switch_on")), el("li", {}, t("claimed.network"))),
    el(
      "div",
      { class: "pair" },
      el("button", { type: "button", class: "second", click: () => saveReceipt(entry, owned) }, t("claimed.save")),
      el("button", { type: "button", class: "second", click: () => printReceipt(entry, owned) }, t("claimed.print")),
    ),
    el(
      "div",
      { class: "actions" },
      el("button", { type: "button", class: "link", click: () => void remove(entry) }, t("device.remove_claimed")),
    ),
  ];
}
