/** `npm start` and `npm run mgb -- deploy` as in a clone that was never set up: with no package to import. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { unsetClone } from "../unset-clone.ts";

let clone: string;
beforeAll(() => {
  clone = unsetClone();
});
afterAll(() => {
  rmSync(clone, { recursive: true });
});

const run = (script: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(clone, "local", script), ...args], {
    encoding: "utf8",
    cwd: clone,
    env: { PATH: process.env["PATH"] },
  });
  return { status, said: stdout + stderr };
};

test.each<[args: string[], status: number, said: string]>([
  [["--keep", "--exit"], 2, "--keep and --exit cannot be combined"],
  [["--nonsense"], 2, "no option is called --nonsense"],
  [["nowhere.txt"], 2, "no such file"],
  [["examples"], 2, "examples is a folder; name a .txt, .jsonl or .csv file"],
  [["examples/clips/rock.ogg"], 2, "rock.ogg is an audio or video file"],
  [["--model", "nothing"], 2, "'nothing' is no Hugging Face id"],
  [["--help"], 0, "Usage: npm start --"],
])("npm start -- %j is answered before anything is set up", (args, status, said) => {
  const ended = run("start.mjs", ...args);
  expect(ended.said).toContain(said);
  expect(ended.said).not.toMatch(/\n\s+at /);
  expect(ended.status).toBe(status);
  expect(existsSync(join(clone, "node_modules"))).toBe(false);
  expect(existsSync(join(clone, ".venv"))).toBe(false);
});

test("a prompts file in an encoding that cannot be read is refused before anything is set up", () => {
  writeFileSync(join(clone, "ansi.txt"), Buffer.from("caf\xe9\n", "latin1"));
  const ended = run("start.mjs", "ansi.txt");
  expect(ended).toEqual({
    status: 2,
    said: "ansi.txt:1: is not UTF-8; save the file with that encoding\nNothing was started.\n",
  });
  expect(existsSync(join(clone, "node_modules"))).toBe(false);
});

test.each<[args: string[], said: string]>([
  [["deploy"], "name the stage to deploy: npm run mgb -- deploy --stage prod"],
  [["destroy"], "name the stage to destroy: npm run mgb -- destroy --stage prod"],
  [["deploy", "--stage", "local"], "the stage local is the one on this machine: npm start."],
  [
    ["deploy", "--stage", "prod"],
    "stage prod has no config/prod.json; npm run mgb -- init --stage prod makes it",
  ],
  [
    ["deploy", "--stage=copied"],
    "config/copied.json still has the example's bucket 'your-musicgen-batch-bucket'",
  ],
  [
    ["deploy", "--stage", "copied"],
    "and ami_id 'ami-0123456789abcdef0' and alert_email 'you@example.com'; name your own",
  ],
  [["deploy", "-s", "half"], "config/half.json is not JSON"],
])("npm run %j is refused before anything is set up", (args, said) => {
  cpSync(join(clone, "config", "example.json"), join(clone, "config", "copied.json"));
  writeFileSync(join(clone, "config", "half.json"), '{"region":');
  const ended = run("account.mjs", ...args);
  expect(ended.said).toContain(said);
  expect(ended.said).toMatch(/Nothing was done\.\n$/);
  expect(ended.said).not.toMatch(/\n\s+at |ZodError|ENOENT/);
  expect(ended.status).toBe(2);
  expect(existsSync(join(clone, "node_modules"))).toBe(false);
});
