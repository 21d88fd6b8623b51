import { randomUUID } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CommandError } from "../errors.ts";
import { exitCodes } from "../exit-codes.ts";

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "your share of the disk is full",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the disk is read-only",
  ENOENT: "its folder is gone",
  EISDIR: "a folder has that name",
  ENAMETOOLONG: "its name is too long; give a shorter --name",
};

/** Under another name first: what stands under the real one is always whole. @throws CommandError when it cannot be written */
export async function writeClip(path: string, bytes: Uint8Array): Promise<void> {
  // Of this call alone: another program may fetch the same clip.
  const part = join(dirname(path), `${randomUUID()}.part`);
  try {
    await writeFile(part, bytes);
    await rename(part, path);
  } catch (cause) {
    await rm(part, { force: true });
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new CommandError(`${path} cannot be written: ${reasons[code ?? ""] ?? message}`, exitCodes.failed, {
      cause,
    });
  }
}
