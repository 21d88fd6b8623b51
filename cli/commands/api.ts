import type { Command } from "commander";
import { problemSchema } from "../../shared/contract/api/problem.ts";
import type { Cli, CommonOptions } from "../cli.ts";
import { nextPage } from "../connection/api-client.ts";
import { CommandError } from "../errors.ts";
import { exitCodeOfProblem, exitCodes, type ExitCode } from "../exit-codes.ts";
import { tableLines } from "../output/table.ts";

interface Options extends CommonOptions {
  readonly data?: string;
}

export function addApi(program: Command, cli: Cli): void {
  cli
    .command(program, "api [method] [path]", "call any route of the API; without a path, list the routes")
    .option("--data <json>", "the body")
    .action(
      cli.runs(async (method: string | undefined, path: string | undefined, options: Options) => {
        if (method === undefined) return listRoutes(cli, options);
        const [verb, route] = asked(method, path);
        const answer = await cli.client(options).raw(verb, route, options.data, cli.around.signal);
        const text = await answer.text();
        cli.around.out.write(text.endsWith("\n") ? text : `${text}\n`);
        const next = nextPage(answer);
        if (next !== null) cli.say(`The next page: mgb api '${next}'`);
        return answer.ok || answer.status === 304 ? exitCodes.ok : exitCodeOfAnswer(answer.status, text);
      }),
    );
}

async function listRoutes(cli: Cli, options: CommonOptions): Promise<ExitCode> {
  const routes = await cli.client(options).routes(cli.around.signal);
  cli.print(options, { data: routes }, () =>
    tableLines(
      ["METHOD", "PATH", "SCOPE", "DOES"],
      routes.map(({ method, path, scope, does }) => [method, path, scope ?? "-", does]),
      cli.columns,
    ),
  );
  return exitCodes.ok;
}

/** `mgb api /v1/batches` is a GET. */
function asked(method: string, path: string | undefined): [method: string, path: string] {
  if (path === undefined && method.startsWith("/")) return ["GET", method];
  if (path?.startsWith("/") === true) return [method.toUpperCase(), path];
  throw new CommandError("write a method and a path: mgb api GET /v1/batches", exitCodes.usage);
}

function exitCodeOfAnswer(status: number, text: string): ExitCode {
  try {
    const problem = problemSchema.parse(JSON.parse(text));
    return exitCodeOfProblem(problem.code, status);
  } catch {
    return exitCodeOfProblem("", status);
  }
}
