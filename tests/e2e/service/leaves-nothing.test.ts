import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";

const folder = join(import.meta.dirname, "..", "..", "..", ".local", "leaves-nothing");

/** Whatever runs on behalf of the folder's cloud: each of its processes has the folder in its environment or arguments. */
const running = (): string[] =>
  execFileSync("ps", ["axeww", "-o", "pid=,stat=,command="], { encoding: "utf8", maxBuffer: 2 ** 26 })
    .split("\n")
    .filter((line) => line.includes(`${folder}/`) && !/^\s*\d+ Z/.test(line))
    .map((line) => line.slice(0, 120));

test.each<[name: string, after: string, signal: NodeJS.Signals, least: number]>([
  ["Ctrl-C while it is being deployed to", "deploying", "SIGINT", 1],
  ["Ctrl-C while it is up", "used", "SIGINT", 3],
  ["SIGKILL while it is up and its functions run", "used", "SIGKILL", 3],
])("after %s nothing of the cloud is left running", async (_name, after, signal, least) => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const program = spawn(process.execPath, [join(import.meta.dirname, "cloud-program.ts"), folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(program, "exit");
  try {
    for await (const line of createInterface({ input: program.stdout })) if (line === after) break;
    expect(running().length).toBeGreaterThanOrEqual(least);
    program.kill(signal);
    await exited;
  } finally {
    program.kill("SIGKILL");
  }
  await expect.poll(running, { interval: 200 }).toEqual([]);
  // One that was killed cannot tidy up; the next start does not mind what it left.
  if (signal === "SIGINT") expect(existsSync(join(folder, "cloud.json"))).toBe(false);
});
