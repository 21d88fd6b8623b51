/** Shows what was spent. */
import { readUsage } from "../../../shared/batch/views/usage.ts";
import type { WatchPorts } from "../../../shared/batch/views/watch.ts";
import { dayOf } from "../../../shared/billing/bill.ts";
import type { StageConfig } from "../../../shared/config.ts";
import { problem, type Handler } from "../api.ts";

const dayMs = 86_400_000;
const usualDays = 7;
/** Each day takes one read. */
const mostDays = 31;

/**
 * `GET /v1/usage`: the costs of the caller's own batches. A key that may operate sees all batches and every machine.
 */
export const getUsage =
  (ports: WatchPorts, settings: StageConfig): Handler<"GET /v1/usage"> =>
  async ({ query, caller }) => {
    const to = query.to ?? dayOf(ports.clock.nowMs());
    const from = query.from ?? dayOf(Date.parse(to) - (usualDays - 1) * dayMs);
    const days = (Date.parse(to) - Date.parse(from)) / dayMs + 1;
    if (days < 1 || days > mostDays)
      return problem("invalid_input", `in the query: 'from' to 'to' must be 1 to ${mostDays} days`);
    const owner = caller.scopes.includes("operate") ? null : caller.owner;
    return { status: 200, body: await readUsage(ports, settings, { from, to }, owner) };
  };
