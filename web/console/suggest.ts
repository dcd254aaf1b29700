// Accounts that begin to fit what is typed: the API says which, and only to who may add somebody here.
import { all } from "./page.ts";

/** The API answers shorter texts with whole ids only. */
const SHORTEST = 3;

interface Account {
  user_ids?: { user_id: string };
  organization_ids?: { organization_id: string };
}

async function found(path: string, query: string, signal: AbortSignal): Promise<Account[]> {
  const words = new URLSearchParams({ query, complement_collaborators: "true" });
  const answer = await fetch(`${path}?${words}`, { signal });
  return answer.ok ? ((await answer.json()).account_ids ?? []) : [];
}

function suggest(box: HTMLElement): void {
  const input = box.querySelector<HTMLInputElement>("#account_id");
  const list = box.querySelector("datalist");
  if (!input || !list) return;
  const kind = box.querySelector<HTMLSelectElement>("#account_kind");
  input.setAttribute("list", list.id);
  let asked = new AbortController();
  const ask = async (): Promise<void> => {
    asked.abort();
    asked = new AbortController();
    const query = input.value.trim();
    if (query.length < SHORTEST) return;
    const accounts = await found(box.dataset.suggests ?? "", query, asked.signal).catch(() => null);
    if (!accounts) return; // typed on meanwhile, or no network
    const ids = accounts.map((one) => (kind?.value === "organization" ? one.organization_ids : one.user_ids));
    list.replaceChildren(...ids.flatMap((one) => (one ? [new Option("", Object.values(one)[0])] : [])));
  };
  input.addEventListener("input", () => void ask());
  kind?.addEventListener("change", () => void ask());
}

export function suggestAccounts(): void {
  for (const box of all("[data-suggests]")) suggest(box);
}
