// What the phone keeps: IndexedDB, every value sealed by AES-256-GCM. The key lies beside it but cannot be taken out: it was
// made "not extractable", so a copy of the database without this very browser profile opens nothing.

const NAME = "claimstack-claim";
const KEYS = "keys";
const THE_KEY = "queue";
export type Store = "entries" | "memory";

interface Sealed {
  id: string;
  iv: Uint8Array<ArrayBuffer>;
  data: ArrayBuffer;
}

let opened: Promise<IDBDatabase> | null = null;

function database(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(KEYS);
      request.result.createObjectStore("entries", { keyPath: "id" });
      request.result.createObjectStore("memory", { keyPath: "id" });
    };
    request.onsuccess = () => {
      // Another tab may want to upgrade or delete; the next use opens again.
      request.result.onversionchange = () => {
        request.result.close();
        opened = null;
      };
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function written(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}

/** The key of this browser, made at the first use. Of two tabs that make one at once the first stays. */
async function sealingKey(): Promise<CryptoKey> {
  const db = await database();
  const kept = await done<CryptoKey | undefined>(db.transaction(KEYS).objectStore(KEYS).get(THE_KEY));
  if (kept) return kept;
  const fresh = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const transaction = db.transaction(KEYS, "readwrite", { durability: "strict" });
  const first = await done<CryptoKey | undefined>(transaction.objectStore(KEYS).get(THE_KEY));
  if (!first) transaction.objectStore(KEYS).put(fresh, THE_KEY);
  await written(transaction);
  return first ?? fresh;
}

const bound = (store: Store, id: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(`${store}/${id}`);

/** Keep a value; on the disk before the promise is kept, so that a killed browser loses nothing that was shown as kept. */
export async function put(store: Store, id: string, value: unknown): Promise<void> {
  const key = await sealingKey();
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const text = new TextEncoder().encode(JSON.stringify(value));
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bound(store, id) }, key, text);
  const transaction = (await database()).transaction(store, "readwrite", { durability: "strict" });
  transaction.objectStore(store).put({ id, iv, data } satisfies Sealed);
  await written(transaction);
}

async function unsealed<T>(store: Store, sealed: Sealed): Promise<T | null> {
  const additionalData = bound(store, sealed.id);
  try {
    const text = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv: sealed.iv, additionalData },
      await sealingKey(),
      sealed.data,
    );
    return JSON.parse(new TextDecoder().decode(text)) as T;
  } catch {
    return null; // of another key: it opens no more
  }
}

export async function get<T>(store: Store, id: string): Promise<T | null> {
  const db = await database();
  const sealed = await done<Sealed | undefined>(db.transaction(store).objectStore(store).get(id));
  return sealed ? unsealed<T>(store, sealed) : null;
}

export async function all<T>(store: Store): Promise<T[]> {
  const db = await database();
  const sealed = await done<Sealed[]>(db.transaction(store).objectStore(store).getAll());
  const found = await Promise.all(sealed.map((one) => unsealed<T>(store, one)));
  return found.filter((one) => one !== null);
}

export async function remove(store: Store, id: string): Promise<void> {
  const transaction = (await database()).transaction(store, "readwrite", { durability: "strict" });
  transaction.objectStore(store).delete(id);
  await written(transaction);
}
