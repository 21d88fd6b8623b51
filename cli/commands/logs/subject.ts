/** What the logs are asked about, and where it is written. */
import {
  batchIdSchema,
  type InstanceId,
  instanceIdSchema,
  itemIdSchema,
  locateItem,
} from "../../../shared/contract/ids.ts";
import { CommandError } from "../../errors.ts";
import { exitCodes } from "../../exit-codes.ts";

/** Each has a log of its own. */
export const functionNames = [
  "authorize",
  "submit",
  "expand",
  "read",
  "operate",
  "launch",
  "reap",
  "fold",
  "deliver",
] as const;
export type FunctionName = (typeof functionNames)[number];
/** Those behind the API name the request that they answer. */
const behindTheApi: readonly FunctionName[] = ["submit", "read", "operate"];

export type Subject =
  | { readonly kind: "functions"; readonly names: readonly FunctionName[]; readonly text: string | null }
  | { readonly kind: "machine"; readonly id: InstanceId };

/**
 * @param what a batch, an item, a machine or a function; absent: all functions behind the API
 * @param request the id of a request, as a problem's `request_id` tells it
 * @throws CommandError when it is none of these
 */
export function subjectOf(what: string | undefined, request: string | undefined): Subject {
  const named = functionNames.find((name) => name === what);
  if (request !== undefined) {
    if (!/^[\w=-]{1,100}$/.test(request)) throw wrong(`'${request.slice(0, 40)}' is not the id of a request`);
    if (what !== undefined && named === undefined) throw wrong("--request goes with a function, or alone");
    return { kind: "functions", names: named === undefined ? behindTheApi : [named], text: request };
  }
  if (what === undefined) throw wrong("name a batch, an item, a machine or a function; or --request <id>");
  if (named !== undefined) return { kind: "functions", names: [named], text: null };
  const machine = instanceIdSchema.safeParse(what);
  if (machine.success) return { kind: "machine", id: machine.data };
  const item = itemIdSchema.safeParse(what);
  const batch = batchIdSchema.safeParse(item.success ? locateItem(item.data).batchId : what);
  if (!batch.success)
    throw wrong(`that is no batch, item, machine (i-…) or function (${functionNames.join(", ")})`);
  return { kind: "functions", names: functionNames, text: batch.data };
}

const wrong = (message: string): CommandError => new CommandError(message, exitCodes.usage);
