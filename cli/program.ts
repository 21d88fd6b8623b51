/** `mgb`: the command line of the API. */
import { Command, CommanderError } from "commander";
import ours from "../package.json" with { type: "json" };
import { ApiMismatch, ApiProblem, ApiUnreachable } from "./connection/api-client.ts";
import { Cli } from "./cli.ts";
import { addAudit } from "./commands/operate/audit.ts";
import { addApi } from "./commands/api.ts";
import { addCancel } from "./commands/cancel.ts";
import { addWebhooks } from "./commands/webhooks/webhooks.ts";
import { addAccount } from "./commands/setup/account.ts";
import { addCompletion } from "./commands/setup/completion.ts";
import { addCost } from "./commands/cost.ts";
import { addDecisions } from "./commands/operate/decisions.ts";
import { addEstimate } from "./commands/estimate.ts";
import { addGet } from "./commands/get.ts";
import { addItems } from "./commands/items.ts";
import { addKeys } from "./commands/keys/keys.ts";
import { addLogin } from "./commands/setup/login.ts";
import { addLogs } from "./commands/logs/logs.ts";
import { addLs } from "./commands/ls.ts";
import { addModels } from "./commands/models.ts";
import { addOpen } from "./commands/setup/open.ts";
import { addPlay } from "./commands/play.ts";
import { addPull } from "./commands/pull.ts";
import { addResults } from "./commands/results.ts";
import { addRetry } from "./commands/retry.ts";
import { addRm } from "./commands/rm.ts";
import { addLaunch } from "./commands/operate/launch.ts";
import { addPrices } from "./commands/operate/prices.ts";
import { addPs } from "./commands/operate/ps.ts";
import { addStart } from "./commands/operate/start.ts";
import { addStatus } from "./commands/operate/status.ts";
import { addStop } from "./commands/operate/stop.ts";
import { addSubmit } from "./commands/submit.ts";
import { addWatch } from "./commands/watch.ts";
import type { ProblemCode } from "../shared/contract/api/problem.ts";
import { CommandError } from "./errors.ts";
import { type ExitCode, exitCodeOfProblem, exitCodes } from "./exit-codes.ts";
import type { Surroundings } from "./surroundings.ts";

const adders = [
  addSubmit,
  addEstimate,
  addLs,
  addGet,
  addWatch,
  addItems,
  addResults,
  addPull,
  addPlay,
  addCancel,
  addRetry,
  addRm,
  addStatus,
  addPrices,
  addPs,
  addLaunch,
  addDecisions,
  addAudit,
  addLogs,
  addCost,
  addModels,
  addStop,
  addStart,
  addApi,
  addWebhooks,
  addKeys,
  addLogin,
  addOpen,
  addAccount,
  addCompletion,
];

/** @param args those of the user alone */
export async function runMgb(args: readonly string[], around: Surroundings): Promise<ExitCode> {
  const cli = new Cli(around);
  const debug = args.includes("--debug");
  const program = programOf(cli);
  try {
    await program.parseAsync(
      args.filter((arg) => arg !== "--debug"),
      { from: "user" },
    );
    return cli.exitCode;
  } catch (error) {
    const told = tellOf(error, around.signal.aborted);
    if (told.message !== null) cli.say(debug && error instanceof Error ? (error.stack ?? "") : told.message);
    return told.exitCode;
  }
}

function programOf(cli: Cli): Command {
  const { out, err } = cli.around;
  const program = new Command("mgb")
    .description("Music from prompts, in batches: submit, watch, pull, and run the machines.")
    .version(ours.version, "-v, --version", "say which version this is")
    .showSuggestionAfterError()
    .showHelpAfterError("mgb --help lists the commands, mgb <command> --help its options.")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void out.write(text),
      writeErr: (text) => void err.write(text),
      getOutHelpWidth: () => out.columns || 80,
      getErrHelpWidth: () => err.columns || 80,
    });
  for (const add of adders) add(program, cli);
  return program;
}

/** @returns what to say, null when it is said already, and how to end */
function tellOf(
  error: unknown,
  isInterrupted: boolean,
): { readonly message: string | null; readonly exitCode: ExitCode } {
  if (error instanceof CommanderError)
    return { message: null, exitCode: error.exitCode === 0 ? exitCodes.ok : exitCodes.usage };
  if (error instanceof CommandError) return { message: error.message, exitCode: error.exitCode };
  if (isInterrupted) return { message: null, exitCode: exitCodes.interrupted };
  if (error instanceof ApiProblem) return tellOfProblem(error);
  if (error instanceof ApiUnreachable) return tellOfSilence(error);
  if (error instanceof ApiMismatch) return { message: error.message, exitCode: exitCodes.failed };
  const message = error instanceof Error ? error.message : String(error);
  return { message: `${message}\n(Add --debug to see where.)`, exitCode: exitCodes.failed };
}

/** A gateway or a proxy answered in the API's place, or nothing did. */
function tellOfSilence({ message, status }: ApiUnreachable): {
  readonly message: string;
  readonly exitCode: ExitCode;
} {
  if (status === 429)
    return {
      message: `${message}\nToo many requests at once: try again in a minute.`,
      exitCode: exitCodes.limited,
    };
  if (status === 401 || status === 403)
    return {
      message: `${message}\nIs it the right key? Log in again: mgb login.`,
      exitCode: exitCodes.access,
    };
  return {
    message: `${message}\nIs it the right stage, and is it up? (mgb login, MGB_API_URL, or npm start -- --keep)`,
    exitCode: exitCodes.failed,
  };
}

/** What to do next, beside what the problem itself says. */
const nextSteps: Readonly<Record<ProblemCode, string | null>> = {
  moved: "Use the address that it names.",
  malformed_json: 'Write the body as JSON, such as --data \'{"mode":"drain"}\'.',
  unauthenticated: "Log in again: mgb login.",
  forbidden: "Use a key with that scope: mgb login, or --profile.",
  not_found: "Your batches: mgb ls. All routes: mgb api.",
  method_not_allowed: "All routes and their methods: mgb api.",
  not_ready: "Wait until it is made: mgb watch.",
  conflict: "Its state: mgb get.",
  in_progress: "Try again in a moment.",
  body_too_large: "Split the file, and submit its parts.",
  invalid_input: "Correct it, and try again.",
  idempotency_key_reused: "Try again: a new key is used then.",
  queue_full: "Submit it again when some items are done (mgb ls).",
  too_many_batches: "Submit it again when some batches have ended (mgb ls).",
  // The request id is what helps.
  internal: null,
  stopped: "An operator starts it again: mgb start.",
};

function tellOfProblem(error: ApiProblem): { readonly message: string; readonly exitCode: ExitCode } {
  const { code, status, request_id } = error.problem;
  const next = nextSteps[code as ProblemCode] ?? `Quote request id ${request_id} to whoever runs the stage.`;
  return { message: `${error.message}\n${next}`, exitCode: exitCodeOfProblem(code, status) };
}
