import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Interrupted } from "../../../../local/setup/errors.mjs";
import { takeLock } from "../../../../local/setup/lock.mjs";
import { partsOf } from "../../../../local/setup/parts.mjs";
import { progressLine, toGo } from "../../../../local/setup/progress.mjs";
import { runLogged } from "../../../../local/setup/run-logged.mjs";
import { eventually } from "../../ec2/patience.ts";
import { isRunning } from "../../ec2/running-process.ts";

test.each<[share: number, elapsedSeconds: number, expected: string]>([
  [0, 0, "about 2 min to go"],
  [0.5, 50, "about 50 s to go"],
  [0.5, 200, "about 2 min to go"],
  [0.9, 90, "about 10 s to go"],
  [1, 300, "about 5 s to go"],
])("with %d done after %d s of a usual 100 s it is %s", (share, elapsedSeconds, expected) => {
  expect(toGo(share, elapsedSeconds, 100)).toBe(expected);
});

test("the line of progress fits a terminal of 80 columns", () => {
  const line = progressLine("Python packages, also for tests", 0.42, 60, 100);
  expect(line).toBe("  ████████░░░░░░░░░░░░ 42 %, about 70 s to go: Python packages, also for tests");
  expect(line.length).toBeLessThan(80);
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mgb-setup-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("a second set-up in the same folder waits for the first one", async () => {
  const path = join(folder, "setup.lock");
  const order: string[] = [];
  const giveBack = await takeLock(path, () => order.push("never"));
  const second = takeLock(path, () => order.push("waits")).then((give) => {
    order.push("has it");
    give();
  });
  order.push("first works");
  giveBack();
  await second;
  expect(order).toEqual(["waits", "first works", "has it"]);
  expect(existsSync(path)).toBe(false);
});

test.each([["99999999"], ["no number"], [""]])("a lock left behind by '%s' is taken over", async (holder) => {
  const path = join(folder, "setup.lock");
  writeFileSync(path, holder);
  const giveBack = await takeLock(path, () => undefined);
  giveBack();
  expect(existsSync(path)).toBe(false);
});

/** A project whose Python packages are to be installed. @returns the commands that did it */
async function installPython(stamp: string | null): Promise<string[]> {
  mkdirSync(join(folder, "requirements"));
  mkdirSync(join(folder, ".venv", "bin"), { recursive: true });
  writeFileSync(join(folder, "package-lock.json"), '{"packages":{}}');
  writeFileSync(join(folder, ".npmrc"), "");
  writeFileSync(join(folder, "requirements", "run.txt"), "torch==1\n");
  writeFileSync(join(folder, ".venv", "bin", "python"), "");
  if (stamp !== null) writeFileSync(join(folder, ".venv", ".mgb-stamp"), stamp);
  const commands: string[] = [];
  const python = partsOf(folder, "running").find(({ name }) => name === "Python packages");
  await python?.install((_command, args) => {
    mkdirSync(join(folder, ".venv"), { recursive: true });
    commands.push(args.slice(0, 3).join(" ").replace(folder, "."));
    return Promise.resolve();
  });
  return commands;
}

test("an environment whose set-up was broken off is made anew, for nobody can tell what is missing in it", async () => {
  expect(await installPython(null)).toEqual(["-m venv ./.venv", "-m pip install"]);
});

test("an environment that is only older is brought up to date", async () => {
  expect(await installPython("of other requirements")).toEqual(["-m pip install"]);
  const [, python] = partsOf(folder, "running");
  expect(python?.isInstalled).toBe(true);
});

test("an update that was broken off leaves no stamp behind", async () => {
  await installPython("of other requirements");
  writeFileSync(join(folder, "requirements", "run.txt"), "torch==2\n");
  const [, python] = partsOf(folder, "running");
  await expect(python?.install(() => Promise.reject(new Interrupted()))).rejects.toThrow(Interrupted);
  expect(existsSync(join(folder, ".venv", ".mgb-stamp"))).toBe(false);
});

test("Ctrl-C ends what is being installed, with all that it started, before the set-up ends", async () => {
  const child = "setInterval(() => {}, 1000); console.log(process.pid)";
  const script = `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(child)}], { stdio: "inherit" }); setInterval(() => {}, 1000);`;
  let printed = "";
  const surroundings = {
    root: folder,
    logPath: join(folder, "setup.log"),
    onOutput: (text: string) => {
      printed += text;
    },
  };
  const running = runLogged(surroundings, process.execPath, ["-e", script]);
  await eventually(() => printed).not.toBe("");
  process.emit("SIGINT");
  await expect(running).rejects.toThrow(Interrupted);
  await eventually(() => isRunning(Number(printed))).toBe(false);
  expect(readFileSync(join(folder, "setup.log"), "utf8")).toContain("$ ");
});

test("a failure is shown with the end of its output, in lines that fit two rows", async () => {
  const surroundings = { root: folder, logPath: join(folder, "setup.log"), onOutput: () => undefined };
  const script = `console.error("x".repeat(500)); process.exit(3)`;
  await expect(runLogged(surroundings, process.execPath, ["-e", script])).rejects.toThrow(
    `node ended with 3:\n${"x".repeat(158)}`,
  );
  await expect(runLogged(surroundings, "no-such-program", [])).rejects.toThrow(
    "could not start 'no-such-program'",
  );
});

test("every npm script sets itself up before it needs a package", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
  for (const [name, script] of Object.entries(scripts))
    expect(script, name).toMatch(/^(?:PYTHONPATH=\S+ )?node local\/[\w-]+\.mjs\b/);
});
