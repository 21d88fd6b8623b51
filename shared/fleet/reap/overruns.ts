/** What should long be over, and is not: somebody has to look. An alarm of the stage listens for each message. */
import type { StageConfig } from "../../config.ts";
import type { StopRecord } from "../../contract/records/fleet-records.ts";
import type { InstanceId } from "../../contract/ids.ts";
import type { Log } from "../../ports.ts";
import type { ReapObservation } from "./observe.ts";
import { lifetimeEndMs } from "./reasons-to-end.ts";
import { exists } from "../../billing/charges.ts";

/** The reaper ends a machine with its second look, within minutes; EC2 takes a minute more. */
const lifetimeGraceMs = 15 * 60_000;
/** A stop proves itself within minutes. */
const stopGraceMs = 10 * 60_000;

/** Machines that are past their lifetime, though the reaper tried to end them. Pure. */
export const machinesOverHours = (
  { machines, nowMs }: ReapObservation,
  settings: StageConfig,
): readonly InstanceId[] =>
  machines
    .map(({ instance }) => instance)
    .filter(exists)
    .filter((instance) => nowMs - lifetimeEndMs(instance, settings) > lifetimeGraceMs)
    .map(({ instanceId }) => instanceId);

/** `serverless/resources/cloud-only.yml` has both messages. Each tick says it again, so that the alarm stays. */
export function shoutOverruns(
  seen: ReapObservation,
  stop: StopRecord | null,
  log: Log,
  settings: StageConfig,
): void {
  const machines = machinesOverHours(seen, settings);
  if (machines.length > 0) log.error("machines are past their lifetime and still run", { machines });
  if (stop === null || stop.verified_at !== null) return;
  const { id, requested_at, instances_left } = stop;
  if (seen.nowMs - Date.parse(requested_at) > stopGraceMs)
    log.error("a stop is not proven", { stop: id, requested_at, instances_left });
}
