import type { Command } from "commander";
import type { OperatorAws } from "../../../shared/aws/operator.ts";
import { counted } from "../../../shared/contract/sentences.ts";
import { inParallel } from "../../../shared/flow/in-parallel.ts";
import { FleetError, type TaggedMachine } from "../../../shared/ports.ts";
import type { Cli, CommonOptions } from "../../cli.ts";
import { openStage } from "../../connection/open-stage.ts";
import { CommandError } from "../../errors.ts";
import { type ExitCode, exitCodes } from "../../exit-codes.ts";
import { collected } from "../../input/option-values.ts";
import { bootLines, machineLines } from "../../output/machine-lines.ts";
import { tableLines } from "../../output/table.ts";
import { agoText } from "../../output/words.ts";

interface Options extends CommonOptions {
  readonly aws?: boolean;
  readonly boot?: boolean;
  readonly stage?: string;
  readonly region?: readonly string[];
}

const regionsAtOnce = 8;

export function addPs(program: Command, cli: Cli): void {
  cli
    .command(program, "ps", "list the stage's machines; --aws those of every stage, forgotten ones too")
    .option("--boot", "how long each phase of a machine's boot took")
    .option("--aws", "ask EC2, with your AWS credentials, for all machines that carry our tag")
    .option("--stage <name>", "with --aws: only those of this stage, in the region of config/<name>.json")
    .option("--region <name>", "with --aws: a region, and several if given again; default: all", collected)
    .action(
      cli.runs(async (options: Options) => {
        if (options.aws === true && options.boot === true)
          throw new CommandError(
            "--boot is what machines tell the API, not EC2: mgb ps --boot",
            exitCodes.usage,
          );
        if (options.aws === true) return listAll(cli, options);
        if (options.stage !== undefined || options.region !== undefined)
          throw new CommandError("--stage and --region are of --aws: mgb ps --aws …", exitCodes.usage);
        const capacity = await cli.client(options).capacity(cli.around.signal);
        const { workers, other_workers, instances } = capacity;
        cli.print(options, { data: workers, other_workers, instances }, () =>
          options.boot === true ? bootLines(capacity, cli.columns) : machineLines(capacity, cli.columns),
        );
        return exitCodes.ok;
      }),
    );
}

/** A region that does not answer hides no machine of the others. */
async function listAll(cli: Cli, options: Options): Promise<ExitCode> {
  const { aws, regions, isOurs } = await whereToLook(cli, options);
  const asked = await inParallel(regions, regionsAtOnce, async (region) => askRegion(aws, region));
  const machines = asked
    .flat()
    .filter((one): one is TaggedMachine => !(one instanceof FleetError))
    .filter(({ state, stage }) => state !== "terminated" && isOurs(stage));
  const failures = asked.flat().filter((one) => one instanceof FleetError);
  for (const { message } of failures) cli.say(message);
  if (failures.length === regions.length) throw noAnswer();
  const nowMs = cli.around.clock.nowMs();
  cli.print(options, { data: machines.map(machineView) }, () =>
    taggedLines(machines, regions.length - failures.length, nowMs, cli.columns),
  );
  return failures.length > 0 ? exitCodes.partial : exitCodes.ok;
}

async function askRegion(
  aws: OperatorAws,
  region: string,
): Promise<readonly TaggedMachine[] | readonly [FleetError]> {
  try {
    return await aws.machines(region);
  } catch (error) {
    if (error instanceof FleetError) return [error];
    throw error;
  }
}

interface Places {
  readonly aws: OperatorAws;
  readonly regions: readonly string[];
  readonly isOurs: (stage: string) => boolean;
}

async function whereToLook(cli: Cli, { stage, region }: Options): Promise<Places> {
  if (stage !== undefined) {
    const { aws, config } = await openStage(cli.around, stage);
    return { aws, regions: region ?? [config.region], isOurs: (name) => name === stage };
  }
  const aws = await cli.around.openAws(null);
  const regions = region ?? (await allRegions(aws));
  return { aws, regions, isOurs: () => true };
}

async function allRegions(aws: OperatorAws): Promise<readonly string[]> {
  try {
    return await aws.regions();
  } catch (cause) {
    if (!(cause instanceof FleetError)) throw cause;
    throw new CommandError(
      `${cause.message}\nName the regions yourself (--region eu-central-1), or look at your AWS credentials (aws sts get-caller-identity, AWS_PROFILE).`,
      exitCodes.access,
      { cause },
    );
  }
}

const noAnswer = (): CommandError =>
  new CommandError(
    "EC2 answered in no region. Are these your AWS credentials? (aws sts get-caller-identity, AWS_PROFILE)",
    exitCodes.access,
  );

const machineView = (machine: TaggedMachine) => ({
  instance_id: machine.instanceId,
  stage: machine.stage,
  state: machine.state,
  region: machine.region,
  zone: machine.zone,
  instance_type: machine.instanceType,
  market: machine.market,
  model: machine.model,
  launched_at: new Date(machine.launchedMs).toISOString(),
  expires_at: machine.expiresMs === null ? null : new Date(machine.expiresMs).toISOString(),
});

function taggedLines(
  machines: readonly TaggedMachine[],
  regions: number,
  nowMs: number,
  columns: number,
): readonly string[] {
  if (machines.length === 0) return [`No machine with our tag in ${counted(regions, "region")}.`];
  return [
    ...tableLines(
      ["STAGE", "MACHINE", "STATE", "ZONE", "AGE", "TYPE"],
      machines.map((machine) => [
        machine.stage,
        machine.instanceId,
        machine.state,
        machine.zone,
        agoText(nowMs - machine.launchedMs),
        `${machine.instanceType}, ${machine.market === "spot" ? "spot" : "on demand"}`,
      ]),
      columns,
    ),
    "End those of a stage: mgb stop --aws --stage <name>. Without its configuration: aws ec2 terminate-instances --region <region> --instance-ids <machine>",
  ];
}
