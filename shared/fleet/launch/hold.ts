/** Writes into a batch's `control.json` whether its budget holds it. Workers read that before they begin an item. */
import { changeControl } from "../../interlock/control.ts";
import { holdBatch } from "../../interlock/hold.ts";
import type { BatchId } from "../../contract/ids.ts";
import { inParallel } from "../../flow/in-parallel.ts";
import type { FleetPorts } from "../machines/fleet-ports.ts";
import type { Held } from "./decide/plan.ts";
import type { OpenWork } from "../../interlock/open-work.ts";
import type { TellPorts } from "../../webhooks/webhook-ports.ts";

const changesAtOnce = 16;

/** @param held all batches that are to be held; every other held batch goes on */
export async function keepHolds(
  ports: FleetPorts & TellPorts,
  work: readonly OpenWork[],
  held: readonly Held[],
): Promise<void> {
  const details = new Map(held.map(({ batchId, detail }) => [batchId, detail]));
  const changed = work.flatMap(({ budget }) =>
    budget === null || budget.isHeld === details.has(budget.batchId) ? [] : [budget],
  );
  await inParallel(changed, changesAtOnce, async (budget) => {
    const detail = details.get(budget.batchId);
    if (detail !== undefined) await holdBatch(ports, budget, detail);
    else await letGoOn(ports, budget.batchId);
  });
}

async function letGoOn(ports: FleetPorts, batch: BatchId): Promise<void> {
  ports.log.info("a batch continues", { batch });
  await changeControl(ports, batch, () => ({ held: null }));
}
