/** Who stops everything: the API, or this program by the same steps, with the user's AWS credentials. */
import type { StopView } from "../../../shared/contract/api/api.ts";
import type { StopPorts } from "../../../shared/fleet/machines/fleet-ports.ts";
import { stopAll } from "../../../shared/fleet/stop/stop.ts";
import { type JobQueue, type JobQueues, QueueError } from "../../../shared/ports.ts";
import type { Cli, CommonOptions } from "../../cli.ts";
import { ApiUnreachable } from "../../connection/api-client.ts";
import { findApi } from "../../connection/find-api.ts";
import { recorderOf } from "../../connection/record-act.ts";
import { openStage } from "../../connection/open-stage.ts";
import { CommandError } from "../../errors.ts";
import { exitCodes } from "../../exit-codes.ts";
import { noLog } from "../../no-log.ts";

export interface Stopper {
  /** For people: what is stopped. */
  readonly name: string;
  /** Both may be called again: a stop that was begun goes on. */
  begin(): Promise<StopView>;
  look(): Promise<StopView>;
}

export function apiStopper(cli: Cli, options: CommonOptions): Stopper {
  const client = cli.client(options);
  const { signal } = cli.around;
  return {
    name: findApi(options.profile, cli.around).name,
    begin: () => orByAws(() => client.stop(signal)),
    look: () => client.stopState(signal),
  };
}

async function orByAws(stop: () => Promise<StopView>): Promise<StopView> {
  try {
    return await stop();
  } catch (cause) {
    if (!(cause instanceof ApiUnreachable)) throw cause;
    throw new CommandError(
      `${cause.message}, so nothing is known to be stopped. Without the API, in the clone that was deployed: mgb stop --aws --stage <name>`,
      exitCodes.failed,
      { cause },
    );
  }
}

/** In the receipt, in place of a key's owner. */
const byHand = "mgb stop --aws";

const notAsked = (): JobQueue => {
  throw new QueueError("the queues are not asked");
};
/** Jobs are kept, and the proof is about machines: the receipt leaves their number out. */
const noQueues: JobQueues = {
  of: notAsked,
  get deadLetters() {
    return notAsked();
  },
};

/** @throws CommandError when the clone has no such stage */
export async function awsStopper(cli: Cli, stage: string): Promise<Stopper> {
  const { clock, random } = cli.around;
  const { config, aws } = await openStage(cli.around, stage);
  const ports: StopPorts = {
    store: aws.bucket(config.region, config.bucket),
    fleet: aws.fleet(config.region, stage),
    jobQueues: noQueues,
    clock,
    random,
    log: noLog,
  };
  const record = recorderOf(cli, config, aws, ports.store);
  let hasAnswered = false;
  const look = async (): Promise<StopView> => {
    const view = await stopAll(byHand, ports, { stage, settings: config });
    hasAnswered ||= view.steps.some(({ ok }) => ok);
    if (hasAnswered) return view;
    const reasons = [...new Set(view.steps.map(({ step, detail }) => `  ${step}: ${detail}`))];
    throw new CommandError(
      ["AWS answered no step, so nothing is known to be stopped:", ...reasons, whoAmI].join("\n"),
      exitCodes.access,
    );
  };
  const begin = async (): Promise<StopView> => {
    const view = await look();
    await record({ action: "stop", subject: null, details: view.id === null ? {} : { stop_id: view.id } });
    return view;
  };
  return { name: `stage ${stage}`, begin, look };
}

const whoAmI =
  "Are these AWS credentials of the account that the stage is in? (aws sts get-caller-identity, AWS_PROFILE)";
