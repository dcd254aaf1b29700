// Who is signed in, and the applications into which they may claim. Remembered (sealed), so that a basement knows them, too.
import { get, put, remove } from "../queue/sealed.ts";
import { ApiError, api, Offline } from "./api.ts";

export interface Application {
  id: string;
  name: string;
}

export interface Account {
  /** Empty when nobody is signed in. */
  user: string;
  /** True when it is only remembered: the server was not reached. */
  remembered: boolean;
}

export const NOBODY: Account = { user: "", remembered: false };

/** Ask the server who this is; without network, who it was last. */
export async function whoAmI(): Promise<Account> {
  try {
    const { user } = await api<{ user: string }>("GET", "/claim/account");
    if (user) await put("memory", "account", user);
    return { user, remembered: false };
  } catch (error) {
    if (error instanceof ApiError && error.status < 500) return NOBODY;
    if (!(error instanceof Offline) && !(error instanceof ApiError)) throw error;
    return { user: (await get<string>("memory", "account")) ?? "", remembered: true };
  }
}

/** The account that was signed in last, without asking anybody: what the first paint needs. */
export const lastAccount = async (): Promise<string> => (await get<string>("memory", "account")) ?? "";

export async function forgetAccount(): Promise<void> {
  await remove("memory", "account");
}

interface Listed {
  applications?: { ids: { application_id: string }; name?: string }[];
}

const MOST = 1000;

/** The account's applications, the newest first; without network those of the last time. */
export async function applicationsOf(user: string): Promise<Application[]> {
  const place = `applications/${user}`;
  try {
    const found = await api<Listed>(
      "GET",
      `v3/users/${user}/applications?field_mask=name&order=-created_at&limit=${MOST}`,
    );
    const applications = (found.applications ?? []).map(({ ids, name }) => ({
      id: ids.application_id,
      name: name ?? "",
    }));
    await put("memory", place, applications);
    return applications;
  } catch {
    return (await get<Application[]>("memory", place)) ?? [];
  }
}

export async function createApplication(user: string, id: string): Promise<void> {
  await api(
    "POST",
    `v3/users/${user}/applications`,
    { application: { ids: { application_id: id } } },
    crypto.randomUUID(),
  );
}

export const lastApplication = (user: string): Promise<string | null> => get<string>("memory", `application/${user}`);
export const rememberApplication = (user: string, id: string): Promise<void> =>
  put("memory", `application/${user}`, id);
