/** What webhooks are told of budgets. The launcher goes on if they cannot be told. */
import type { WebhookEvent } from "../../contract/api/webhook-events.ts";
import { batchRecordSchema } from "../../contract/records/batch-records.ts";
import type { DecisionRecord } from "../../contract/records/fleet-records.ts";
import { batchKeys } from "../../contract/records/keys.ts";
import { microsOf } from "../../billing/money.ts";
import { readRecord } from "../../records/records.ts";
import { tell, tellEveryone } from "../../webhooks/tell.ts";
import type { TellPorts } from "../../webhooks/webhook-ports.ts";
import type { FleetPorts } from "../machines/fleet-ports.ts";
import type { Held } from "./decide/plan.ts";

type Ports = FleetPorts & TellPorts;

/** Once for each budget of a batch: with a higher one it may be held again. */
export const tellOfHold = ({ batchId, detail }: Held, maxUsd: number, ports: Ports): Promise<void> =>
  orLog(ports, async () => {
    const batch = (await readRecord(ports.store, batchKeys.batch(batchId), batchRecordSchema))?.value;
    if (batch === undefined) return;
    const timestamp = new Date(ports.clock.nowMs()).toISOString();
    const data = { budget: "batch" as const, batch_id: batchId, detail };
    const id = `${batchId}:budget:${microsOf(maxUsd)}`;
    await tell(batch.owner, [{ id, body: { type: "budget.reached", timestamp, data } }], ports);
  });

/** Once a day, and once a month, at most: however often the budget binds in that time. */
export const tellOfBudgets = (record: DecisionRecord, ports: Ports): Promise<void> =>
  orLog(ports, async () => {
    for (const budget of ["day", "month"] as const) {
      const event = budgetEvent(record, budget);
      if (event !== null) await tellEveryone(event, ports);
    }
  });

function budgetEvent({ at, models, drained }: DecisionRecord, budget: "day" | "month"): WebhookEvent | null {
  const reasons = [...models.flatMap((model) => model.reasons), ...drained];
  const bound = reasons.find(({ reason }) => reason === `budget_${budget}`);
  if (bound === undefined) return null;
  // Days and months are those of UTC, as the budgets' are.
  const period = at.slice(0, budget === "day" ? "2026-01-01".length : "2026-01".length);
  const data = { budget, batch_id: null, detail: bound.detail };
  return { id: `budget:${budget}:${period}`, body: { type: "budget.reached", timestamp: at, data } };
}

async function orLog({ log }: Ports, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    log.error("could not tell webhooks of a budget", { error });
  }
}
