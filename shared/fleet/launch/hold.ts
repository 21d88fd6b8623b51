/** Writes into a batch's `control.json` that its budget holds it. Workers read that before they begin an item. */
import { changeControl } from "../../interlock/control.ts";
import { inParallel } from "../../flow/in-parallel.ts";
import type { FleetPorts } from "../machines/fleet-ports.ts";
import type { Held } from "./decide/plan.ts";
import type { OpenWork } from "../../interlock/open-work.ts";
import type { TellPorts } from "../../webhooks/webhook-ports.ts";
import { tellOfHold } from "./told.ts";

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
  await inParallel(changed, changesAtOnce, async ({ batchId, maxUsd }) => {
    const detail = details.get(batchId);
    ports.log.info(detail === undefined ? "a batch continues" : "a batch is held", {
      batch: batchId,
      detail,
    });
    if (detail !== undefined) await tellOfHold({ batchId, detail }, maxUsd, ports);
    const since = new Date(ports.clock.nowMs()).toISOString();
    await changeControl(ports, batchId, () => ({ held: detail === undefined ? null : { since, detail } }));
  });
}
