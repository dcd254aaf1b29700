// What an owner keeps: a page of plain text to save or to print. The claim code is not in it: it is spent.
import { spaced } from "../label/eui.ts";
import { vendorOf } from "../label/vendors.ts";
import type { Entry, Owned } from "../queue/entry.ts";
import { language, t } from "../texts/texts.ts";
import { byId, el } from "./dom.ts";

type Line = [string, string];

function linesOf(entry: Entry, owned: Owned): Line[] {
  const at = new Date(owned.claimedAt);
  const shown = `${at.toLocaleString(language, { dateStyle: "long", timeStyle: "long" })} (${at.toISOString()})`;
  const lines: Line[] = [
    [t("receipt.device"), owned.deviceId],
    [t("receipt.application"), owned.application],
    ["DevEUI", spaced(entry.devEui)],
    ["JoinEUI", spaced(entry.joinEui)],
    [t("receipt.vendor"), `${vendorOf(entry.profileId) ?? "–"} (${entry.profileId})`],
    [t("device.serial"), entry.serialNumber],
    [t("receipt.by"), entry.account],
    [t("receipt.at"), shown],
    [t("receipt.server"), owned.server],
    [t("receipt.ledger"), owned.sequence ? t("receipt.transfer", { sequence: owned.sequence }) : ""],
    [t("receipt.hash"), owned.hash],
  ];
  return lines.filter(([, value]) => value);
}

export function saveReceipt(entry: Entry, owned: Owned): void {
  const width = Math.max(...linesOf(entry, owned).map(([name]) => name.length)) + 2;
  const rows = linesOf(entry, owned).map(([name, value]) => `${`${name}:`.padEnd(width)}${value}`);
  const text = [`claimstack · ${t("receipt.title")}`, "", ...rows, "", owned.hash ? t("receipt.note") : "", ""].join(
    "\r\n",
  );
  const address = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/plain;charset=utf-8" }));
  const link = el("a", { href: address, download: `receipt-${owned.deviceId}.txt` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

export function printReceipt(entry: Entry, owned: Owned): void {
  const rows = linesOf(entry, owned).flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]);
  byId("print").replaceChildren(
    el("p", { class: "brand" }, "claimstack"),
    el("h1", {}, t("receipt.title")),
    el("dl", {}, ...rows),
    ...(owned.hash ? [el("p", {}, t("receipt.note"))] : []),
  );
  print();
}
