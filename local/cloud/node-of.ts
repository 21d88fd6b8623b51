/** Where the project's own Node is. */
import { join } from "node:path";

/** The folder of the project's own Node. Functions, machines and osls run on it, whatever Node started this process. */
export const nodeFolderOf = (root: string): string => join(root, "node_modules", "node", "bin");

/** The path with that Node first. */
export const pathWithNode = (root: string): string => `${nodeFolderOf(root)}:${process.env["PATH"] ?? ""}`;

/** Where Node keeps what it compiled, if this process was told: what it starts need not compile that again. */
export const compileCache = (): Readonly<Record<string, string>> => {
  const folder = process.env["NODE_COMPILE_CACHE"];
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder };
};
