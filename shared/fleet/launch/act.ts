/**
 * Carries out a plan: writes the intents before it calls EC2, checks the latch before and after each call, and lets
 * only one of several overlapping ticks launch.
 */
import type { IntentRecord } from "../../contract/records/fleet-records.ts";
import type { IntentId } from "../../contract/ids.ts";
import { fleetKeys } from "../../contract/records/keys.ts";
import { askForLaunch, type LaunchReport } from "./ask-for-launch.ts";
import { orderDrain, orderOf } from "../machines/drain.ts";
import type { FleetPorts, Stage } from "../machines/fleet-ports.ts";
import { keepHolds } from "./hold.ts";
import { readIntent, recordOutcome, writeIntent } from "./intents.ts";
import type { Observation } from "./decide/observation.ts";
import type { Plan } from "./decide/plan.ts";
import { takeTurn } from "../pools/turn.ts";
import type { TellPorts } from "../../webhooks/webhook-ports.ts";

export type ActResult =
  /** Has a report for every launch that EC2 was asked for, whether new or asked for again. */
  | { readonly kind: "done"; readonly reports: readonly LaunchReport[] }
  /** Another tick launched after this plan was made, so nothing new was asked for. */
  | { readonly kind: "overtaken"; readonly reports: readonly LaunchReport[] };

/**
 * May be cut off at any point and repeated. A later tick asks again for what was granted and has no outcome.
 * @throws StoreError
 */
export async function act(
  plan: Plan,
  observation: Observation,
  ports: FleetPorts & TellPorts,
  stage: Stage,
): Promise<ActResult> {
  await keepHolds(
    ports,
    observation.work,
    plan.models.flatMap(({ held }) => held),
  );
  for (const id of plan.abandon) {
    await recordOutcome(ports, id, { state: "abandoned" });
    ports.log.warn("gave up on a launch that got no answer; if it started machines, EC2 lists them", {
      intent: id,
    });
  }
  for (const { instanceId, reason, detail } of plan.drain) {
    await orderDrain(ports, instanceId, orderOf(reason, detail));
    ports.log.info("a machine is told to leave", { instance: instanceId, reason, detail });
  }
  const again = await askAll(await intentsOf(plan.askAgain, ports), "before", ports, stage);
  const fresh: IntentRecord[] = [];
  for (const model of plan.models) {
    if (model.launch > 0) fresh.push(await writeIntent(ports, model, stage));
  }
  if (fresh.length === 0) return { kind: "done", reports: again };
  const keep = [...new Set(observation.coming.map(({ intentId }) => intentId))];
  if ((await takeTurn(ports, observation.turn, fresh, keep)) === "overtaken") {
    // These intents were never granted, so EC2 was never asked: no machine can exist because of them.
    for (const { id } of fresh) await ports.store.delete(fleetKeys.intent(id));
    return { kind: "overtaken", reports: again };
  }
  return { kind: "done", reports: [...again, ...(await askAll(fresh, "never", ports, stage))] };
}

async function intentsOf(ids: readonly IntentId[], ports: FleetPorts): Promise<readonly IntentRecord[]> {
  const intents = await Promise.all(ids.map((id) => readIntent(ports.store, id)));
  return intents.filter((intent): intent is IntentRecord => intent?.state === "open");
}

async function askAll(
  intents: readonly IntentRecord[],
  asked: "never" | "before",
  ports: FleetPorts,
  { settings }: Stage,
): Promise<LaunchReport[]> {
  const reports: LaunchReport[] = [];
  for (const intent of intents) reports.push(await askForLaunch(intent, asked, ports, settings));
  return reports;
}
