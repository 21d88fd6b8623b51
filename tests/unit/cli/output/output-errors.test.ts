/** `mgb` as a process whose output nobody takes, or that cannot be stored. */
import { spawn, type StdioOptions } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "mgb-output-"));
});
afterEach(() => {
  rmSync(home, { recursive: true });
});

async function run(args: readonly string[], stdio: StdioOptions) {
  const program = ["--disable-warning=ExperimentalWarning", "cli/mgb.ts", ...args];
  const child = spawn(process.execPath, program, { stdio, env: { PATH: process.env["PATH"], HOME: home } });
  // Nobody reads any more, before the first word is written.
  child.stdout?.destroy();
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (said += text));
  const exitCode = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { exitCode, said };
}

test.each(["--help", "completion bash"])(
  "a pipe that is closed early ends it without a word: mgb %s",
  async (command) => {
    expect(await run(command.split(" "), ["ignore", "pipe", "pipe"])).toEqual({ exitCode: 0, said: "" });
  },
);

test("a mistake keeps its exit code, whoever reads", async () => {
  const ended = await run(["nonsense"], ["ignore", "pipe", "pipe"]);
  expect(ended.exitCode).toBe(2);
  expect(ended.said).toContain("unknown command 'nonsense'");
});

// Only Linux has a device that is always full.
test.skipIf(!existsSync("/dev/full"))("a full disk is told in a line", async () => {
  const full = openSync("/dev/full", "w");
  const ended = await run(["completion", "bash"], ["ignore", full, "pipe"]);
  closeSync(full);
  expect(ended).toEqual({ exitCode: 1, said: "The output cannot be written: the disk is full.\n" });
});
