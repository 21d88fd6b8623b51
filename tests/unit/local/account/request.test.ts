import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { configMistake, stageAsked } from "../../../../local/account/request.mjs";

test.each<[args: string[], stage: { stage: string; path: string }]>([
  [["--stage", "prod"], { stage: "prod", path: "config/prod.json" }],
  [["--stage=prod", "--verbose"], { stage: "prod", path: "config/prod.json" }],
  [["-s", "prod", "--region", "eu-west-1"], { stage: "prod", path: "config/prod.json" }],
  [
    ["--stage", "prod", "--param", "x=1", "--param", "config=else/where.json"],
    { stage: "prod", path: "else/where.json" },
  ],
])("%j names a stage and its configuration", (args, stage) => {
  expect(stageAsked("deploy", args, {})).toEqual({ kind: "stage", stage });
});

test.each([[[]], [["prod"]], [["--stage"]], [["--stage", "--verbose"]], [["--stage="]]])(
  "%j names no stage, and is told how to name one and where its configuration is",
  (args: string[]) => {
    expect(stageAsked("deploy", args, {})).toEqual({
      kind: "mistake",
      text: expect.stringMatching(
        /npm run mgb -- deploy --stage prod\n.*npm run mgb -- init makes it/,
      ) as string,
    });
  },
);

test("a stage that npm kept for itself is told of", () => {
  expect(stageAsked("deploy", ["prod"], { npm_config_stage: "true" })).toEqual({
    kind: "mistake",
    text: "npm took --stage for itself; write: npm run mgb -- deploy --stage prod",
  });
});

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "mgb-deploy-"));
  mkdirSync(join(root, "config"));
  writeFileSync(join(root, "config", "example.json"), readFileSync("config/example.json"));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});
const prod = { stage: "prod", path: "config/prod.json" };
const write = (change: Record<string, unknown>): void => {
  const example: unknown = JSON.parse(readFileSync("config/example.json", "utf8"));
  writeFileSync(join(root, prod.path), JSON.stringify({ ...(example as object), ...change }));
};

test("each name of the example that was left is named", () => {
  write({ bucket: "ours" });
  expect(configMistake(root, prod)).toContain("still has the example's ami_id 'ami-0123456789abcdef0'");
  write({ ami_id: "ami-00000000000000002" });
  expect(configMistake(root, prod)).toContain("still has the example's bucket 'your-musicgen-batch-bucket'");
  write({ bucket: "ours", ami_id: "ami-00000000000000002" });
  expect(configMistake(root, prod)).toContain("still has the example's alert_email 'you@example.com'");
  write({ bucket: "ours", ami_id: "ami-00000000000000002", alert_email: "ops@ours.example" });
  expect(configMistake(root, prod)).toBeNull();
});

test.each([
  ["a folder", null, "config/prod.json is a folder"],
  ["nothing", "", "config/prod.json is not JSON"],
])("%s in place of a configuration is told of in words", (_name, text, said) => {
  if (text === null) mkdirSync(join(root, prod.path));
  else writeFileSync(join(root, prod.path), text);
  expect(configMistake(root, prod)).toContain(said);
});

test.each(["null", "[]", "5"])("a configuration that is %s is left to the schema", (text) => {
  writeFileSync(join(root, prod.path), text);
  expect(configMistake(root, prod)).toBeNull();
});

test("what the schema refuses is told in its words alone, without a stack", () => {
  const path = join(root, prod.path);
  write({ bucket: "Not A Bucket", budget: 5 });
  const { status, stderr } = spawnSync(process.execPath, ["local/account/check-config.ts", "prod", path], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"] },
  });
  expect(stderr).toContain("bucket: ");
  expect(stderr).toContain("budget");
  expect(stderr).not.toMatch(/\n\s+at |ZodError/);
  expect(status).toBe(2);
});
