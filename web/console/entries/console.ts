// What the Console's pages can do better with a script; without it everything still works.
import { listen } from "../acts.ts";
import { follow } from "../live.ts";
import { prepare } from "../prepare.ts";
import { suggestAccounts } from "../suggest.ts";

listen();
prepare(document);
follow();
suggestAccounts();

document.querySelector<HTMLElement>("[data-focus]")?.focus();
const toast = document.querySelector("[data-toast]");
if (toast) setTimeout(() => toast.remove(), 8000);
// On a phone the tabs are wider than the screen.
const tab = document.querySelector<HTMLElement>(".tabs [aria-current]");
tab?.closest(".tabs")?.scrollTo({ left: tab.offsetLeft - 48 });
