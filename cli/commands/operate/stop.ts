import type { Command } from "commander";
import type { StopView } from "../../../shared/contract/api/api.ts";
import type { Cli, CommonOptions } from "../../cli.ts";
import { CommandError } from "../../errors.ts";
import { exitCodes } from "../../exit-codes.ts";
import { typed } from "../../input/ask.ts";
import { counted } from "../../../shared/contract/sentences.ts";

interface Options extends CommonOptions {
  readonly yes?: boolean;
}

const pollMs = 1_000;
/** A machine that does not end by then wants a person. */
const patienceMs = 10 * 60_000;

export function addStop(program: Command, cli: Cli): void {
  cli
    .command(program, "stop", "stop everything, wait for the proof and show it")
    .option("--yes", "do not ask")
    .action(
      cli.runs(async (options: Options) => {
        if (options.yes !== true) await confirm(cli);
        const client = cli.client(options);
        const startMs = cli.around.clock.nowMs();
        let view = await client.stop(cli.around.signal);
        while (view.state === "stopping" && cli.around.clock.nowMs() - startMs < patienceMs) {
          await cli.around.clock.sleep(pollMs, cli.around.signal);
          view = await client.stopState(cli.around.signal);
        }
        cli.print(options, view, () => stopLines(view));
        return view.state === "stopping" ? exitCodes.timedOut : exitCodes.ok;
      }),
    );
}

async function confirm(cli: Cli): Promise<void> {
  const answer = await typed(cli.around, "This ends every machine of the stage. Type 'stop' to go on: ");
  if (answer === null)
    throw new CommandError("no terminal to confirm on; add --yes to stop everything", exitCodes.usage);
  if (answer !== "stop") throw new CommandError("Nothing was stopped.", exitCodes.usage);
}

export function stopLines(view: StopView): readonly string[] {
  const left = counted(view.instances_left ?? 0, "machine");
  const title =
    view.state === "stopping"
      ? `Still stopping: ${left} left. Check again: mgb api GET /v1/stop`
      : `Stopped: ${left} left, ${view.cost_per_hour_usd ?? "0.00"} USD an hour.`;
  return [title, ...view.steps.map(stepLine), "mgb start starts the service again."];
}

/** A step that found something left is done again until nothing is. */
const stepLine = (
  { at, step, ok, detail }: StopView["steps"][number],
  index: number,
  all: StopView["steps"],
): string => {
  const isDoneLater = all.slice(index + 1).some((later) => later.step === step && later.ok);
  return `  ${at} ${ok ? "ok     " : isDoneLater ? "not yet" : "FAILED "} ${step}: ${detail}`;
};
