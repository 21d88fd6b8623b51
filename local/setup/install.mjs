// Installs what the lock files name, into the project's own folder, once: each part leaves a stamp with the
// hash of what it was made from, so that the next start does nothing and needs no network.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findPython } from "./machine.mjs";

/** @typedef {{ name: string, sources: string[], stamp: string, install: (run: Run) => Promise<void> }} Part */
/** @typedef {(command: string, args: string[], environment?: Record<string, string>) => Promise<void>} Run */

export class InstallError extends Error {
  /** @override */
  name = "InstallError";
}

/**
 * @param {string} root the project's folder
 * @param {{ development: boolean }} options development: also what tests and checks need
 */
export function partsOf(root, { development }) {
  const python = join(root, ".venv", "bin", "python");
  // Who has what development needs has all that running needs.
  const developmentStamp = ".mgb-stamp-development";
  development ||= readStamp(join(root, ".venv", developmentStamp)) !== null;
  const requirements = development ? "requirements/dev.txt" : "requirements/run.txt";
  /** @type {Part[]} */
  const parts = [
    {
      name: "Node packages",
      sources: ["package-lock.json", ".npmrc"],
      stamp: join(root, "node_modules", ".mgb-stamp"),
      install: (run) => run("npm", ["ci", "--no-audit", "--no-fund"]),
    },
    {
      name: development ? "Python packages, with those for tests" : "Python packages",
      sources: [requirements],
      stamp: join(root, ".venv", development ? developmentStamp : ".mgb-stamp"),
      install: async (run) => {
        if (!existsSync(python)) await run(findPython() ?? "python3", ["-m", "venv", join(root, ".venv")]);
        // What is imported is compiled then: of torch and transformers that is a small part, and half of the time.
        const options = ["--disable-pip-version-check", "--no-compile"];
        await run(python, ["-m", "pip", "install", ...options, "-r", requirements]);
      },
    },
  ];
  if (development) parts.push(tinyCheckpoint(root, python));
  return parts.map((part) => {
    const wanted = hashOf(root, part.sources);
    return { ...part, wanted, isInstalled: readStamp(part.stamp) === wanted };
  });
}

/** Noise in a second, for the tests; a person hears `models/musicgen-demo`. @param {string} root @param {string} python @returns {Part} */
function tinyCheckpoint(root, python) {
  const folder = join(root, ".local", "models", "tiny-random");
  return {
    name: "the tests' tiny checkpoint",
    sources: [join("worker", "engine", "mgb_engine", "tiny_random.py")],
    stamp: join(folder, ".mgb-stamp"),
    install: (run) =>
      run(python, ["-m", "mgb_engine", "tiny-random", "--out", folder], {
        PYTHONPATH: join(root, "worker", "engine"),
      }),
  };
}

/** @param {string} path @returns {string | null} */
const readStamp = (path) => (existsSync(path) ? readFileSync(path, "utf8") : null);

/**
 * @param {string} root
 * @param {{ development: boolean, say: (text: string) => void }} options
 * @throws InstallError with the end of what the failing command printed
 */
export async function install(root, { development, say }) {
  mkdirSync(join(root, ".local"), { recursive: true });
  const logPath = join(root, ".local", "setup.log");
  for (const part of partsOf(root, { development })) {
    if (part.isInstalled) continue;
    const began = performance.now();
    say(`Setting up ${part.name} …`);
    rmSync(part.stamp, { force: true });
    await part.install((command, args, environment) => runLogged(root, logPath, command, args, environment));
    writeFileSync(part.stamp, part.wanted);
    say(`Setting up ${part.name}: done in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  }
}

/** @param {string} root @param {string[]} sources files, relative to the root */
function hashOf(root, sources) {
  const hash = createHash("sha256").update(process.platform).update(process.arch);
  for (const source of sources) hash.update(source).update(readFileSync(join(root, source)));
  return hash.digest("hex");
}

/**
 * @param {string} root @param {string} logPath @param {string} command @param {string[]} args
 * @param {Record<string, string>} [environment]
 * @returns {Promise<void>}
 */
function runLogged(root, logPath, command, args, environment = {}) {
  return new Promise((resolve, reject) => {
    const log = createWriteStream(logPath, { flags: "a" });
    log.write(`\n$ ${command} ${args.join(" ")}\n`);
    /** @type {string[]} */
    const tail = [];
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
        log.write(text);
        tail.push(text);
        if (tail.length > 40) tail.shift();
      });
    const passOn = (/** @type {NodeJS.Signals} */ signal) => void child.kill(signal);
    process.on("SIGINT", passOn).on("SIGTERM", passOn);
    child.on("error", (cause) => {
      reject(new InstallError(`could not start '${command}': ${cause.message}`, { cause }));
    });
    child.on("close", (code, signal) => {
      log.end();
      process.off("SIGINT", passOn).off("SIGTERM", passOn);
      if (code === 0) resolve();
      else
        reject(
          new InstallError(
            `'${command} ${args.join(" ")}' ended with ${signal ?? code}:\n${tail.join("").trimEnd().split("\n").slice(-15).join("\n")}\n(all of it: .local/setup.log)`,
          ),
        );
    });
  });
}
