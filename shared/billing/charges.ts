/** What AWS charges for a machine in each state. */
import type { FleetInstance, InstanceState } from "../ports.ts";

/** In these states the machine is billed, or EC2 could start it again. */
export const existing: readonly InstanceState[] = ["pending", "running", "stopping", "stopped"];

export const exists = (instance: FleetInstance): boolean => existing.includes(instance.state);

/** What AWS charges in that state, or soon will. A stop keeps the volume, a termination deletes it. */
export function charges(state: InstanceState): "all" | "volume" | "nothing" {
  switch (state) {
    case "pending":
    case "running":
      return "all";
    case "stopping":
    case "stopped":
      return "volume";
    case "shutting-down":
    case "terminated":
      return "nothing";
  }
}

/** The hours of a spot machine that EC2 takes back this soon after its start are free. */
export const freeWithinMs = 3_600_000;
