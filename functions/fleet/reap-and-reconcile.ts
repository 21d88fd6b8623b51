/** One invocation of the reap function: an EC2 event, or a tick of the reaper and the reconciler. */
import { redriveDeadLetters } from "../../shared/batch/reconcile/dead-letters.ts";
import { reconcile } from "../../shared/batch/reconcile/reconcile.ts";
import type { FleetObservation } from "../../shared/batch/reconcile/fleet-observation.ts";
import type { ReconcilePorts } from "../../shared/batch/reconcile/resume-expansion.ts";
import { instanceEventSchema } from "../../shared/contract/instance-event.ts";
import type { ReaperPorts, Stage, TriggerPorts } from "../../shared/fleet/machines/fleet-ports.ts";
import { onInstanceEvent } from "../../shared/fleet/reap/instance-events.ts";
import { queueDepths, totalDepth } from "../../shared/fleet/machines/queue-depths.ts";
import { reapTick } from "../../shared/fleet/reap/reap-tick.ts";
import type { FleetInstance } from "../../shared/ports.ts";

export type ReapPorts = ReaperPorts & TriggerPorts & ReconcilePorts;

/** The function runs for 60 s at most (serverless.yml). What it begins before this time can still finish. */
const beginWithinMs = 40_000;

/**
 * Handles an EC2 event, or else a tick of the schedule.
 * @throws whatever failed, so that the invocation counts as failed
 */
export async function reapOrNote(event: unknown, ports: ReapPorts, stage: Stage): Promise<void> {
  const parsed = instanceEventSchema.safeParse(event);
  if (parsed.success) {
    await onInstanceEvent(parsed.data, ports, stage);
    return;
  }
  const report = await reapTick(ports, stage);
  const untilMs = report.beganMs + beginWithinMs;
  if (report.reasons.size > 0) {
    ports.log.info("found machines that should end", {
      reasons: Object.fromEntries(report.reasons),
      terminated: report.terminated,
    });
  }
  try {
    await reconcile(ports, await observed(report.alive, ports, stage), untilMs);
  } finally {
    // A failure of the reconciler must not stop the handling of dead letters.
    await redriveDeadLetters(ports, stage.settings.worker, untilMs);
  }
}

/** If the queues of one model do not answer, nothing is sent again for that model; the others are not affected. */
async function observed(
  alive: readonly FleetInstance[],
  ports: ReapPorts,
  { settings }: Stage,
): Promise<FleetObservation> {
  const depths = await queueDepths(settings, ports);
  return {
    queueDepths: new Map([...depths].map(([model, tiers]) => [model, totalDepth(tiers)])),
    liveInstances: new Set(alive.map(({ instanceId }) => instanceId)),
    nowMs: ports.clock.nowMs(),
  };
}
