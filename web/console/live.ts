// Live: when something happens, the page is fetched again and what changed is put in place. The answer comes as the
// browser's own inert document, so HTML is never made from text here and nothing in it runs.
import { all } from "./page.ts";
import { prepare } from "./prepare.ts";

let stream: EventSource | null = null;
let waiting = false;
let looked = 0;
/** The first change is looked at at once; while an import registers thousands, twice a second is enough. */
const AT_ONCE = 50;
const CALM = 500;

function fetchPage(): Promise<XMLHttpRequest> {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("GET", location.pathname + location.search);
    request.responseType = "document";
    request.setRequestHeader("accept", "text/html");
    request.onload = () => done(request);
    request.onerror = () => failed(new Error("network"));
    request.send();
  });
}

/** A part is left alone while somebody types or chooses in it. */
function isBusy(part: Element): boolean {
  const active = document.activeElement;
  const typing = active?.matches("input, select, textarea") && part.contains(active);
  return Boolean(typing) || part.querySelector("dialog[open]") !== null;
}

function put(fresh: Document): void {
  for (const part of all("main [data-live]")) {
    const next = fresh.getElementById(part.id);
    if (!next || isBusy(part)) continue;
    document.adoptNode(next);
    prepare(next);
    if (next.textContent === part.textContent && next.children.length === part.children.length) continue;
    part.replaceWith(next);
    next.classList.add("fresh");
  }
}

/** What one may no longer see is taken away at once; the server's own page says why. */
function gone(answer: XMLHttpRequest): void {
  const main = answer.response?.getElementById("main");
  const old = document.getElementById("main");
  if (new URL(answer.responseURL).pathname !== location.pathname || !main || !old) {
    location.reload();
    return;
  }
  stream?.close();
  document.adoptNode(main);
  old.replaceWith(main);
  document.title = answer.response.title;
}

async function refresh(): Promise<void> {
  waiting = false;
  looked = Date.now();
  try {
    const answer = await fetchPage();
    const here = new URL(answer.responseURL).pathname === location.pathname;
    if (answer.status !== 200 || !here) gone(answer);
    else {
      put(answer.response);
      followInstead(answer.response.body.dataset.events);
    }
  } catch {
    // The network is away: the stream comes again, and then the page is looked at again.
  }
}

function soon(): void {
  if (!waiting) setTimeout(() => void refresh(), Math.max(AT_ONCE, looked + CALM - Date.now()));
  waiting = true;
}

/** A list that shows other things by now listens to those. */
function followInstead(subjects: string | undefined): void {
  const same = subjects === document.body.dataset.events && stream?.readyState !== EventSource.CLOSED;
  if (same || subjects === undefined) return;
  stream?.close();
  document.body.dataset.events = subjects;
  follow();
}

export function follow(): void {
  const subjects = document.body.dataset.events;
  if (!subjects) return;
  let opened = false;
  const made = new EventSource(`/console/events?${subjects}`);
  stream = made;
  made.addEventListener("open", () => {
    if (opened) soon();
    opened = true;
  });
  made.addEventListener("change", soon);
  made.addEventListener("gone", () => {
    made.close();
    soon();
  });
}
