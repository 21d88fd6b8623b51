import { readUsage } from "../../shared/batch/usage.ts";
import type { WatchPorts } from "../../shared/batch/watch.ts";
import { usageQuerySchema } from "../../shared/contract/queries.ts";
import { dayOf } from "../../shared/fleet/bill.ts";
import { problem, type Route } from "./api.ts";
import { readQuery } from "./query.ts";

const dayMs = 86_400_000;
const usualDays = 7;
/** Each day is a read. */
const mostDays = 31;

/** `GET /v1/usage`: of the caller's own batches; for a key that may operate, of all and of every machine. */
export const getUsageRoute = (ports: WatchPorts): Route => ({
  scope: "read",
  async handle({ query: given, caller }) {
    const read = readQuery(usageQuerySchema, given);
    if (read.kind === "refused") return read.response;
    const to = read.query.to ?? dayOf(ports.clock.nowMs());
    const from = read.query.from ?? dayOf(Date.parse(to) - (usualDays - 1) * dayMs);
    const days = (Date.parse(to) - Date.parse(from)) / dayMs + 1;
    if (days < 1 || days > mostDays)
      return problem("invalid_input", `in the query: 'from' to 'to' must be 1 to ${mostDays} days`);
    const owner = caller.scopes.includes("operate") ? null : caller.owner;
    return { status: 200, body: await readUsage(ports, { from, to }, owner) };
  },
});
