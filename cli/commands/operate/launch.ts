import type { Command } from "commander";
import type { CapacityView, PricesView } from "../../../shared/contract/api/api.ts";
import type { DecisionRecord } from "../../../shared/contract/records/fleet-records.ts";
import { counted } from "../../../shared/contract/sentences.ts";
import type { Cli, CommonOptions } from "../../cli.ts";
import type { ApiClient } from "../../connection/api-client.ts";
import { CommandError } from "../../errors.ts";
import { type ExitCode, exitCodes } from "../../exit-codes.ts";
import { agreed } from "../../input/ask.ts";
import { launchLines, planLines, plannedCount, reasonLines, zoneLines } from "../../output/launch-lines.ts";
import { machineLines } from "../../output/machine-lines.ts";

interface Options extends CommonOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** What is known before anything is launched. */
interface Outlook {
  readonly prices: PricesView;
  readonly capacity: CapacityView;
  readonly plan: DecisionRecord;
}

const pollMs = 2_000;
/** The launcher answers within a minute, whatever EC2 does. */
const patienceMs = 70_000;

export function addLaunch(program: Command, cli: Cli): void {
  cli
    .command(program, "launch", "show prices, machines and the plan, ask, and launch what the work needs")
    .option("--dry-run", "show the plan and launch nothing")
    .option("--yes", "do not ask")
    .action(
      cli.runs(async (options: Options) => {
        const client = cli.client(options);
        const outlook = await lookAhead(cli, client);
        if (options.dryRun === true) {
          cli.print(options, outlook, () => outlookLines(outlook, cli.columns));
          return exitCodes.ok;
        }
        for (const line of outlookLines(outlook, cli.columns)) cli.say(line);
        if (plannedCount(outlook.plan) === 0) return nothingToLaunch(cli, options, outlook);
        await confirm(cli, options, plannedCount(outlook.plan));
        await client.launch(cli.around.signal);
        return tellWhatCame(cli, client, options, outlook.plan);
      }),
    );
}

async function lookAhead(cli: Cli, client: ApiClient): Promise<Outlook> {
  const { signal } = cli.around;
  const [prices, capacity, plan] = await Promise.all([
    client.prices(1, signal),
    client.capacity(signal),
    client.launchPlan(signal),
  ]);
  return { prices, capacity, plan };
}

const outlookLines = ({ prices, capacity, plan }: Outlook, columns: number): readonly string[] => [
  ...zoneLines(prices, columns),
  "",
  ...machineLines(capacity, columns),
  "",
  ...planLines(plan, prices),
];

/** The plan has said why. */
function nothingToLaunch(cli: Cli, options: Options, { plan }: Outlook): ExitCode {
  cli.print(options, { planned: 0, launches: [] }, () => ["Nothing to launch."]);
  const isHeld = plan.models.some(({ have, want }) => want > have);
  return isHeld ? exitCodes.limited : exitCodes.ok;
}

async function confirm(cli: Cli, { yes }: Options, count: number): Promise<void> {
  if (yes === true) return;
  const answer = await agreed(cli.around, `Launch ${counted(count, "machine")}? [y/N] `);
  if (answer === "nobody")
    throw new CommandError(
      "no terminal to confirm on; add --yes to launch, or --dry-run to look",
      exitCodes.usage,
    );
  if (answer === "no") throw new CommandError("Nothing was launched.", exitCodes.usage);
}

/** The launcher runs on its own: what it did stands in its decisions. */
async function tellWhatCame(
  cli: Cli,
  client: ApiClient,
  options: Options,
  plan: DecisionRecord,
): Promise<ExitCode> {
  const { clock, signal } = cli.around;
  const endMs = clock.nowMs() + patienceMs;
  for (;;) {
    const decisions = await client.decisions({ limit: 10 }, signal);
    const since = decisions.filter(({ at }) => Date.parse(at) > Date.parse(plan.at));
    const launches = since.toReversed().flatMap((decision) => decision.launches);
    const launched = launches.reduce((sum, { instances }) => sum + instances.length, 0);
    if (launches.length > 0) {
      cli.print(options, { planned: plannedCount(plan), launches }, () => [
        ...launchLines(launches, cli.columns),
        `${launched} of ${counted(plannedCount(plan), "machine")} launched. mgb status shows them.`,
      ]);
      return exitCodeOf(launched, plannedCount(plan));
    }
    if (clock.nowMs() >= endMs) return toldNothing(cli, options, since[0], plan);
    await clock.sleep(pollMs, signal);
  }
}

function exitCodeOf(launched: number, planned: number): ExitCode {
  if (launched >= planned) return exitCodes.ok;
  return launched > 0 ? exitCodes.partial : exitCodes.limited;
}

/** @param newest what the launcher decided in place of the plan */
function toldNothing(
  cli: Cli,
  options: Options,
  newest: DecisionRecord | undefined,
  plan: DecisionRecord,
): ExitCode {
  const why = newest?.models.flatMap(reasonLines) ?? ["  It has not said why."];
  cli.print(options, { planned: plannedCount(plan), launches: [] }, () => [
    `The launcher has launched nothing within ${patienceMs / 1000} s.`,
    ...why,
  ]);
  cli.say("Look again: mgb decisions");
  return exitCodes.timedOut;
}
