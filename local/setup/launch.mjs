// Set-up first, then a program of ours on the project's own Node 24.
import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { InstallError, Interrupted } from "./errors.mjs";
import { install } from "./install.mjs";
import { missingOnMachine } from "./machine.mjs";
import { partsOf } from "./parts.mjs";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * Ends the process when the machine lacks something, when an install fails, or when the user ends it.
 * @param {import("./parts.mjs").Purpose} purpose
 * @param {() => Promise<number>} [check] what the user gave, with our own code: asked before what takes long is
 *   installed; an exit code that is not 0 ends the process
 */
export async function setUp(purpose, check) {
  const parts = partsOf(root, purpose);
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
    await install(root, purpose, { output: process.stderr, afterNode: () => checked(check) });
  } catch (error) {
    if (error instanceof Interrupted) {
      console.error("Set-up stopped. The next start continues it.");
      process.exit(130);
    }
    if (!isToldByMessage(error)) throw error;
    console.error(`Set-up failed: ${error.message}`);
    process.exit(1);
  }
}

/** A program that failed, or a disk that is full or closed to us. @param {unknown} error @returns {error is Error} */
const isToldByMessage = (error) =>
  error instanceof InstallError || (error instanceof Error && "syscall" in error);

/** @param {(() => Promise<number>) | undefined} check */
async function checked(check) {
  const exitCode = (await check?.()) ?? 0;
  if (exitCode !== 0) process.exit(exitCode);
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
    const signals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
    for (const signal of signals) process.on(signal, passOn);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      for (const each of signals) process.off(each, passOn);
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
