/** What is done in an AWS account: in a clone, where the stage's configuration and all that is deployed are. */
import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { CommandError } from "../../errors.ts";
import { type ExitCode, exitCodes } from "../../exit-codes.ts";

export function addAccount(program: Command, cli: Cli): void {
  inClone(program, cli, "init", "ask what a stage has to know, and write config/<stage>.json")
    .option("--stage <name>", "the stage's name")
    .option("--region <name>", "the AWS region")
    .option("--zones <list>", "availability zones to launch into")
    .option("--bucket <name>", "the bucket for everything that is made and kept")
    .option("--day-usd <usd>", "most that machines may cost a day")
    .option("--month-usd <usd>", "most that machines may cost a month")
    .option("--max-price <usd>", "highest spot price an hour")
    .option("--max-machines <count>", "most machines at once")
    .option("--email <address>", "who gets alarms and budget warnings")
    .option("--ssh-key <name>", "an EC2 key pair; without one, port 22 stays closed")
    .option("--ssh-from <range>", "the address range that SSH comes from");
  ofStage(inClone(program, cli, "doctor", "tell what an AWS account lacks for a stage; changes nothing"))
    .option("--json", "print JSON")
    .option("--policy <purpose>", "print the policy that an administrator attaches: doctor, deploy, image");
  addAmi(program, cli);
  deploying(
    inClone(program, cli, "deploy", "say what would change and what the stage costs, ask, and deploy it"),
  ).option("--yes", "do not ask");
  deploying(inClone(program, cli, "adopt", "take a bucket that exists into the stage's stack"));
  deploying(
    inClone(program, cli, "destroy", "end a stage's machines, delete its stack, prove that nothing is left"),
  ).option("--yes", "do not ask");
  ofStage(
    inClone(
      program,
      cli,
      "what-if",
      "play a stage's own days as they were, and with values changed by --set",
    ),
  )
    .option("--from <folder>", "a copy of the stage's bucket; otherwise the bucket is read")
    .option("--days <n>", "how many days back, 31 at most")
    .option("--set <path=value>", "a changed value; may come several times", several)
    .option("--json", "print JSON");
}

const several = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

function addAmi(program: Command, cli: Cli): void {
  const ami = program
    .command("ami")
    .description("the worker image of a stage: build, list, use and remove it");
  ofStage(
    inClone(ami, cli, "build", "make a worker image with the stage's models, on a machine that tries itself"),
  )
    .option("--bucket <name>", "where the build's package and log go; made if it is not there")
    .option("--base <ami>", "another base image than AWS's Deep Learning one")
    .option("--subnet <id>", "where to build; default: the default network")
    .option("--keep", "leave a machine that failed up, until its own timer ends it")
    .option("--dry-run", "only say what it would do and cost");
  ofStage(
    inClone(ami, cli, "package", "put the worker's package into the stage's bucket, for another image"),
  );
  ofStage(inClone(ami, cli, "ls", "list the account's worker images in the stage's region"));
  ofStage(inClone(ami, cli, "use <ami>", "write the image into config/<stage>.json"));
  ofStage(
    inClone(ami, cli, "rm <ami>", "delete an image with its snapshots; one that a deployed stage uses stays"),
  );
}

const ofStage = (command: Command): Command =>
  command.option("--stage <name>", "the stage of config/<name>.json");

/** osls knows more options than we do; it says itself what is wrong with them. */
const deploying = (command: Command): Command => ofStage(command).allowUnknownOption().argument("[osls...]");

function inClone(program: Command, cli: Cli, usage: string, does: string): Command {
  const command = program.command(usage).description(does);
  return command.action(
    cli.runs(async () => {
      const ended = await cli.around.runInClone([
        ...wordsOf(command),
        ...optionsOf(command),
        ...command.args,
      ]);
      if (ended === null) throw new CommandError(needsClone(wordsOf(command).join(" ")), exitCodes.usage);
      return exitCodeOf(ended);
    }),
  );
}

/** Its name, after those of the commands that it belongs to: `ami build`. */
function wordsOf(command: Command): string[] {
  const { parent } = command;
  return parent?.parent == null ? [command.name()] : [...wordsOf(parent), command.name()];
}

/** As they were given. */
function optionsOf(command: Command): string[] {
  const values = command.opts<Readonly<Record<string, string | true | readonly string[]>>>();
  return command.options.flatMap((option) => {
    const value = values[option.attributeName()] ?? [];
    return [value].flat().flatMap((one) => (one === true ? [`${option.long}`] : [`${option.long}`, one]));
  });
}

const needsClone = (command: string): string =>
  `mgb ${command} needs a clone of musicgen-batch, which has the stage's configuration and all that is deployed: git clone the repository that this package was made from, and run npm run mgb -- ${command} in it.`;

const exitCodeOf = (ended: number): ExitCode =>
  Object.values(exitCodes).find((code) => code === ended) ?? exitCodes.failed;
