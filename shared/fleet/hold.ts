/** A batch that its budget holds is told so in its `control.json`, where workers look before they begin an item. */
import { changeControl } from "../batch/control.ts";
import type { FleetPorts } from "./fleet-ports.ts";
import type { Work } from "./observation.ts";
import type { Held } from "./plan.ts";

/** @param held all that are held: any other that was goes on. */
export async function keepHolds(
  ports: FleetPorts,
  work: readonly Work[],
  held: readonly Held[],
): Promise<void> {
  const details = new Map(held.map(({ batchId, detail }) => [batchId, detail]));
  for (const { budget } of work) {
    if (budget === null || budget.isHeld === details.has(budget.batchId)) continue;
    const detail = details.get(budget.batchId);
    ports.log.info(detail === undefined ? "a batch goes on" : "a batch is held", {
      batch: budget.batchId,
      detail,
    });
    const since = new Date(ports.clock.nowMs()).toISOString();
    await changeControl(ports, budget.batchId, () => ({
      held: detail === undefined ? null : { since, detail },
    }));
  }
}
