// What the user gave, checked as far as plain Node can: `npm start` refuses it before it installs anything.
import { mkdirSync, mkdtempSync, rmdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { decodeText } from "../../cli/prompts/decode.mjs";
import { openPromptFile } from "../../cli/prompts/open.mjs";
import { modelSource } from "./model.mjs";

/** @typedef {{ root: string, folderOfUser: string }} Places the project; what names that the user typed are relative to */

/** @param {Places} places @param {string | null} file */
export const promptsPath = ({ root, folderOfUser }, file) =>
  file === null ? join(root, "examples", "prompts.jsonl") : resolve(folderOfUser, file);

/** @param {Places} places */
export const outFolder = ({ root }) => join(root, "out");

/** @param {import("./arguments.mjs").StartOptions} options @param {Places} places @returns {string[]} */
export function inputMistakes(options, places) {
  const model = options.model === null ? null : modelSource(options.model, places.folderOfUser);
  return [
    ...promptsMistakes(promptsPath(places, options.file)),
    ...(model?.kind === "mistake" ? [model.text] : []),
    ...outFolderMistakes(outFolder(places)),
  ];
}

/** @param {string} path @returns {string[]} */
function promptsMistakes(path) {
  const opened = openPromptFile(path);
  if (opened.kind === "mistake") return [opened.text];
  const decoded = decodeText(opened.bytes);
  return decoded.kind === "mistake" ? [`${basename(path)}:${decoded.line}: ${decoded.text}`] : [];
}

/** Clips are written there as they are made: it is tried now. @param {string} folder @returns {string[]} */
function outFolderMistakes(folder) {
  try {
    mkdirSync(folder, { recursive: true });
    rmdirSync(mkdtempSync(join(folder, ".try-")));
    return [];
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
    return [`clips cannot be written to ${folder}: ${whyNot[code ?? ""] ?? message}`];
  }
}

/** @type {Readonly<Record<string, string>>} */
const whyNot = {
  EACCES: "permission denied; give yourself the right to write there",
  EPERM: "permission denied; give yourself the right to write there",
  EROFS: "the disk is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "your share of the disk is full",
  ENOENT: "it is a link that leads nowhere; remove it, or make the folder that it names",
  ELOOP: "it is a link that leads to itself; remove it",
  EEXIST: "a file has that name; move it away",
  ENOTDIR: "a file has the name of a folder on that path; move it away",
};
