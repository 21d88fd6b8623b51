import { join } from "node:path";

/** The folder of the project's own Node: functions, machines and osls run on it, whatever started us. */
export const nodeFolderOf = (root: string): string => join(root, "node_modules", "node", "bin");

/** That Node first, then what the machine has. */
export const pathWithNode = (root: string): string => `${nodeFolderOf(root)}:${process.env["PATH"] ?? ""}`;
