/**
 * Packages the service as a deploy would, for the local stage and for several kinds of cloud stages, and checks the
 * result: the templates by cfn-lint and checkov, and the size of every function's bundle.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { acceptedByCfnLint, acceptedByCheckov, type AcceptedRule } from "./accepted-rules.ts";

/** A cold start loads the whole bundle. */
const maxBundleBytes = 600_000;
const packaged = ".serverless";
const templates = join(".local", "checked-templates");
const checkov = join(".local", "checkers", "bin", "checkov");
const namesOf = (rules: readonly AcceptedRule[]): string => rules.map(({ rule }) => rule).join(",");

interface Checked {
  readonly name: string;
  readonly args: readonly string[];
}
const fileOf = (path: string): readonly string[] => ["--stage", "example", "--param", `config=${path}`];
const stages: readonly Checked[] = [
  { name: "the local stage", args: ["--stage", "local"] },
  { name: "the example stage", args: ["--stage", "example"] },
  {
    name: "a stage of two zones with ssh",
    args: fileOf("tests/contract/stages/two-zones-with-ssh.json"),
  },
  {
    name: "a stage in an existing network with a key of its own",
    args: fileOf("tests/contract/stages/existing-network-with-own-key.json"),
  },
];

rmSync(templates, { recursive: true, force: true });
mkdirSync(templates, { recursive: true });
const faults = [...stages.flatMap((stage) => checkStage(stage)), ...checkSecurity()];
for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;

function checkStage({ name, args }: Checked): string[] {
  const made = run("serverless", ["package", ...args]);
  if (made !== null) return [`${name} cannot be packaged:\n${made}`];
  const template = join(templates, `${name.replaceAll(" ", "-")}.json`);
  copyFileSync(join(packaged, "cloudformation-template-update-stack.json"), template);
  const lint = run("cfn-lint", ["--ignore-checks", namesOf(acceptedByCfnLint), "--template", template]);
  return [...(lint === null ? [] : [`cfn-lint of ${name}:\n${lint}`]), ...largeBundles(name)];
}

/** Checks all templates in one run, because starting checkov takes most of the time. */
function checkSecurity(): string[] {
  const quiet = ["--quiet", "--compact", "--skip-download", "--framework", "cloudformation"];
  const skipped = ["--skip-check", namesOf(acceptedByCheckov)];
  const found = run(checkov, [...quiet, ...skipped, "--directory", templates]);
  return found === null ? [] : [`checkov:\n${found}`];
}

function largeBundles(stage: string): string[] {
  const bundles = readdirSync(packaged).filter((name) => name.endsWith(".zip"));
  if (bundles.length === 0) return [`${stage}: expected a bundle for each function, found none`];
  return bundles
    .map((name) => ({ name, bytes: statSync(join(packaged, name)).size }))
    .filter(({ bytes }) => bytes > maxBundleBytes)
    .map(
      ({ name, bytes }) => `${name} of ${stage} has ${bytes} bytes; at most ${maxBundleBytes} are allowed`,
    );
}

/** @returns its output if it failed; null if it succeeded */
function run(command: string, args: readonly string[]): string | null {
  const ended = spawnSync(command, args, { encoding: "utf8" });
  if (ended.error !== undefined) return ended.error.message;
  return ended.status === 0 ? null : `${ended.stdout}${ended.stderr}`;
}
