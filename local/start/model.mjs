// Where a model that the user names is. Plain JavaScript: a mistake is told before anything is installed.
import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

/** @typedef {{ kind: "folder", path: string } | { kind: "hub", id: string } | { kind: "mistake", text: string }} ModelSource */

const what =
  "name a folder with a Hugging Face MusicGen checkpoint, or an id such as facebook/musicgen-small";

/** @param {string} model @param {string} folderOfUser what a relative folder is relative to @returns {ModelSource} */
export function modelSource(model, folderOfUser) {
  const path = resolve(folderOfUser, model);
  const found = existsSync(path) ? statSync(path) : null;
  if (found?.isFile() === true) return { kind: "mistake", text: `${path} is a file; ${what}` };
  if (found?.isDirectory() === true)
    return existsSync(join(path, "config.json"))
      ? { kind: "folder", path }
      : { kind: "mistake", text: `${path} holds no model, for it has no config.json; ${what}` };
  if (/^[\w-][\w.-]*\/[\w.-]+$/.test(model)) return { kind: "hub", id: model };
  return {
    kind: "mistake",
    text: `there is no folder ${path}, and '${model}' is no Hugging Face id; ${what}`,
  };
}
