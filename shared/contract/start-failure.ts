/** Why a machine could not start: what its worker tells before it leaves, in its heartbeat and on its console. */
import * as z from "zod";
import { jsonOf } from "./json.ts";
import { engineStartFailureCodes } from "./engine-protocol.ts";
import { cutText } from "./text.ts";

export const startFailureCodes = [
  ...engineStartFailureCodes,
  /** The engine ended without a word, or its program is not there. */
  "engine_crashed",
  /** What the machine was launched with does not say what a worker must know. */
  "config_unreadable",
  /** S3 or SQS refuse the worker: no credentials, no right, or no such bucket or queue. */
  "access_denied",
] as const;
export type StartFailureCode = (typeof startFailureCodes)[number];

/** In characters, each of which is one unit of a string's length or two. */
const longestDetail = 300;
export const startFailureSchema = z.strictObject({
  code: z.enum(startFailureCodes),
  detail: z.string().max(2 * longestDetail),
});
export type StartFailure = z.infer<typeof startFailureSchema>;

export const startFailure = (code: StartFailureCode, detail: string): StartFailure => ({
  code,
  detail: cutText(detail, longestDetail),
});

/** The line of a worker's log that tells it: of a worker that may write no heartbeat, its console is all that is left. */
export const startFailureMessage = "failed to start";
const logLineSchema = z.object({
  message: z.literal(startFailureMessage),
  code: z.enum(startFailureCodes),
  detail: z.string(),
});

/** @param console what a machine wrote; each line may begin with a time or a program's name */
export function startFailureOn(console: string): StartFailure | null {
  for (const line of console.split("\n").toReversed()) {
    if (!line.includes(startFailureMessage)) continue;
    const told = logLineSchema.safeParse(jsonOf(line.slice(line.indexOf("{")))).data;
    if (told !== undefined) return startFailure(told.code, told.detail);
  }
  return null;
}
