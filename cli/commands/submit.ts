import type { Command } from "commander";
import type { BatchRequest } from "../../shared/contract/api/batch-request.ts";
import type { BatchCheckView } from "../../shared/contract/api/api.ts";
import { agreed } from "../input/ask.ts";
import { type BatchInput, type BatchOptions, batchInputOf, withBatchOptions } from "../input/batch-input.ts";
import { continuationOf, continued, identityOf } from "../input/continuation.ts";
import { toldByLine } from "../prompts/places.ts";
import type { Cli, CommonOptions } from "../cli.ts";
import { CommandError } from "../errors.ts";
import type { ApiClient } from "../connection/api-client.ts";
import { displayFor } from "../output/display.ts";
import { bar } from "../output/words.ts";
import { estimateLines } from "../output/estimate-lines.ts";
import { exitCodes } from "../exit-codes.ts";
import { findApi } from "../connection/find-api.ts";
import { wholeNumber } from "../input/option-values.ts";
import { estimateBatch, type Submission, uploaded } from "../send-batch.ts";
import { submitOnce } from "../submit-once.ts";
import { watchBatch } from "../watch.ts";

interface Options extends CommonOptions, BatchOptions {
  readonly yes?: boolean;
  readonly wait?: boolean;
  readonly timeout?: number;
}

export function addSubmit(program: Command, cli: Cli): void {
  withBatchOptions(
    cli.command(
      program,
      "submit [file]",
      "submit the prompts of a file, of standard input (-) or of --prompt",
    ),
  )
    .option("--yes", "do not ask")
    .option("--wait", "watch it until it ends")
    .option("--timeout <seconds>", "with --wait: how long at most", wholeNumber(1, 1_000_000))
    .action(
      cli.runs(async (file: string | undefined, options: Options) => {
        const client = cli.client(options);
        const { request: own, places } = await batchInputOf(cli, file, options);
        const { apiUrl } = findApi(options.profile, cli.around);
        const continuation = continuationOf(cli, options);
        const what = [apiUrl, own, continuation && identityOf(continuation)];
        const steps = {
          prepare: async (key: string) => {
            const request = await continued(cli, client, own, continuation, `${key}-source`);
            await agree(cli, await estimateBatch(client, request, cli.around.signal), request, options);
            return uploadShown(cli, client, { request, places }, key);
          },
          send: (request: Submission, key: string) => client.submitBatch(request, key, cli.around.signal),
          say: (line: string) => {
            cli.say(line);
          },
        };
        const batch = await toldByLine(places, () => submitOnce(cli.around, what, steps));
        if (options.wait === true) return watchBatch(cli, client, batch.id, options);
        cli.print(options, batch, () => [batch.id]);
        if (!cli.wantsJson(options)) cli.say(`Watch it: mgb watch ${batch.id}`);
        return exitCodes.ok;
      }),
    );
}

/** What is too large for a body is an upload: on a terminal one sees how far it is. */
async function uploadShown(cli: Cli, client: ApiClient, input: BatchInput, key: string): Promise<Submission> {
  const { err, signal } = cli.around;
  const display = err.isTTY ? displayFor(err) : null;
  const submission = await uploaded(client, input, key, {
    signal,
    onSent: (bytes, all) => display?.show([uploadLine(bytes, all)], ""),
  });
  display?.finish();
  return submission;
}

const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(1);

const uploadLine = (bytes: number, all: number): string =>
  `  uploading  ${bar(bytes / all)} ${megabytes(bytes)} of ${megabytes(all)} MB`;

/** Says what is sent, and what bounds it. @throws CommandError when it is not to be sent */
async function agree(
  cli: Cli,
  check: BatchCheckView,
  { max_cost_usd: most }: BatchRequest,
  { yes }: Options,
): Promise<void> {
  const { low } = check.estimate.usd;
  if (most !== undefined && Number(low) > Number(most))
    throw new CommandError(
      `it would cost at least ${low} USD (estimate), over --max-cost ${most}; nothing was sent`,
      exitCodes.overBudget,
    );
  for (const line of estimateLines(check)) cli.say(line);
  cli.say(
    most === undefined
      ? "  limit  the stage's budgets; --max-cost adds one for this batch"
      : `  bound  ${most} USD`,
  );
  if (yes === true) return;
  // A script cannot answer: it has asked by being run.
  if ((await agreed(cli.around, "Send it? [y/N] ")) === "no")
    throw new CommandError("Nothing was sent.", exitCodes.usage);
}
