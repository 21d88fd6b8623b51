/**
 * `npm run sim:mutations`: removes one rule at a time from a copy of the code, and looks for the first seed that fails.
 */
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { numberFrom } from "../numbers.ts";
import type { Mutation } from "./rules.ts";
import { mutations } from "./rules.ts";

interface Options {
  readonly seeds: number;
  readonly json: boolean;
}
/** The last line of a soak's output. */
interface Closing {
  readonly broken: readonly { readonly seed: number; readonly violations: readonly string[] }[];
}
interface Finding {
  readonly rule: string;
  /** Null: no seed failed. */
  readonly seed: number | null;
  readonly says: string;
}

const root = join(import.meta.dirname, "../..");
const parts = ["shared", "worker/agent", "functions", "simulation", "package.json"];

const { seeds, json } = new Command("sim:mutations")
  .description("Removes one rule at a time, and looks for the first seed that notices.")
  .option("--seeds <n>", "how many are tried", numberFrom(1), 300)
  .option("--json", "one JSON object instead of a table", false)
  .parse()
  .opts<Options>();

function copyWithout({ rule, file, from, to }: Mutation): string {
  const folder = mkdtempSync(join(tmpdir(), "mutation-"));
  for (const part of parts) cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const text = readFileSync(join(root, file), "utf8");
  if (text.split(from).length !== 2) throw new Error(`expected the rule '${rule}' once in ${file}`);
  writeFileSync(
    join(folder, file),
    text.replace(from, () => to),
  );
  return folder;
}

/** A soak that fails exits with 1; its last line is read all the same. */
const soak = (folder: string): Promise<Closing> =>
  new Promise((resolve, reject) => {
    const options = ["--seeds", String(seeds), "--bail", "--no-shrink", "--json"];
    const program = ["--disable-warning=ExperimentalWarning", "simulation/soak/main.ts", ...options];
    execFile(process.execPath, program, { cwd: folder, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const last = stdout.trim().split("\n").at(-1) ?? "";
      if (last.startsWith("{")) resolve(JSON.parse(last) as Closing);
      else reject(new Error(`the soak gave no answer: ${stderr}`, { cause: error }));
    });
  });

async function tried(mutation: Mutation): Promise<Finding> {
  const folder = copyWithout(mutation);
  try {
    const [first] = (await soak(folder)).broken;
    return { rule: mutation.rule, seed: first?.seed ?? null, says: first?.violations[0] ?? "" };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const findings: Finding[] = [];
if (!json) console.log("| rule removed | first seed that fails | what it says |\n|---|---|---|");
for (const mutation of mutations) {
  const finding = await tried(mutation);
  findings.push(finding);
  if (!json) console.log(`| ${finding.rule} | ${finding.seed ?? "**none**"} | ${finding.says} |`);
}
const unnoticed = findings.filter(({ seed }) => seed === null).length;
if (json) console.log(JSON.stringify({ seeds, rules: findings.length, unnoticed, findings }));
else
  console.log(
    `\n${findings.length - unnoticed} of ${findings.length} rules are noticed within ${seeds} seeds`,
  );
process.exit(unnoticed === 0 ? 0 : 1);
