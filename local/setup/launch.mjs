// Set-up first, then a program of ours on the project's own Node 24.
import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { install, InstallError, partsOf } from "./install.mjs";
import { missingOnMachine } from "./machine.mjs";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Ends the process with 1 when the machine lacks something or an install fails. @param {{ development: boolean }} options */
export async function setUp({ development }) {
  const parts = partsOf(root, { development });
  if (parts.every((part) => part.isInstalled)) return;
  const missing = missingOnMachine(
    root,
    parts.some((part) => part.isInstalled),
  );
  if (missing.length > 0) {
    for (const { problem, remedy } of missing) console.error(`${problem}: ${remedy}.`);
    process.exit(1);
  }
  try {
    await install(root, { development, say: (text) => void console.error(text) });
  } catch (error) {
    if (!(error instanceof InstallError)) throw error;
    console.error(`Set-up failed. ${error.message}`);
    process.exit(1);
  }
}

/**
 * Run a program in the foreground; signals that reach us reach it.
 * @param {string} command @param {string[]} args
 * @param {import("node:child_process").StdioOptions} [stdio] where it reads and writes, if not where we do
 * @returns {Promise<number>} its exit code, or 128 + the signal's number as a shell has it
 */
export function runProgram(command, args, stdio = "inherit") {
  return new Promise((resolve, reject) => {
    const path = [join(root, "node_modules", ".bin"), join(root, ".venv", "bin"), process.env["PATH"]].join(
      ":",
    );
    const child = spawn(command, args, {
      cwd: root,
      stdio,
      env: { ...process.env, PATH: path },
    });
    // The child decides how to end; we only wait for it. A terminal's Ctrl-C reaches it by itself, and a
    // second SIGINT would cut its clean-up short.
    const passOn = (/** @type {NodeJS.Signals} */ signal) => {
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    };
    for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) process.on(signal, passOn);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

/**
 * Run a program beside others: what it says is kept, to be told when it has ended.
 * @param {string} command @param {string[]} args @param {string} path where its output is kept
 */
export async function runQuietly(command, args, path) {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, "w");
  const exitCode = await runProgram(command, args, ["ignore", file, file]);
  closeSync(file);
  return { exitCode, output: readFileSync(path, "utf8") };
}

/** @param {string} script a TypeScript file, relative to the project's folder @param {string[]} args */
export const runTypeScript = (script, args) =>
  runProgram(join(root, "node_modules", ".bin", "node"), [script, ...args]);
