/** What clips are called on disk, and that none of them ever lies outside its folder. */
import { join, relative, resolve, sep } from "node:path";
import type { ResultView } from "../../shared/contract/api/api.ts";
import { CommandError } from "../errors.ts";
import { exitCodes } from "../exit-codes.ts";

const usualPattern = "{index}-{custom_id}.{ext}";

/**
 * Of all results that have audio.
 * @param total of the batch: index numbers have as many digits as the last one, so that a listing is in their order
 * @throws CommandError when two would have one name, or one would lie outside the folder
 */
export function clipPaths(
  results: readonly ResultView[],
  total: number,
  folder: string,
  pattern: string = usualPattern,
): ReadonlyMap<ResultView, string> {
  const paths = new Map<ResultView, string>();
  const firstUse = new Map<string, number>();
  for (const result of results) {
    if (result.audio === null) continue;
    const path = pathOf(result, total, folder, pattern);
    const earlier = firstUse.get(path);
    if (earlier !== undefined)
      throw new CommandError(
        `the clips of items ${earlier} and ${result.index} would both be ${path}; put {index} into --name`,
        exitCodes.usage,
      );
    firstUse.set(path, result.index);
    paths.set(result, path);
  }
  return paths;
}

function pathOf(result: ResultView, total: number, folder: string, pattern: string): string {
  const digits = Math.max(3, String(total - 1).length);
  const values: Readonly<Record<string, string>> = {
    index: String(result.index).padStart(digits, "0"),
    custom_id: safe(result.custom_id ?? ""),
    item_id: safe(result.item_id),
    ext: safe(result.audio?.format ?? ""),
  };
  const named = pattern
    // What a clip does not have leaves no separator behind.
    .replaceAll(/[-_ ]?\{custom_id\}/g, (text) => (result.custom_id === null ? "" : text))
    .replaceAll(/\{(\w+)\}/g, (text, name: string) => values[name] ?? unknownPart(text));
  const path = resolve(folder, named);
  if (named === "" || relative(folder, path).split(sep)[0] === ".." || path === resolve(folder))
    throw new CommandError(`--name '${pattern}' leads out of ${folder}`, exitCodes.usage);
  return join(path);
}

/** Whatever an API answers, it is one part of a name. */
const safe = (text: string): string => text.replaceAll(/[^A-Za-z0-9._-]/g, "_").replace(/^\.+/, "_");

function unknownPart(text: string): never {
  throw new CommandError(
    `--name knows {index}, {custom_id}, {item_id} and {ext}, and no ${text}`,
    exitCodes.usage,
  );
}
