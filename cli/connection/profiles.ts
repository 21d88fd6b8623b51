/** Where `mgb` keeps the addresses and keys of stages: one file, for its owner alone. */
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import * as z from "zod";
import { CommandError } from "../errors.ts";
import { exitCodes } from "../exit-codes.ts";

const profilesSchema = z.strictObject({
  /** The one that is used where none is named. */
  default: z.string(),
  profiles: z.record(z.string(), z.strictObject({ url: z.url(), key: z.string().min(1) })),
});
export type Profiles = z.infer<typeof profilesSchema>;

type Environment = Readonly<Record<string, string | undefined>>;

export function profilesPath(environment: Environment): string {
  const config = environment["XDG_CONFIG_HOME"] ?? join(environment["HOME"] ?? homedir(), ".config");
  return join(config, "mgb", "profiles.json");
}

/** @throws CommandError when the file is not one of ours */
export function readProfiles(path: string): Profiles {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { default: "default", profiles: {} };
    throw unreadable(path, error);
  }
  try {
    return profilesSchema.parse(JSON.parse(text));
  } catch (error) {
    throw unreadable(path, error);
  }
}

const unreadable = (path: string, cause: unknown): CommandError =>
  new CommandError(
    `${path} cannot be read as profiles; delete it and log in again: mgb login`,
    exitCodes.access,
    {
      cause,
    },
  );

/** Whole or not at all, and never readable for others, also when an older file was. */
export function writeProfiles(path: string, profiles: Profiles): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(`${path}.part`, `${JSON.stringify(profiles, null, 2)}\n`, { mode: 0o600 });
  chmodSync(`${path}.part`, 0o600);
  renameSync(`${path}.part`, path);
}
