/** Which API a command speaks to. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type CloudFile, cloudFileSchema } from "../../shared/contract/cloud-file.ts";
import { dashboardAddress } from "../../shared/contract/dashboard-address.ts";
import type { ApiAccess } from "./api-client.ts";
import { CommandError } from "../errors.ts";
import { exitCodes } from "../exit-codes.ts";
import { profilesPath, readProfiles } from "./profiles.ts";
import type { Surroundings } from "../surroundings.ts";

export interface FoundApi extends ApiAccess {
  /** For people: what was chosen. */
  readonly name: string;
  /** What a browser opens. Only the embedded cloud's has the key in it: those keys end with it. */
  readonly dashboardUrl: string;
}

/**
 * The profile that was named; else the environment; else the embedded cloud that is up in the clone where the user
 * stands; else the default profile.
 * @throws CommandError when there is none
 */
export function findApi(
  profile: string | undefined,
  { environment, folder }: Pick<Surroundings, "environment" | "folder">,
): FoundApi {
  if (profile !== undefined) return profileNamed(profile, environment);
  const { MGB_API_URL: url, MGB_API_KEY: key } = environment;
  if (url !== undefined && key !== undefined) return found(url, withoutSlash(url), key);
  if (url !== undefined || key !== undefined)
    throw new CommandError("set both MGB_API_URL and MGB_API_KEY, or neither", exitCodes.access);
  return embeddedCloud(folder) ?? profileNamed(undefined, environment);
}

const found = (name: string, apiUrl: string, key: string): FoundApi => ({
  name,
  apiUrl,
  key,
  dashboardUrl: dashboardAddress(apiUrl, null),
});

export const withoutSlash = (url: string): string => url.replace(/\/+$/, "");

function profileNamed(name: string | undefined, environment: Surroundings["environment"]): FoundApi {
  const known = readProfiles(profilesPath(environment));
  const wanted = name ?? known.default;
  const profile = known.profiles[wanted];
  if (profile !== undefined) return found(wanted, withoutSlash(profile.url), profile.key);
  const names = Object.keys(known.profiles);
  if (name !== undefined && names.length > 0)
    throw new CommandError(
      `no profile is called ${name}; known profiles: ${names.join(", ")}`,
      exitCodes.access,
    );
  throw new CommandError(
    "no API is configured: log in (mgb login --url https://…), set MGB_API_URL and MGB_API_KEY, or run npm start -- --keep",
    exitCodes.access,
  );
}

function embeddedCloud(folder: string): FoundApi | null {
  const cloud = cloudFileAbove(folder);
  if (cloud === null) return null;
  const { apiUrl, keys } = cloud;
  const dashboardUrl = dashboardAddress(apiUrl, keys.operate);
  return { ...found("the embedded cloud", apiUrl, keys.operate), dashboardUrl };
}

/** `npm start -- --keep` writes it at the top of its clone, while it is up. */
export function cloudFileAbove(folder: string): CloudFile | null {
  for (let at = folder; ; at = dirname(at)) {
    const found = readCloud(join(at, ".local", "cloud.json"));
    if (found !== null) return found;
    if (dirname(at) === at) return null;
  }
}

function readCloud(path: string): CloudFile | null {
  try {
    return cloudFileSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return null;
  }
}
