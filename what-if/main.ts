/** `npm run what-if`: what a stage would have cost, and how soon its clips would have come, with another configuration. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Command } from "commander";
import { cloudFileAbove } from "../cli/connection/find-api.ts";
import { ConfigError } from "../shared/config.ts";
import { systemClock } from "../shared/system/system-clock.ts";
import { changedConfig } from "./changed-config.ts";
import { folderStore } from "./folder.ts";
import { stageStore } from "./stage-store.ts";
import { linesOf } from "./table.ts";
import { whatIf } from "./what-if.ts";

interface Options {
  readonly from?: string;
  readonly stage: string;
  readonly days: number;
  readonly set: readonly string[];
  readonly json: boolean;
}

const dayMs = 86_400_000;
/** npm changes into the project's folder; a name the user typed is relative to where they stood. */
const folderOfUser = process.env["INIT_CWD"] ?? process.cwd();
const { from, stage, days, set, json } = new Command("what-if")
  .description("Plays what a stage has recorded under another configuration, and as it was.")
  .requiredOption("--stage <name>", "the stage; config/<name>.json is how it was configured")
  .option("--from <folder>", "a copy of its bucket; otherwise the bucket is read, with your AWS credentials")
  .option(
    "--days <n>",
    "how many days back, 31 at most",
    (text) => Math.min(31, Math.max(1, Number(text) || 1)),
    30,
  )
  .option(
    "--set <path=value>",
    "a changed value; may come several times",
    (text, all: readonly string[]) => [...all, text],
    [],
  )
  .option("--json", "one JSON object", false)
  .parse()
  .opts<Options>();

try {
  const path = `config/${stage}.json`;
  const text = readFileSync(path, "utf8");
  const configs = { asItWas: changedConfig(text, path, []), changed: changedConfig(text, path, set) };
  const store =
    from === undefined
      ? stageStore(stage, configs.asItWas, cloudFileAbove(process.cwd()))
      : await folderStore(resolve(folderOfUser, from), systemClock);
  const toMs = systemClock.nowMs();
  const answer = await whatIf(store, { fromMs: toMs - days * dayMs, toMs }, configs);
  if (json) console.log(JSON.stringify(answer));
  else
    for (const line of linesOf(answer, process.stdout.isTTY ? process.stdout.columns : 100))
      console.log(line);
  process.exitCode = answer.troubles.length === 0 ? 0 : 1;
} catch (error) {
  const isExpected =
    error instanceof ConfigError ||
    error instanceof RangeError ||
    (error as NodeJS.ErrnoException).code === "ENOENT";
  if (!isExpected) throw error;
  console.error((error as Error).message);
  process.exitCode = 2;
}
