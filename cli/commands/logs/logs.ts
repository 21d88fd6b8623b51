import { type Command, Option } from "commander";
import type { Cli, CommonOptions } from "../../cli.ts";
import { cloudFileAbove } from "../../connection/find-api.ts";
import { openStage } from "../../connection/open-stage.ts";
import { CommandError } from "../../errors.ts";
import { type ExitCode, exitCodes } from "../../exit-codes.ts";
import { timeSpan } from "../../input/option-values.ts";
import { type Entry, entryText, type Reading } from "./entries.ts";
import { functionEntries, type LogWorld } from "./function-logs.ts";
import { machineEntries } from "./machine-logs.ts";
import { type Subject, subjectOf } from "./subject.ts";

interface Options extends CommonOptions {
  readonly stage?: string;
  readonly request?: string;
  /** In seconds. */
  readonly since: number;
  readonly follow?: number | true;
}

const longestSeconds = 400 * 86_400;
const longestFollowSeconds = 3_600;
const usualFollowSeconds = 600;
const followEveryMs = 5_000;
/** Only the embedded cloud's is known without a name. */
const embeddedStage = "local";

export function addLogs(program: Command, cli: Cli): void {
  cli
    .command(program, "logs [what]", "show the log of a batch, an item, a machine or a function")
    .option("--stage <name>", "with your AWS credentials, the stage of config/<name>.json")
    .option("--request <id>", "only of the request with this id, which every problem tells")
    .addOption(
      new Option("--since <time>", "the last 30m, 12h or 7d")
        .argParser(timeSpan(longestSeconds))
        .default(3_600, "1h"),
    )
    .addOption(
      new Option("--follow [time]", "go on for so long, an hour at most; without a time, 10m").argParser(
        timeSpan(longestFollowSeconds),
      ),
    )
    .action(
      cli.runs(async (what: string | undefined, options: Options) => {
        const subject = subjectOf(what, options.request);
        if (subject.kind === "machine" && options.follow !== undefined)
          throw new CommandError("a machine's console cannot be followed: ask again", exitCodes.usage);
        return show(cli, options, subject);
      }),
    );
}

async function show(cli: Cli, options: Options, subject: Subject): Promise<ExitCode> {
  const stage = stageOf(cli, options.stage);
  const world: LogWorld = { stage, ...(await openStage(cli.around, stage)) };
  const print = (entries: readonly Entry[]): void => {
    printEntries(cli, options, entries);
  };
  if (subject.kind === "machine")
    return tell(cli, await machineEntries(subject.id, world, cli.around.clock), print);
  const { clock, signal } = cli.around;
  const seen = new Set<string>();
  const read = () => functionEntries(subject, world, clock.nowMs() - options.since * 1000, seen);
  const first = await read();
  const code = tell(cli, first, print);
  if (options.follow === undefined || code === exitCodes.access) return code;
  const seconds = options.follow === true ? usualFollowSeconds : options.follow;
  for (const endMs = clock.nowMs() + seconds * 1000; clock.nowMs() < endMs;) {
    await clock.sleep(followEveryMs, signal);
    print((await read()).entries);
  }
  return code;
}

function stageOf(cli: Cli, named: string | undefined): string {
  if (named !== undefined) return named;
  if (cloudFileAbove(cli.around.folder) !== null) return embeddedStage;
  throw new CommandError(
    "logs are read with AWS credentials: name the stage, such as --stage prod",
    exitCodes.usage,
  );
}

/** What could be read is shown; a source that could not be is named with the right that it needs. */
function tell(cli: Cli, { entries, faults }: Reading, print: (entries: readonly Entry[]) => void): ExitCode {
  print(entries);
  for (const fault of faults) cli.say(fault);
  if (faults.length === 0 && entries.length === 0)
    cli.say("Nothing is logged for that; --since looks further back.");
  if (faults.length === 0) return exitCodes.ok;
  return entries.length === 0 ? exitCodes.access : exitCodes.partial;
}

/** A line each, also as JSON: there may be many, and more may follow. */
function printEntries(cli: Cli, options: Options, entries: readonly Entry[]): void {
  const lineOf = cli.wantsJson(options) ? (entry: Entry) => JSON.stringify(entry) : entryText;
  for (const entry of entries) cli.around.out.write(`${lineOf(entry)}\n`);
}
