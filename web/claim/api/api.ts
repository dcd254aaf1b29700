// The public API, by the session cookie of this very origin. Nothing secret is ever put into a path or a query.

export class ApiError extends Error {
  readonly status: number;
  /** Name of the contract's error, such as `claim_refused`; empty when there was none. */
  readonly reason: string;
  readonly retryAfter: number;

  constructor(status: number, reason: string, retryAfter: number) {
    super(`${status} ${reason}`);
    this.status = status;
    this.reason = reason;
    this.retryAfter = retryAfter;
  }
}

/** There is no network, or no server behind it. */
export class Offline extends Error {}

const PATIENCE = 20_000;

export async function api<T>(method: string, path: string, body?: unknown, key?: string): Promise<T> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (key) headers["idempotency-key"] = key;
  const [answer, text] = await reached(path.startsWith("/") ? path : `/api/${path}`, {
    method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
    credentials: "same-origin",
    cache: "no-store",
    redirect: "error",
    referrerPolicy: "no-referrer",
  });
  if (!answer.ok) throw refusalOf(answer, text);
  return JSON.parse(text) as T;
}

/** The answer, whole: one that stalls or breaks off half way was lost as much as one that never came. */
async function reached(path: string, request: RequestInit): Promise<[Response, string]> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  try {
    const answer = await fetch(path, { ...request, signal: patience.signal });
    return [answer, await answer.text()];
  } catch {
    throw new Offline();
  } finally {
    clearTimeout(timer);
  }
}

function refusalOf(answer: Response, text: string): ApiError {
  const wait = Number(answer.headers.get("retry-after")) || 0;
  try {
    const body = JSON.parse(text) as { details?: { name?: string }[] };
    return new ApiError(answer.status, body.details?.[0]?.name ?? "", wait);
  } catch {
    return new ApiError(answer.status, "", wait);
  }
}
