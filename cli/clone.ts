/** The clone that this program belongs to, and what runs there with its own packages. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";

const script = join(import.meta.dirname, "..", "local", "account.mjs");

/**
 * Runs a command in the foreground.
 * @returns its exit code, or 128 + the signal's number as a shell has it; null: the program stands alone, as the
 *   package has it
 */
export function runInClone(args: readonly string[], signal: AbortSignal): Promise<number | null> {
  if (!existsSync(script)) return Promise.resolve(null);
  const child = spawn(process.execPath, [script, ...args], { stdio: "inherit" });
  // A terminal's Ctrl-C reaches it by itself, and a second one would cut its clean-up short.
  const passOn = (): void => {
    if (!process.stdin.isTTY) child.kill("SIGTERM");
  };
  signal.addEventListener("abort", passOn, { once: true });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, by) => {
      signal.removeEventListener("abort", passOn);
      resolve(code ?? 128 + (by === null ? 0 : constants.signals[by]));
    });
  });
}
