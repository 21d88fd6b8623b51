// Installs what the lock files name, into the project's own folder, once, and says how far it is.
import { join } from "node:path";
import { takeLock } from "./lock.mjs";
import { partsOf } from "./parts.mjs";
import { progressLine, showProgress } from "./progress.mjs";
import { runLogged } from "./run-logged.mjs";

/**
 * @param {string} root the project's folder
 * @param {import("./parts.mjs").Purpose} purpose
 * @param {{ output: NodeJS.WriteStream, afterNode: () => Promise<void> }} options
 *   afterNode: is called once our TypeScript can run, before what takes long
 * @throws InstallError, Interrupted
 */
export async function install(root, purpose, { output, afterNode }) {
  const say = (/** @type {string} */ text) => void output.write(`${text}\n`);
  const giveBack = await takeLock(join(root, ".local", "setup.lock"), () => {
    say(
      "Another set-up is running in this folder; waiting for it. (If there is none: delete .local/setup.lock.)",
    );
  });
  try {
    const missing = partsOf(root, purpose).filter(({ isInstalled }) => !isInstalled);
    const usualSeconds = missing.reduce((sum, part) => sum + part.usualSeconds, 0);
    const began = performance.now();
    let before = 0;
    for (const [index, part] of missing.entries()) {
      if (index === missing.findIndex(({ needsNode }) => needsNode)) await afterNode();
      await installPart(part, root, output, (share) => {
        const overall = (before + share * part.usualSeconds) / usualSeconds;
        return progressLine(part.name, overall, (performance.now() - began) / 1000, usualSeconds);
      });
      before += part.usualSeconds;
    }
  } finally {
    giveBack();
  }
}

/**
 * @param {import("./parts.mjs").Part} part @param {string} root @param {NodeJS.WriteStream} output
 * @param {(share: number) => string} line
 */
async function installPart(part, root, output, line) {
  const began = performance.now();
  let printed = "";
  const stopShowing = showProgress(output, () => line(part.done(printed)));
  const surroundings = {
    root,
    logPath: join(root, ".local", "setup.log"),
    onOutput: (/** @type {string} */ text) => void (printed += text),
  };
  try {
    await part.install((command, args, environment) => runLogged(surroundings, command, args, environment));
  } finally {
    stopShowing();
  }
  output.write(`Set up ${part.name} in ${((performance.now() - began) / 1000).toFixed(0)} s.\n`);
}
