/** What a machine in a state of EC2 goes on costing. */
import type { FleetInstance, InstanceState } from "../ports.ts";

/** Still there: it is billed, or EC2 could start it again. */
export const existing: readonly InstanceState[] = ["pending", "running", "stopping", "stopped"];

export const exists = (instance: FleetInstance): boolean => existing.includes(instance.state);

/** What a machine in that state goes on costing, or soon will: its volume outlives a stop, and not a termination. */
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
