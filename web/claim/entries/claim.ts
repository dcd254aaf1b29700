// The claim page, from the top: the address is cleaned, the page built, then the phone's memory and the server are asked.
import { fragment } from "../first.ts";
import { fragmentText } from "../label/read.ts";
import { t } from "../texts/texts.ts";
import { workerUrl } from "../trusted.ts";
import { devices } from "../view/devices.ts";
import { byId } from "../view/dom.ts";
import { footer, header, translate } from "../view/frame.ts";
import { begin, meet, model, reread, show } from "../view/model.ts";
import { notice } from "../view/notices.ts";
import { reveal, scanner } from "../view/scanner.ts";
import { complain, sorted, take } from "../view/taking.ts";

translate();
byId("main").replaceChildren(scanner(), devices());
byId("bar").append(...header());
byId("footer").replaceChildren(...footer());
document.documentElement.dataset.ready = "yes";

async function opened(): Promise<void> {
  const begun = begin();
  if (fragment) {
    const found = sorted([fragmentText(fragment)]);
    if (found.claimable.length) {
      await begun.catch(() => undefined);
      reveal((await take(found.claimable))[0]);
    } else complain(found);
  }
  await begun;
}

addEventListener("online", () => {
  model.online = true;
  void meet();
});
addEventListener("offline", () => {
  model.online = false;
  show();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) void meet();
});
addEventListener("pageshow", (event) => {
  if (event.persisted) void meet();
});
// One link after another, with the page open: the second changes only the fragment.
addEventListener("hashchange", () => {
  const text = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  const found = sorted([fragmentText(text)]);
  if (found.claimable.length) void take(found.claimable).then(([entry]) => reveal(entry));
});

opened().catch(() => notice("bad", "indexedDB" in globalThis ? t("failed") : t("no_storage")));

// Kept for the basement once the page stands, so that nothing of it waits for this.
if ("serviceWorker" in navigator) {
  addEventListener("load", () => {
    const register = (): void =>
      void navigator.serviceWorker.register(workerUrl("/claim/worker.js"), { scope: "/claim" });
    "requestIdleCallback" in globalThis ? requestIdleCallback(register, { timeout: 3000 }) : setTimeout(register, 1000);
  });
  navigator.serviceWorker.addEventListener("message", () => void reread());
}
void navigator.storage?.persist?.();
