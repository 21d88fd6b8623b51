/** The stages' configurations as files: git is the record of which image a stage uses. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** @returns the files in `config/` that name the image. */
export function usersOf(root: string, image: string): readonly string[] {
  return readdirSync(join(root, "config"))
    .filter((name) => name.endsWith(".json"))
    .map((name) => `config/${name}`)
    .filter((path) => amiOf(readFileSync(join(root, path), "utf8")) === image);
}

const amiOf = (text: string): unknown => (JSON.parse(text) as { ami_id?: unknown }).ami_id;

/** Changes the two values where they stand, and nothing else of the file. */
export function useImage(path: string, image: string, rootDevice: string): void {
  const text = readFileSync(path, "utf8");
  const named = text.replace(/("ami_id"\s*:\s*)"[^"]*"/, `$1"${image}"`);
  const device = /"root_device"\s*:/.test(named)
    ? named.replace(/("root_device"\s*:\s*)"[^"]*"/, `$1"${rootDevice}"`)
    : named.replace(/(\n?\s*)("ami_id"\s*:\s*"[^"]*")/, `$1$2,$1"root_device": "${rootDevice}"`);
  writeFileSync(path, device);
}

/** The file is written anew: its values stay, and its layout becomes that of `JSON.stringify`. */
export function usePackage(path: string, { version, sha256 }: { version: string; sha256: string }): void {
  const config = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
  const bootstrap = { source: "s3", version, sha256 };
  writeFileSync(path, `${JSON.stringify({ ...config, bootstrap }, null, 2)}\n`);
}
