// A prompts file's bytes, or why there are none. Plain JavaScript: `npm start` asks before anything is installed.
import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { otherFileIn } from "./decode.mjs";
import { formatOf } from "./format.mjs";

/** @typedef {{ kind: "bytes", bytes: Uint8Array } | { kind: "mistake", text: string }} Opened */

const nameEndings = "name a .txt, .jsonl or .csv file";

/** As much as an upload may have; more is another file by mistake. */
export const maxPromptFileBytes = 200 * 2 ** 20;

/** @param {string} path what the user typed, as an absolute path @returns {Opened} */
export function openPromptFile(path) {
  try {
    const found = statSync(path);
    if (!found.isDirectory() && !found.isFile()) return mistake(`${path} is not a file; ${nameEndings}`);
    if (found.isDirectory()) return mistake(`${path} is a folder; ${nameEndings}`);
    if (formatOf(path) === null)
      return mistake(`${path} ${otherFileIn(startOf(path)) ?? `is not a prompts file; ${nameEndings}`}`);
    if (found.size > maxPromptFileBytes)
      return mistake(
        `${path} has ${megabytes(found.size)}; a prompts file has at most ${megabytes(maxPromptFileBytes)}`,
      );
    return { kind: "bytes", bytes: readFileSync(path) };
  } catch (error) {
    return mistake(whyUnreadable(path, /** @type {NodeJS.ErrnoException} */ (error)));
  }
}

/** @param {string} path */
function startOf(path) {
  const start = new Uint8Array(64);
  const file = openSync(path, "r");
  const read = readSync(file, start);
  closeSync(file);
  return start.subarray(0, read);
}

/** @param {string} path @param {NodeJS.ErrnoException} error */
function whyUnreadable(path, error) {
  switch (error.code) {
    case "ENOENT":
    case "ENOTDIR":
      return `no such file: ${path}`;
    case "EACCES":
    case "EPERM":
      return `${path} may not be read: permission denied`;
    default:
      return `cannot read ${path}: ${error.message}`;
  }
}

/** @param {number} bytes */
const megabytes = (bytes) => `${Math.ceil(bytes / 2 ** 20)} MB`;

/** @param {string} text @returns {Opened} */
const mistake = (text) => ({ kind: "mistake", text });
