// One set-up at a time in a folder: two would write over each other's packages.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const pollMs = 500;

/**
 * @param {string} path of the lock
 * @param {() => void} onWait is called once, when another process has it
 * @returns {Promise<() => void>} gives it back
 */
export async function takeLock(path, onWait) {
  mkdirSync(dirname(path), { recursive: true });
  for (let isWaiting = false; !tryLock(path); isWaiting = true) {
    if (!isWaiting) onWait();
    await sleep(pollMs);
  }
  return () => {
    rmSync(path, { force: true });
  };
}

/** @param {string} path */
function tryLock(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
    // Who was killed could not give it back.
    if (!isRunning(holderOf(path))) rmSync(path, { force: true });
    return false;
  }
}

/** @param {string} path */
function holderOf(path) {
  try {
    return Number(readFileSync(path, "utf8"));
  } catch {
    return NaN;
  }
}

/** @param {number} pid */
function isRunning(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}
