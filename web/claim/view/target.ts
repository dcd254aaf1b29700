// Where claims go: sign in, choose an application or make one.
import { createApplication } from "../api/account.ts";
import { ApiError } from "../api/api.ts";
import { ID_LENGTH, ID_PATTERN } from "../queue/entry.ts";
import { t } from "../texts/texts.ts";
import { el } from "./dom.ts";
import { chooseApplication, meetApplications, model, show } from "./model.ts";
import { notice } from "./notices.ts";

const NEW = "\u0000new";
let making = false;

/** What this part looks like depends on these alone: it is built anew only when they change. */
export const targetState = (): string =>
  JSON.stringify([
    model.account.user,
    model.application,
    model.applications,
    making,
    model.ended,
    model.online,
    model.entries.length > 0,
  ]);

export function target(): HTMLElement[] {
  if (!model.account.user) return model.ended && model.application ? [signIn(), choice()] : [signIn()];
  if (!model.applications.length || making) return [...(model.applications.length ? [choice()] : []), maker()];
  return [choice()];
}

function signIn(): HTMLElement {
  const text = model.ended ? t("sign_in.again") : model.online ? t("sign_in.lead") : t("sign_in.offline");
  const joinable = document.documentElement.dataset.joinable === "yes";
  return el(
    "div",
    { class: "sign-in" },
    el("h3", {}, t("sign_in.heading")),
    el("p", { class: model.ended ? "note bad" : "soft" }, text),
    el(
      "div",
      { class: "pair" },
      el(
        "a",
        { class: "button", href: "/oauth/login?next=/claim", "data-first": true, id: "sign-in" },
        t("account.sign_in"),
      ),
      joinable && el("a", { class: "button second", href: "/oauth/register?next=/claim" }, t("account.sign_up")),
    ),
  );
}

function choice(): HTMLElement {
  const select = el("select", { id: "application", "data-keep": "application", "data-first": true });
  const options = model.applications.map((one) =>
    el("option", { value: one.id }, one.name ? `${one.name} (${one.id})` : one.id),
  );
  select.append(...options, el("option", { value: NEW }, t("application.new")));
  select.value = making ? NEW : model.application;
  select.addEventListener("change", () => {
    making = select.value === NEW;
    if (making) show();
    else void chooseApplication(select.value);
    if (making) document.getElementById("new-application")?.focus();
  });
  return el("div", { class: "field" }, el("label", { for: "application" }, t("application.label")), select);
}

function maker(): HTMLElement {
  const first = !model.applications.length;
  const input = el("input", {
    id: "new-application",
    maxlength: ID_LENGTH,
    autocomplete: "off",
    autocapitalize: "none",
    autocorrect: "off",
    spellcheck: "false",
    "data-keep": "new-application",
    "data-first": first,
    "aria-describedby": "new-application-hint",
  });
  const hint = el("p", { class: "hint", id: "new-application-hint", "aria-live": "polite" }, t("application.id_hint"));
  const button = el("button", { class: "second" }, t("application.create"));
  const create = async (event: Event): Promise<void> => {
    event.preventDefault();
    button.disabled = true;
    const fault = await made(input.value.trim());
    button.disabled = false;
    if (!fault) return;
    hint.textContent = fault;
    hint.className = "hint wrong";
    input.setAttribute("aria-invalid", "true");
    input.focus();
  };
  return el(
    "form",
    { class: "maker", novalidate: true, submit: (event) => void create(event) },
    first && el("p", { class: "soft" }, t("application.none")),
    el("div", { class: "field" }, el("label", { for: "new-application" }, t("application.id")), input, hint),
    button,
  );
}

/** Make the application; what is wrong in words, or nothing. */
async function made(id: string): Promise<string> {
  if (!ID_PATTERN.test(id)) return t("application.bad_id");
  try {
    await createApplication(model.account.user, id);
  } catch (error) {
    if (!(error instanceof ApiError)) return t("application.needs_network");
    return error.status === 409 ? t("application.taken") : t("application.not_made");
  }
  making = false;
  await meetApplications(id);
  await chooseApplication(id);
  notice("good", t("application.made", { id }));
  document.getElementById("application")?.focus();
  return "";
}
