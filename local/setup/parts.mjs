// What is set up, each part with the stamp that it leaves: the hash of what it was made from, so that the next start
// does nothing and needs no network.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findPython } from "./machine.mjs";

/**
 * @typedef {"node" | "running" | "development" | "checks" | "bench" | "fuzz"} Purpose node: what deploys; running: also what makes
 *   clips; development: also what tests need; checks: also what `npm run check` needs; bench:
 *   also what the engine is measured against; fuzz: the Node packages and the fuzzer
 * @typedef {(command: string, args: string[], environment?: Record<string, string>) => Promise<void>} Run
 *
 * @typedef {object} Part
 * @property {string} name
 * @property {number} usualSeconds on two processors, with a good line
 * @property {boolean} needsNode whether the Node packages are there before it
 * @property {boolean} isInstalled
 * @property {(run: Run) => Promise<void>} install leaves the stamp
 * @property {(output: string) => number} done how much of it is done, 0 to 1, by what its programs printed and made
 */

/** @param {string} root the project's folder @param {Purpose} purpose @returns {Part[]} */
export function partsOf(root, purpose) {
  if (purpose === "node") return [nodePackages(root)];
  if (purpose === "fuzz") return [nodePackages(root), fuzzer(root)];
  // Who has what development needs has all that running needs.
  const development =
    ["development", "checks", "bench"].includes(purpose) || existsSync(pythonStamp(root, true));
  const parts = [nodePackages(root), pythonPackages(root, development)];
  if (development) parts.push(tinyCheckpoint(root));
  if (purpose === "checks") parts.push(checkers(root));
  if (purpose === "bench") parts.push(opponents(root));
  return parts;
}

const nodeName = "Node packages";

/** @param {string} root @returns {Part} */
function nodePackages(root) {
  const stamp = join(root, "node_modules", ".mgb-stamp");
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  // Those of other systems never come.
  const folders = Object.entries(lock.packages)
    .filter(([folder, { optional }]) => folder !== "" && optional !== true)
    .map(([folder]) => join(root, folder, "package.json"));
  return part(root, {
    name: nodeName,
    usualSeconds: 30,
    sources: ["package-lock.json", ".npmrc"],
    stamp,
    install: (run) => run("npm", ["ci", "--no-audit", "--no-fund"]),
    done: () => folders.filter((path) => existsSync(path)).length / folders.length,
  });
}

/** @param {string} root @param {boolean} development */
const pythonStamp = (root, development) =>
  join(root, ".venv", development ? ".mgb-stamp-development" : ".mgb-stamp");

/** @param {string} root @param {boolean} development @returns {Part} */
function pythonPackages(root, development) {
  const folder = join(root, ".venv");
  const python = join(folder, "bin", "python");
  const requirements = development ? "requirements/dev.txt" : "requirements/run.txt";
  const name = development ? "Python packages, also for tests" : "Python packages";
  return part(root, {
    name,
    usualSeconds: 70,
    sources: [requirements],
    stamp: pythonStamp(root, development),
    install: async (run) => {
      const stamps = [true, false].map((each) => pythonStamp(root, each));
      // Without a stamp it is one whose set-up was broken off: what is missing in it nobody can tell.
      if (!stamps.some((path) => existsSync(path))) rmSync(folder, { recursive: true, force: true });
      for (const path of stamps) rmSync(path, { force: true });
      if (!existsSync(python)) await run(findPython() ?? "python3", ["-m", "venv", folder]);
      // What is imported is compiled then: of torch and transformers that is a small part, and half of the time.
      const options = ["--disable-pip-version-check", "--no-compile"];
      await run(python, ["-m", "pip", "install", ...options, "-r", requirements]);
    },
    done: (output) => pipDone(output, lineCount(join(root, requirements)), folder),
  });
}

/** checkov pins versions that moto and cfn-lint cannot have. @param {string} root @returns {Part} */
const checkers = (root) =>
  ownEnvironment(root, "checkov and shellcheck", "checkers", "requirements/checks.txt");

/** Only `npm run bench:engine` needs it. @param {string} root @returns {Part} */
const opponents = (root) => ownEnvironment(root, "OpenVINO", "bench", "requirements/bench.txt");

/** Only `npm run fuzz:api` needs it. @param {string} root @returns {Part} */
const fuzzer = (root) => ownEnvironment(root, "schemathesis", "fuzz", "requirements/fuzz.txt");

/**
 * Python packages apart from the others.
 * @param {string} root @param {string} name @param {string} place below .local @param {string} requirements
 * @returns {Part}
 */
function ownEnvironment(root, name, place, requirements) {
  const folder = join(root, ".local", place);
  return part(root, {
    name,
    usualSeconds: 30,
    sources: [requirements],
    stamp: join(folder, ".mgb-stamp"),
    install: async (run) => {
      rmSync(folder, { recursive: true, force: true });
      await run(findPython() ?? "python3", ["-m", "venv", folder]);
      const options = ["--disable-pip-version-check", "--no-compile"];
      await run(join(folder, "bin", "python"), ["-m", "pip", "install", ...options, "-r", requirements]);
    },
    done: (output) => pipDone(output, lineCount(join(root, requirements)), folder),
  });
}

/** It names the line of each package that it fetches; then it installs all, in silence. */
const fetchShare = 0.45;

/** @param {string} output @param {number} lines of the requirements @param {string} venv */
function pipDone(output, lines, venv) {
  const installing = /^Installing collected packages: (.*)$/m.exec(output)?.[1];
  const fetched = Number([...output.matchAll(/\(line (\d+)\)/g)].at(-1)?.[1] ?? 0) / lines;
  if (installing === undefined) return fetchShare * fetched;
  const share = installedPackages(venv) / installing.split(",").length;
  return fetchShare + (1 - fetchShare) * Math.min(1, share);
}

/** @param {string} venv */
function installedPackages(venv) {
  const [version] = readdirSync(join(venv, "lib"));
  const names = readdirSync(join(venv, "lib", version ?? "", "site-packages"));
  return names.filter((name) => name.endsWith(".dist-info")).length;
}

/** @param {string} path */
const lineCount = (path) => readFileSync(path, "utf8").split("\n").length;

/** Noise in a second, for the tests; a person hears `models/musicgen-demo`. @param {string} root @returns {Part} */
function tinyCheckpoint(root) {
  const folder = join(root, ".local", "models", "tiny-random");
  const source = join("worker", "engine", "mgb_engine", "model", "tiny_random.py");
  return part(root, {
    name: "the tests' tiny checkpoint",
    usualSeconds: 5,
    sources: [source],
    stamp: join(folder, ".mgb-stamp"),
    install: (run) =>
      run(join(root, ".venv", "bin", "python"), ["-m", "mgb_engine", "tiny-random", "--out", folder], {
        PYTHONPATH: join(root, "worker", "engine"),
      }),
    done: () => 0,
  });
}

/**
 * @typedef {Pick<Part, "name" | "usualSeconds" | "install" | "done">} How
 *
 * @param {string} root
 * @param {How & { sources: string[], stamp: string }} how sources are files, relative to the root
 * @returns {Part}
 */
function part(root, { name, usualSeconds, sources, stamp, install, done }) {
  const wanted = hashOf(root, sources);
  return {
    name,
    usualSeconds,
    needsNode: name !== nodeName,
    isInstalled: existsSync(stamp) && readFileSync(stamp, "utf8") === wanted,
    install: async (run) => {
      await install(run);
      writeFileSync(stamp, wanted);
    },
    done,
  };
}

/** @param {string} root @param {string[]} sources */
function hashOf(root, sources) {
  const hash = createHash("sha256").update(process.platform).update(process.arch);
  for (const source of sources) hash.update(source).update(readFileSync(join(root, source)));
  return hash.digest("hex");
}
