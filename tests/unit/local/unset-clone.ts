/** The parts of a clone that a command of the README needs before anything is set up. */
import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const parts = [
  "local",
  "cli",
  "config",
  "examples",
  "package.json",
  "package-lock.json",
  "requirements",
  ".npmrc",
];

/** @returns a folder of its own, without packages; whoever makes it removes it */
export function unsetClone(): string {
  const clone = mkdtempSync(join(tmpdir(), "mgb-clone-"));
  // Python files what it has compiled while other suites run: such a file may be gone before it is copied.
  const filter = (path: string): boolean => !path.includes("__pycache__");
  for (const part of parts) cpSync(part, join(clone, part), { recursive: true, filter });
  return clone;
}
