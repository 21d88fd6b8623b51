import { type Command, Option } from "commander";
import {
  type AuditAction,
  auditActions,
  type AuditRecord,
} from "../../../shared/contract/records/audit-records.ts";
import type { Cli, CommonOptions } from "../../cli.ts";
import { exitCodes } from "../../exit-codes.ts";
import { timeSpan, wholeNumber } from "../../input/option-values.ts";
import { tableLines } from "../../output/table.ts";
import { printable } from "../../output/words.ts";

interface Options extends CommonOptions {
  readonly limit: number;
  /** In seconds. */
  readonly since?: number;
  readonly action?: AuditAction;
  readonly owner?: string;
}

/** Records are kept that long (serverless/resources/bucket.yml). */
const keptSeconds = 400 * 86_400;

export function addAudit(program: Command, cli: Cli): void {
  cli
    .command(program, "audit", "show who did what to the stage, with which key, the newest first")
    .addOption(new Option("--since <time>", "only the last 7d, 12h or 30m").argParser(timeSpan(keptSeconds)))
    .addOption(new Option("--action <name>", "only this").choices(auditActions))
    .option("--owner <name>", "only what keys of this owner did")
    .option("--limit <n>", "how many", wholeNumber(1, 10_000), 50)
    .action(
      cli.runs(async ({ since, action, owner, ...options }: Options) => {
        const from = cli.around.clock.nowMs() - (since ?? 0) * 1000;
        const filter = {
          ...(since !== undefined && { since: new Date(from).toISOString() }),
          ...(action !== undefined && { action }),
          ...(owner !== undefined && { owner }),
        };
        const records = await cli.client(options).audit(filter, options.limit, cli.around.signal);
        cli.print(options, { data: records }, () => auditLines(records, cli.columns));
        return exitCodes.ok;
      }),
    );
}

const auditLines = (records: readonly AuditRecord[], columns: number): readonly string[] =>
  records.length === 0
    ? ["Nothing is recorded for that."]
    : tableLines(["AT", "BY", "ACTION", "OUTCOME", "WHAT"], records.map(rowOf), columns);

const rowOf = ({ at, by, action, outcome, code, subject, details }: AuditRecord): readonly string[] => [
  at.slice(0, 19).replace("T", " "),
  by.kind === "key" ? `${by.owner} ${by.key_id ?? ""}`.trim() : printable(by.arn ?? "AWS credentials"),
  action,
  code === null ? outcome : `${outcome}: ${code}`,
  [...(subject === null ? [] : [subject]), ...Object.entries(details).map(detailText)].join("  "),
];

const detailText = ([name, value]: [string, AuditRecord["details"][string]]): string =>
  printable(`${name} ${Array.isArray(value) ? value.join(",") : value}`);
