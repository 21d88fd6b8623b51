/** The endpoint: a call arrives in the query protocol, and one action answers it. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createFleet } from "../actions/create-fleet.ts";
import { describeInstances } from "../actions/describe-instances.ts";
import { describeSpotPriceHistory } from "../actions/describe-spot-price-history.ts";
import { getConsoleOutput } from "../actions/get-console-output.ts";
import { terminateInstances } from "../actions/terminate-instances.ts";
import { Ec2ApiError } from "./api-error.ts";
import type { Action, Ec2Context } from "../context.ts";
import { forward } from "../emulator.ts";
import type { PlannedApiFaults, PoolRefusal } from "../market/faults.ts";
import { readBody } from "../loopback-server.ts";
import { parseQuery, type QueryRequest } from "./query-protocol.ts";
import type { Rights } from "../rights.ts";
import { answerXml, errorXml } from "./xml.ts";

const actions: ReadonlyMap<string, Action> = new Map([
  ["CreateFleet", createFleet],
  ["DescribeInstances", describeInstances],
  ["DescribeSpotPriceHistory", describeSpotPriceHistory],
  ["GetConsoleOutput", getConsoleOutput],
  ["TerminateInstances", terminateInstances],
]);
/** The emulator answers these calls, because the network was deployed to it. */
const forwarded: ReadonlySet<string> = new Set(["DescribeSubnets"]);

type Answer =
  { readonly kind: "xml"; readonly status: number; readonly body: string } | { readonly kind: "cut" };

export interface ApiSettings {
  readonly context: Ec2Context;
  readonly rights: Rights;
  readonly faults: PlannedApiFaults;
  readonly onLog: (line: string) => void;
}

export const apiListener =
  (settings: ApiSettings) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    void answer(request, settings).then((given) => {
      if (given.kind === "cut") request.socket.destroy();
      else response.writeHead(given.status, { "content-type": "text/xml;charset=UTF-8" }).end(given.body);
    });
  };

async function answer(request: IncomingMessage, settings: ApiSettings): Promise<Answer> {
  const requestId = randomUUID();
  try {
    const body = await readBody(request);
    if (request.headers.authorization === undefined) {
      throw new Ec2ApiError("AuthFailure", "The request carries no signature");
    }
    return await act(parseQuery(body), { request, body, requestId, settings });
  } catch (cause) {
    const error = cause instanceof Ec2ApiError ? cause : unexpected(cause, settings);
    return { kind: "xml", status: error.status, body: errorXml(error.code, error.message, requestId) };
  }
}

interface Call {
  readonly request: IncomingMessage;
  readonly body: string;
  readonly requestId: string;
  readonly settings: ApiSettings;
}

async function act({ action, parameters }: QueryRequest, call: Call): Promise<Answer> {
  const { context, rights, faults, onLog } = call.settings;
  // Before anything else can fail: EC2 tells a caller without the right nothing.
  if (actions.has(action)) await rights.check(call.request.headers.authorization ?? "", action, parameters);
  const strike = faults.strike(action, context.nowMs());
  if (strike !== null) onLog(`${action} meets a planned fault: ${JSON.stringify(strike)}`);
  if (strike?.kind === "no_answer") return { kind: "cut" };
  if (strike?.kind === "error") {
    throw new Ec2ApiError(strike.code, strike.message);
  }
  const given = await perform({ action, parameters }, call);
  return strike?.kind === "lost_reply" ? { kind: "cut" } : given;
}

async function perform(
  { action, parameters }: QueryRequest,
  { request, body, requestId, settings: { context, faults, onLog } }: Call,
): Promise<Answer> {
  if (forwarded.has(action)) {
    return { kind: "xml", ...(await forward(context.emulator.endpoint, request.headers, body)) };
  }
  const known = actions.get(action);
  if (known === undefined) {
    throw new Ec2ApiError("InvalidAction", `The local EC2 does not know the action ${action}`);
  }
  const poolRefusal = (): PoolRefusal | null => {
    const refusal = faults.poolRefusal(action, context.nowMs());
    if (refusal !== null) onLog(`the pools of ${action} meet a planned fault: ${JSON.stringify(refusal)}`);
    return refusal;
  };
  const fields = await known(parameters, context, poolRefusal);
  return { kind: "xml", status: 200, body: answerXml(action, requestId, fields) };
}

function unexpected(cause: unknown, { onLog }: ApiSettings): Ec2ApiError {
  onLog(`the local EC2 failed: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`);
  return new Ec2ApiError("InternalError", "An internal error has occurred");
}
