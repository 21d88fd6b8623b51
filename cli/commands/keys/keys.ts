import { type Command, Option } from "commander";
import type { CreatedKeyView, KeyView } from "../../../shared/contract/api/api-key.ts";
import { type Scope, scopes } from "../../../shared/contract/records/batch-records.ts";
import { type Cli, keyIdIn } from "../../cli.ts";
import { CommandError } from "../../errors.ts";
import { exitCodes } from "../../exit-codes.ts";
import { scopeList, timeSpan } from "../../input/option-values.ts";
import { tableLines } from "../../output/table.ts";
import { type KeyOptions, keyRing } from "./key-ring.ts";

interface CreateOptions extends KeyOptions {
  readonly owner?: string;
  readonly scopes?: readonly Scope[];
  readonly name?: string;
  readonly expires?: number;
}

const longestSeconds = 3650 * 86_400;

export function addKeys(program: Command, cli: Cli): void {
  const keys = program
    .command("keys")
    .description("make, list and revoke API keys; the first key of a stage: mgb keys create --stage <name>");
  addCreate(keys, cli);
  addList(keys, cli);
  addRevoke(keys, cli);
}

const keyCommand = (keys: Command, cli: Cli, usage: string, does: string): Command =>
  cli
    .command(keys, usage, does)
    .option("--stage <name>", "with your AWS credentials, in the bucket that config/<name>.json names");

function addCreate(keys: Command, cli: Cli): void {
  keyCommand(keys, cli, "create", "make a key and show it once")
    .option("--owner <name>", "the owner whose batches it sees; default: you; with --stage: 'operator'")
    .option(
      "--scopes <list>",
      `of ${scopes.join(", ")}; default: read,submit; with --stage: all of them`,
      scopeList,
    )
    .option("--name <text>", "what it is for")
    .addOption(
      new Option("--expires <time>", "when it ends, such as 90d or 12h").argParser(timeSpan(longestSeconds)),
    )
    .action(
      cli.runs(async (options: CreateOptions) => {
        const ring = await keyRing(cli, options);
        const made = await ring.create({
          scopes: [
            ...(options.scopes ?? (options.stage === undefined ? (["read", "submit"] as const) : scopes)),
          ],
          ...(options.owner !== undefined && { owner: options.owner }),
          ...(options.name !== undefined && { name: options.name }),
          ...(options.expires !== undefined && { expires_in_seconds: options.expires }),
        });
        show(cli, options, made);
        return exitCodes.ok;
      }),
    );
}

function show(cli: Cli, options: CreateOptions, made: CreatedKeyView): void {
  const { key } = made;
  if (key === null)
    throw new CommandError(
      `${made.id} was made, but the answer that showed it was lost. Revoke it (mgb keys revoke ${made.id}) and make another.`,
      exitCodes.failed,
    );
  cli.print(options, made, () => [key]);
  if (cli.wantsJson(options)) return;
  const end = made.expires_at === null ? "until it is revoked" : `until ${made.expires_at}`;
  cli.say(`${made.id} of ${made.owner}: ${made.scopes.join(", ")}, ${end}.`);
  cli.say("The key is not shown again. Use it: mgb login --url <the API's address>");
}

function addList(keys: Command, cli: Cli): void {
  keyCommand(keys, cli, "list", "list the keys, the newest first; never the keys themselves").action(
    cli.runs(async (options: KeyOptions) => {
      const all = await (await keyRing(cli, options)).all();
      cli.print(options, { data: all }, () => keyLines(all, cli.columns));
      return exitCodes.ok;
    }),
  );
}

const keyLines = (keys: readonly KeyView[], columns: number): readonly string[] =>
  tableLines(
    ["KEY", "STATUS", "OWNER", "SCOPES", "UNTIL", "NAME"],
    keys.map((key) => [
      key.id,
      key.status,
      key.owner,
      key.scopes.join(","),
      (key.revoked_at ?? key.expires_at)?.slice(0, 10) ?? "-",
      key.name ?? "",
    ]),
    columns,
  );

function addRevoke(keys: Command, cli: Cli): void {
  keyCommand(keys, cli, "revoke <id>", "revoke a key; it stops working within 30 s").action(
    cli.runs(async (id: string, options: KeyOptions) => {
      const keyId = keyIdIn(id);
      const revoked = await (await keyRing(cli, options)).revoke(keyId);
      cli.print(options, revoked, () => [`${revoked.id} is revoked; it stops working within 30 s.`]);
      return exitCodes.ok;
    }),
  );
}
