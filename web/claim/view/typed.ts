// Typing a label in: EUIs in any usual form, with help at each keystroke; a pasted label text fills all.
import { LOOKS_LIKE, readEui, spaced } from "../label/eui.ts";
import { Unreadable } from "../label/label.ts";
import { readLabel, textOf } from "../label/read.ts";
import { t } from "../texts/texts.ts";
import { el } from "./dom.ts";
import { type Claimable, isClaimable } from "./taking.ts";

interface Field {
  input: HTMLInputElement;
  hint: HTMLElement;
  box: HTMLElement;
}

/** Ask; null when the person thinks better of it. */
export function askTyped(): Promise<Claimable | null> {
  return new Promise((resolve) => {
    let answer: Claimable | null = null;
    const dialog = el("dialog", { "aria-labelledby": "typed", class: "sheet" });
    const form = typedForm((label) => {
      answer = label;
      dialog.close();
    });
    form.querySelector(".cancel")!.addEventListener("click", () => dialog.close());
    dialog.append(form);
    dialog.addEventListener("close", () => {
      dialog.remove();
      document.getElementById("type")?.focus();
      resolve(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

function typedForm(done: (label: Claimable) => void): HTMLFormElement {
  const joinEui = field("typed-join", "JoinEUI (AppEUI)", t("typed.empty"));
  const devEui = field("typed-dev", "DevEUI", t("typed.empty"));
  const code = field("typed-code", t("typed.code"), t("typed.code_hint"));
  const fields = [joinEui, devEui, code];
  let pasted: Claimable | null = null;
  for (const one of [joinEui, devEui]) one.input.addEventListener("input", () => void hinted(one, false));
  code.input.addEventListener("input", () => void codeHinted(code, false));
  for (const one of fields) {
    one.input.addEventListener("input", () => {
      pasted = filled(one.input.value, joinEui, devEui, code) ?? pasted;
    });
  }
  const take = (event: Event): void => {
    event.preventDefault();
    const results = [hinted(joinEui, true), hinted(devEui, true), codeHinted(code, true)];
    const wrong = results.findIndex((good) => !good);
    if (wrong >= 0) fields[wrong]!.input.focus();
    else if (results[0] === results[1]) said(devEui, t("typed.same"), true);
    else done({ ...(pasted ?? BARE), joinEui: results[0]!, devEui: results[1]!, ownerToken: results[2]! });
  };
  return el(
    "form",
    { submit: take, novalidate: true },
    el("h2", { id: "typed" }, t("typed.heading")),
    el("p", { class: "soft" }, t("typed.lead")),
    ...fields.map((one) => one.box),
    el(
      "div",
      { class: "pair" },
      el("button", {}, t("typed.take")),
      el("button", { type: "button", class: "second cancel" }, t("typed.cancel")),
    ),
  );
}

const BARE: Claimable = {
  format: "tr005",
  devEui: "",
  joinEui: "",
  profileId: "00000000",
  ownerToken: "",
  serialNumber: null,
  proprietary: null,
  checksum: null,
  warnings: [],
};

function field(id: string, name: string, text: string): Field {
  const input = el("input", {
    id,
    type: "text",
    autocomplete: "off",
    autocapitalize: "characters",
    autocorrect: "off",
    spellcheck: "false",
    maxlength: 1024,
    class: "mono",
    "aria-describedby": `${id}-hint`,
  });
  const hint = el("p", { class: "hint", id: `${id}-hint`, "aria-live": "polite" }, text);
  return { input, hint, box: el("div", { class: "field" }, el("label", { for: id }, name), input, hint) };
}

function said(one: Field, text: string, wrong: boolean): void {
  one.hint.textContent = text;
  one.hint.className = wrong ? "hint wrong" : "hint";
  if (wrong) one.input.setAttribute("aria-invalid", "true");
  else one.input.removeAttribute("aria-invalid");
}

/** Say how an EUI stands; while typing only what cannot become right is wrong. Gives the EUI when it is whole. */
function hinted(one: Field, final: boolean): string | null {
  const typed = readEui(one.input.value);
  if ("eui" in typed) {
    said(one, t("typed.good", { eui: spaced(typed.eui) }), false);
    return typed.eui;
  }
  if ("empty" in typed) said(one, t("typed.empty"), final);
  else if ("missing" in typed) said(one, t("typed.missing", { n: typed.missing }), final);
  else if ("surplus" in typed) said(one, t("typed.surplus", { n: typed.surplus }), true);
  else {
    const digit = LOOKS_LIKE[typed.wrong];
    said(
      one,
      digit ? t("typed.looks_like", { character: typed.wrong, digit }) : t("typed.wrong", { character: typed.wrong }),
      true,
    );
  }
  return null;
}

function codeHinted(one: Field, final: boolean): string | null {
  const code = one.input.value.trim();
  const good = /^[A-Za-z0-9]{1,32}$/.test(code);
  if (!code) said(one, final ? t("typed.code_empty") : t("typed.code_hint"), final);
  else said(one, good ? t("typed.code_hint") : t("typed.code_wrong"), !good);
  return good ? code : null;
}

/** A whole label text in one field goes to where its parts belong. */
function filled(text: string, joinEui: Field, devEui: Field, code: Field): Claimable | null {
  if (!/LW|#/i.test(text) || text.length < 40) return null;
  try {
    const label = readLabel(textOf(text.trim()));
    joinEui.input.value = label.joinEui ?? "";
    devEui.input.value = label.devEui;
    code.input.value = label.ownerToken ?? "";
    hinted(joinEui, true);
    hinted(devEui, true);
    codeHinted(code, true);
    const misprint = label.warnings.some((warning) => warning.kind === "checksum_wrong");
    said(devEui, misprint ? t("typed.checksum") : t("typed.pasted"), misprint);
    return isClaimable(label) ? label : null;
  } catch (fault) {
    if (fault instanceof Unreadable) return null;
    throw fault;
  }
}
