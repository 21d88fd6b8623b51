/** What webhooks are told of the budgets of the day and of the month. The launcher goes on if they cannot be told. */
import type { WebhookEvent } from "../../contract/api/webhook-events.ts";
import type { DecisionRecord } from "../../contract/records/fleet-records.ts";
import { tellEveryone } from "../../webhooks/tell.ts";
import type { TellPorts } from "../../webhooks/webhook-ports.ts";
import type { FleetPorts } from "../machines/fleet-ports.ts";

/** Once a day, and once a month, at most: however often the budget binds in that time. */
export async function tellOfBudgets(record: DecisionRecord, ports: FleetPorts & TellPorts): Promise<void> {
  try {
    for (const budget of ["day", "month"] as const) {
      const event = budgetEvent(record, budget);
      if (event !== null) await tellEveryone(event, ports);
    }
  } catch (error) {
    ports.log.error("could not tell webhooks of a budget", { error });
  }
}

function budgetEvent({ at, models, drained }: DecisionRecord, budget: "day" | "month"): WebhookEvent | null {
  const reasons = [...models.flatMap((model) => model.reasons), ...drained];
  const bound = reasons.find(({ reason }) => reason === `budget_${budget}`);
  if (bound === undefined) return null;
  // Days and months are those of UTC, as the budgets' are.
  const period = at.slice(0, budget === "day" ? "2026-01-01".length : "2026-01".length);
  const data = { budget, batch_id: null, detail: bound.detail };
  return { id: `budget:${budget}:${period}`, body: { type: "budget.reached", timestamp: at, data } };
}
