import { type Command, Option } from "commander";
import type { StopView } from "../../../shared/contract/api/api.ts";
import type { Cli, CommonOptions } from "../../cli.ts";
import { CommandError } from "../../errors.ts";
import { type ExitCode, exitCodes } from "../../exit-codes.ts";
import { typed } from "../../input/ask.ts";
import { displayFor } from "../../output/display.ts";
import { counted } from "../../../shared/contract/sentences.ts";
import { apiStopper, awsStopper, type Stopper } from "./stoppers.ts";

interface Options extends CommonOptions {
  readonly yes?: boolean;
  readonly aws?: boolean;
  readonly stage?: string;
  readonly beforeDestroy?: boolean;
}

const pollMs = 1_000;
/** A machine that does not end by then wants a person. */
const patienceMs = 10 * 60_000;

export function addStop(program: Command, cli: Cli): void {
  cli
    .command(program, "stop", "stop everything, wait for the proof and show it")
    .option("--yes", "do not ask")
    .option("--aws", "with your AWS credentials alone, when the API does not answer")
    .option("--stage <name>", "with --aws: the stage, whose config/<name>.json is in this clone")
    .addOption(new Option("--before-destroy", "the stage goes away after it").hideHelp())
    .action(
      cli.runs(async (options: Options) => {
        checkStage(options);
        const stopper =
          options.stage === undefined ? apiStopper(cli, options) : await awsStopper(cli, options.stage);
        if (options.yes !== true) await confirm(cli, stopper.name);
        return stopAndProve(cli, options, stopper);
      }),
    );
}

function checkStage({ aws, stage }: Options): void {
  if ((aws === true) === (stage !== undefined)) return;
  throw new CommandError(
    "--aws and --stage go together: mgb stop --aws --stage prod; without both, the API stops its own stage",
    exitCodes.usage,
  );
}

async function stopAndProve(cli: Cli, options: Options, stopper: Stopper): Promise<ExitCode> {
  const { clock, signal, err } = cli.around;
  const display = err.isTTY ? displayFor(err) : null;
  const startMs = clock.nowMs();
  let view = await stopper.begin();
  while (view.state === "stopping" && clock.nowMs() - startMs < patienceMs) {
    display?.show([`  stopping   ${leftText(view)}`], "");
    await clock.sleep(pollMs, signal);
    view = await stopper.look();
  }
  display?.finish();
  cli.print(options, view, () => stopLines(view, options.beforeDestroy));
  return view.state === "stopping" ? exitCodes.timedOut : exitCodes.ok;
}

async function confirm(cli: Cli, name: string): Promise<void> {
  const answer = await typed(cli.around, `This ends every machine of ${name}. Type 'stop' to go on: `);
  if (answer === null)
    throw new CommandError("no terminal to confirm on; add --yes to stop everything", exitCodes.usage);
  if (answer !== "stop") throw new CommandError("Nothing was stopped.", exitCodes.usage);
}

const leftText = ({ instances_left: left }: StopView): string =>
  left === null ? "EC2 has not told what is left" : `${counted(left, "machine")} left`;

/** @param beforeDestroy the stage goes away: nothing will start it again */
export function stopLines(view: StopView, beforeDestroy = false): readonly string[] {
  const title =
    view.state === "stopping"
      ? `Still stopping: ${leftText(view)}. Check again: mgb stop`
      : `Stopped: ${leftText(view)}, ${view.cost_per_hour_usd ?? "0.00"} USD an hour.`;
  return [
    title,
    ...view.steps.map(stepLine),
    ...(view.messages_left === null ? [] : [queuesText(view.messages_left, beforeDestroy)]),
    ...(beforeDestroy ? [] : ["mgb start starts the service again."]),
  ];
}

const queuesText = (messages: number, beforeDestroy: boolean): string =>
  `${counted(messages, "message")} ${beforeDestroy ? "in the queues, which go with the stage" : "kept in the queues"}.`;

/** A step that found something left is done again until nothing is. */
const stepLine = (
  { at, step, ok, detail }: StopView["steps"][number],
  index: number,
  all: StopView["steps"],
): string => {
  const isDoneLater = all.slice(index + 1).some((later) => later.step === step && later.ok);
  return `  ${at} ${ok ? "ok     " : isDoneLater ? "not yet" : "FAILED "} ${step}: ${detail}`;
};
