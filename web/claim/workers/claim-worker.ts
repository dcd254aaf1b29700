// The service worker: keeps the page and its files, so that it opens without network, and sends what waits when the network
// is back, also with no page open (Background Sync, where the browser has it).
import { sendAll } from "../queue/send.ts";

/** Put before this script by the server: the page and every file it is made of, and their common version. */
declare const FILES: string[];
declare const VERSION: string;

interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
}

const scope = self as unknown as ServiceWorkerGlobalScope;
const PREFIX = "claimstack-claim-";
const PAGE = "/claim";
const ASSETS = "/assets/";

scope.addEventListener("install", (event) => {
  event.waitUntil(kept().then(() => scope.skipWaiting()));
});

async function kept(): Promise<void> {
  const cache = await caches.open(PREFIX + VERSION);
  await cache.addAll(FILES.map((path) => new Request(path, { cache: path === PAGE ? "reload" : "default" })));
}

scope.addEventListener("activate", (event) => {
  event.waitUntil(tidied().then(() => scope.clients.claim()));
});

/** The version before stays: a page of it may be open, and load its decoder only later. */
async function tidied(): Promise<void> {
  const ours = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== PREFIX + VERSION);
  for (const name of ours.slice(0, -1)) await caches.delete(name);
}

scope.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin) return;
  if (FILES.includes(pathname) || pathname.startsWith(ASSETS)) event.respondWith(fromCache(event.request, pathname));
});

async function fromCache(request: Request, path: string): Promise<Response> {
  const cache = await caches.open(PREFIX + VERSION);
  const kept = (await cache.match(path, { ignoreVary: true })) ?? (await caches.match(path, { ignoreVary: true }));
  return kept ?? fetch(request);
}

scope.addEventListener("sync", (event) => {
  if ((event as SyncEvent).tag === "claims") (event as SyncEvent).waitUntil(sent());
});

/** Still without network: the browser is told, and tries again by itself. */
async function sent(): Promise<void> {
  if ((await sendAll()) === "offline") throw new Error("still offline");
}
