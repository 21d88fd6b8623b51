/** What webhooks are told of a stop. */
import type { StopRecord } from "../../contract/records/fleet-records.ts";
import { tellEveryone } from "../../webhooks/tell.ts";
import type { TellPorts } from "../../webhooks/webhook-ports.ts";
import type { FleetPorts } from "../machines/fleet-ports.ts";

/** Once it is proven, and once for each stop. The reaper goes on if webhooks cannot be told; its next tick tries again. */
export async function tellOfStop(
  { id, requested_at, verified_at }: StopRecord,
  ports: FleetPorts & TellPorts,
): Promise<void> {
  if (verified_at === null) return;
  const data = { stop_id: id, requested_at };
  try {
    const body = { type: "fleet.stopped", timestamp: verified_at, data } as const;
    await tellEveryone({ id: `${id}:stopped`, body }, ports);
  } catch (error) {
    ports.log.error("could not tell webhooks of a stop", { stop: id, error });
  }
}
