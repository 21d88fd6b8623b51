import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const module = join(import.meta.dirname, "../../../../worker/agent/lifecycle/box-timer.ts");

/** A program with a box timer of `ms`. */
function program(ms: number, then: string) {
  const text = `import(${JSON.stringify(module)}).then(async (it) => { await it.startBoxTimer(${ms}); ${then} });`;
  const child = spawn(process.execPath, ["-e", text], { stdio: "ignore" });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return once(child, "exit");
}

test("a process that hangs in a loop is killed when its time is over", async () => {
  expect(await program(500, "for (;;);")).toEqual([null, "SIGKILL"]);
});

test("a process that is done before its time ends", async () => {
  expect(await program(3_600_000, "")).toEqual([0, null]);
});
