import { reconcile } from "../../shared/batch/reconcile.ts";
import type { FleetSight, ReconcilePorts } from "../../shared/batch/reconcile-ports.ts";
import { instanceEventSchema } from "../../shared/contract/instance-event.ts";
import type { Stage, StopPorts, TriggerPorts } from "../../shared/fleet/fleet-ports.ts";
import { onInstanceEvent } from "../../shared/fleet/instance-events.ts";
import { reapTick } from "../../shared/fleet/reap-tick.ts";
import type { FleetInstance, JobQueues, Log, QueueDepth } from "../../shared/ports.ts";

export type ReapPorts = StopPorts & TriggerPorts & ReconcilePorts;

/**
 * One invocation of the reaper: by an event of EC2, or else by the schedule.
 * @throws whatever failed, so that the invocation counts as failed and is repeated.
 */
export async function reapOrNote(event: unknown, ports: ReapPorts, stage: Stage): Promise<void> {
  const parsed = instanceEventSchema.safeParse(event);
  if (parsed.success) {
    await onInstanceEvent(parsed.data, ports, stage);
    return;
  }
  const report = await reapTick(ports, stage);
  if (report.reasons.size > 0) {
    ports.log.info("machines that should end", {
      reasons: Object.fromEntries(report.reasons),
      terminated: report.terminated,
    });
  }
  await reconcile(ports, await sightOf(report.alive, ports, stage));
}

async function sightOf(
  alive: readonly FleetInstance[],
  { jobQueues, clock, log }: ReapPorts,
  { settings }: Stage,
): Promise<FleetSight> {
  const depths = await Promise.all(settings.models.map(({ id }) => depthOf(id, jobQueues, log)));
  const nowMs = clock.nowMs();
  return {
    queueDepths: new Map(depths.flat()),
    liveInstances: new Set(alive.map(({ instanceId }) => instanceId)),
    nowMs,
  };
}

/** A model whose queues do not answer is left out: nothing of it is sent again, and the others go on. */
async function depthOf(model: string, jobQueues: JobQueues, log: Log): Promise<[string, QueueDepth][]> {
  try {
    const [fast, standard] = await Promise.all([
      jobQueues.of(model, "fast").depth(),
      jobQueues.of(model, "standard").depth(),
    ]);
    const depth = {
      visible: fast.visible + standard.visible,
      inFlight: fast.inFlight + standard.inFlight,
    };
    return [[model, depth]];
  } catch (error) {
    log.warn("the depth of a model's queues could not be read", { model, error });
    return [];
  }
}
