/** Reads the functions' logs from CloudWatch. FilterLogEvents costs nothing; Logs Insights would. */
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { type LogLine, LogsError } from "../../ports.ts";
import { codeOf, inWords, isRefusal } from "../sdk-errors.ts";

export interface LogQuestion {
  /** Only lines with this text; null: all. */
  readonly text: string | null;
  readonly fromMs: number;
  readonly mostLines: number;
}

/** A page may be empty before the end: CloudWatch searches a part of the group for each. */
const mostPages = 50;
const linesAPage = 1_000;

export const logsClient = (region: string): CloudWatchLogsClient =>
  new CloudWatchLogsClient({
    region,
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 15_000, throwOnRequestTimeout: true },
  });

/** The oldest first, and of too many the oldest. @throws LogsError */
export async function readLog(
  client: CloudWatchLogsClient,
  group: string,
  { text, fromMs, mostLines }: LogQuestion,
): Promise<readonly LogLine[]> {
  const lines: LogLine[] = [];
  let nextToken: string | undefined;
  for (let page = 1; page <= mostPages && lines.length < mostLines; page += 1) {
    const answer = await asked(group, () =>
      client.send(
        new FilterLogEventsCommand({
          logGroupName: group,
          startTime: fromMs,
          limit: Math.min(linesAPage, mostLines - lines.length),
          ...(text !== null && { filterPattern: `"${text}"` }),
          ...(nextToken !== undefined && { nextToken }),
        }),
      ),
    );
    for (const { eventId: id = "", timestamp: atMs = 0, message = "" } of answer.events ?? [])
      lines.push({ id, atMs, text: message.trimEnd() });
    nextToken = answer.nextToken;
    if (nextToken === undefined) break;
  }
  return lines;
}

async function asked<T>(group: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (codeOf(cause) === "ResourceNotFoundException")
      throw new LogsError(`there is no log ${group}; is the stage deployed?`, { missingRight: null, cause });
    const missingRight = isRefusal(cause) ? "logs:FilterLogEvents" : null;
    throw new LogsError(`could not read ${group}: ${inWords(cause)}`, { missingRight, cause });
  }
}
