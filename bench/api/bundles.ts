/** What each function's bundle weighs, and how long a new process takes to load it. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { runServerless } from "../../local/cloud/run-serverless.ts";
import { median } from "../numbers.ts";
import { folder, root, type Stage } from "./stage.ts";

export interface Bundle {
  readonly function: string;
  readonly zip_bytes: number;
  /** From the start of the process to a handler that can be called, less an empty process. */
  readonly cold_start_ms: number;
}

const starts = 5;

/** @param environment what the functions are configured by */
export async function bundlesOf({ environment }: Pick<Stage, "environment">): Promise<readonly Bundle[]> {
  const signal = new AbortController().signal;
  // As a deploy packages them.
  await runServerless({ root, folder, args: ["package", "--stage", "local"], environment: {}, signal });
  const packaged = join(folder, "service", ".serverless");
  const empty = startMs("0", environment);
  return readdirSync(packaged)
    .filter((name) => name.endsWith(".zip"))
    .map((name) => {
      const path = join(packaged, name);
      const unpacked = join(packaged, "unpacked", name);
      mkdirSync(unpacked, { recursive: true });
      unzip(path, unpacked);
      const handler = join(unpacked, "functions", name.replace(/\.zip$/, ".mjs"));
      const cold = startMs(`await import(${JSON.stringify(handler)})`, environment);
      return {
        function: name.replace(/\.zip$/, ""),
        zip_bytes: statSync(path).size,
        cold_start_ms: Math.round(cold - empty),
      };
    });
}

function unzip(path: string, to: string): void {
  const script = "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])";
  const { status, stderr } = spawnSync("python3", ["-c", script, path, to], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${path} cannot be unpacked: ${stderr}`);
}

const startMs = (script: string, environment: Readonly<Record<string, string>>): number =>
  median(
    Array.from({ length: starts }, () => {
      const began = performance.now();
      const args = ["--input-type=module", "--eval", `${script}; process.exit(0)`];
      const { status, stderr } = spawnSync(process.execPath, args, { env: environment, encoding: "utf8" });
      if (status !== 0) throw new Error(`a bundle cannot be loaded: ${stderr}`);
      return performance.now() - began;
    }),
  );
