// What is around: the network's state and the account above, language and installing below.
import { forgetAccount } from "../api/account.ts";
import { choose, LANGUAGES, language, t } from "../texts/texts.ts";
import { byId, el, icon } from "./dom.ts";
import { model, shows } from "./model.ts";

interface InstallPrompt extends Event {
  prompt(): Promise<unknown>;
}

export function header(): HTMLElement[] {
  const network = el("span", { class: "network", role: "status" });
  const account = el("span", { class: "account" });
  let shown = "";
  shows(() => {
    const offline = !model.online || !navigator.onLine;
    network.textContent = offline ? t("offline") : "";
    network.hidden = !offline;
    if (shown === model.account.user) return;
    shown = model.account.user;
    account.replaceChildren(...(shown ? [signedIn(shown)] : []));
  });
  return [network, account];
}

/** Signing out leaves what waits on the phone, sealed and bound to its account. */
function signedIn(user: string): HTMLElement {
  const out = el(
    "form",
    { method: "post", action: "/oauth/logout" },
    el("input", { type: "hidden", name: "next", value: "/claim" }),
  );
  out.append(el("button", { class: "link" }, t("account.sign_out")));
  out.addEventListener("submit", () => void forgetAccount());
  const who = el("summary", { "aria-label": t("account.signed_in", { user }) }, icon("person"), el("span", {}, user));
  return el(
    "details",
    { class: "menu" },
    who,
    el("div", { class: "menu-body" }, el("p", { class: "soft" }, t("account.signed_in", { user })), out),
  );
}

export function footer(): HTMLElement[] {
  const select = el("select", { id: "language" });
  select.append(...Object.entries(LANGUAGES).map(([code, name]) => el("option", { value: code, lang: code }, name)));
  select.value = language;
  select.addEventListener("change", () => choose(select.value));
  const install = el("button", { type: "button", class: "link", hidden: true }, t("install"));
  let prompt: InstallPrompt | null = null;
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    prompt = event as InstallPrompt;
    install.hidden = false;
  });
  install.addEventListener("click", () => void prompt?.prompt());
  addEventListener("appinstalled", () => {
    install.hidden = true;
  });
  const tongue = el("span", { class: "tongue" }, el("label", { for: "language" }, t("language")), select);
  return [el("span", {}, t("footer")), install, tongue];
}

/** The words of the served page, in the person's language. */
export function translate(): void {
  document.documentElement.lang = language;
  document.title = `${t("title")} · claimstack`;
  byId("skip").textContent = t("skip");
}
