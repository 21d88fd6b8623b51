/** What the functions wrote of a batch, an item or a request. */
import type { OperatorAws } from "../../../shared/aws/operator.ts";
import type { StageConfig } from "../../../shared/config.ts";
import { type LogLine, LogsError } from "../../../shared/ports.ts";
import { entryOf, type Reading } from "./entries.ts";
import type { FunctionName, Subject } from "./subject.ts";

export interface LogWorld {
  readonly stage: string;
  readonly config: StageConfig;
  readonly aws: OperatorAws;
}

/** Of each function; what is older than these is not shown. */
const mostLines = 5_000;

/** @param seen the ids of lines that were shown already; those that are shown now are added */
export async function functionEntries(
  { names, text }: Extract<Subject, { kind: "functions" }>,
  world: LogWorld,
  fromMs: number,
  seen: Set<string>,
): Promise<Reading> {
  const found: { readonly line: LogLine; readonly name: FunctionName }[] = [];
  const faults: string[] = [];
  // One after another: CloudWatch answers few of these questions a second.
  for (const name of names) {
    try {
      for (const line of await readFunction(name, text, world, fromMs)) found.push({ line, name });
    } catch (error) {
      if (!(error instanceof LogsError)) throw error;
      faults.push(faultText(error, name));
    }
  }
  const fresh = found.filter(({ line, name }) => !seen.has(`${name} ${line.id}`));
  for (const { line, name } of fresh) seen.add(`${name} ${line.id}`);
  const entries = fresh
    .toSorted((one, other) => one.line.atMs - other.line.atMs)
    .flatMap(({ line, name }) => entryOf(name, line) ?? []);
  return { entries, faults };
}

const readFunction = (
  name: FunctionName,
  text: string | null,
  { stage, config, aws }: LogWorld,
  fromMs: number,
): Promise<readonly LogLine[]> =>
  aws.readLog(config.region, `/aws/lambda/musicgen-batch-${stage}-${name}`, { text, fromMs, mostLines });

const faultText = ({ message, missingRight }: LogsError, name: FunctionName): string =>
  missingRight === null
    ? message
    : `The log of ${name} needs the right ${missingRight} on its log group. ${message}`;
