// A program of the set-up: what it prints goes into a file, and Ctrl-C ends it before we end.
import { spawn } from "node:child_process";
import { closeSync, openSync, writeSync } from "node:fs";
import { basename } from "node:path";
import { InstallError, Interrupted } from "./errors.mjs";

/** Whether one listens to a polite end takes no longer to see; then it is ended. */
const graceMs = 5_000;
const tailLines = 15;
const tailLineCharacters = 158;

/**
 * @param {{ root: string, logPath: string, onOutput: (text: string) => void }} surroundings
 * @param {string} command @param {string[]} args @param {Record<string, string>} [environment]
 * @returns {Promise<void>}
 * @throws InstallError when it fails; Interrupted when a signal ended it
 */
export function runLogged({ root, logPath, onOutput }, command, args, environment = {}) {
  return new Promise((resolve, reject) => {
    const log = openSync(logPath, "a");
    writeSync(log, `\n$ ${command} ${args.join(" ")}\n`);
    let output = "";
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own: Ctrl-C in the terminal reaches us alone, and we end it once, with all that it started.
      detached: true,
    });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
        writeSync(log, text);
        output += text;
        onOutput(text);
      });
    const stopListening = onInterrupt((times) => {
      endGroup(child, times === 1 ? "SIGINT" : "SIGKILL");
      setTimeout(endGroup, graceMs, child, "SIGKILL").unref();
    });
    child.on("error", (cause) => {
      closeSync(log);
      stopListening();
      reject(new InstallError(`could not start '${command}': ${cause.message}`, { cause }));
    });
    child.on("close", (code, signal) => {
      // After an error it is closed already.
      if (child.pid !== undefined) closeSync(log);
      const isInterrupted = stopListening();
      if (isInterrupted) reject(new Interrupted());
      else if (code === 0) resolve();
      else
        reject(
          new InstallError(
            `${basename(command)} ended with ${signal ?? code}:\n${tailOf(output)}\n(All of it is in ${logPath}.)`,
          ),
        );
    });
  });
}

/**
 * @param {(times: number) => void} end is called at each signal
 * @returns {() => boolean} stops listening, and tells whether a signal came
 */
function onInterrupt(end) {
  let times = 0;
  const listener = () => {
    times += 1;
    end(times);
  };
  const signals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
    return times > 0;
  };
}

/** @param {import("node:child_process").ChildProcess} child @param {NodeJS.Signals} signal */
function endGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has ended by itself.
  }
}

/** @param {string} output */
const tailOf = (output) =>
  output
    .trimEnd()
    .split("\n")
    .slice(-tailLines)
    .map((line) => line.slice(0, tailLineCharacters))
    .join("\n");
