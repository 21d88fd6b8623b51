/** What clips are called on disk, and that none of them ever lies outside its folder. */
import { relative, resolve, sep } from "node:path";
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
    const sameName = foldedCase(path);
    const earlier = firstUse.get(sameName);
    if (earlier !== undefined)
      throw new CommandError(
        `the clips of items ${earlier} and ${result.index} would both be ${path}; put {index} into --name`,
        exitCodes.usage,
      );
    firstUse.set(sameName, result.index);
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
  if (controlCharacter.test(pattern))
    throw new CommandError("--name has a control character; a file's name cannot have one", exitCodes.usage);
  const named = pattern
    // What a clip does not have leaves no separator behind.
    .replaceAll(/[-_ ]?\{custom_id\}/g, (text) => (result.custom_id === null ? "" : text))
    .replaceAll(/\{(\w+)\}/g, (text, name: string) => values[name] ?? unknownPart(text));
  const path = resolve(folder, portable(named));
  if (named === "" || relative(folder, path).split(sep)[0] === ".." || path === resolve(folder))
    throw new CommandError(`--name '${pattern}' would write outside ${folder}`, exitCodes.usage);
  return path;
}

const controlCharacter = /\p{Control}/u;
/** Letters of any script; the rest, what shows nothing and what turns the reading direction included, is `_`. */
const notForNames = /[^\p{Letter}\p{Mark}\p{Number}._-]/gu;
/** A folder's name on Windows may not end with a dot; a name that begins with one is hidden, with a dash an option. */
const badEnds = /^[.-]+|\.+$/g;
const mostBytes = 120;

/** Whatever an API answers, it is one part of a name. */
const safe = (text: string): string =>
  firstBytes(text.normalize("NFC").replaceAll(notForNames, "_")).replaceAll(badEnds, "_");

/** A name has at most 255 bytes on most disks: whole characters of a text, as many as leave room for the others. */
function firstBytes(text: string): string {
  let taken = "";
  let bytes = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > mostBytes) break;
    taken += character;
  }
  return taken;
}

/** Names that Windows keeps for devices, whatever follows their first dot. @see "Naming Files, Paths, and Namespaces" */
const deviceName = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(?=\.|$)/i;

/** The folder may be copied to a disk of another system. */
const portable = (path: string): string =>
  path
    .split("/")
    .map((part) => part.replace(deviceName, "_$&"))
    .join("/");

/** Equal for names that are one on the disks of macOS or Windows. */
const foldedCase = (path: string): string => path.normalize("NFC").toUpperCase().toLowerCase();

function unknownPart(text: string): never {
  throw new CommandError(
    `--name knows {index}, {custom_id}, {item_id} and {ext}, not ${text}`,
    exitCodes.usage,
  );
}
