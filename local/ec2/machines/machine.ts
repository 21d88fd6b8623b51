/**
 * A machine and its states:
 * - `pending`: CreateFleet has answered with its id. Only its volume is billed.
 * - `running`: the machine and its address are billed. The worker starts somewhat later, when the image has booted.
 * - `shutting-down`: it was ended by TerminateInstances, by a spot interruption, by itself (the worker has exited), or
 *   by force. Only its volume is billed; the worker has its grace time.
 * - `terminated`: no process and no volume is left. EC2 lists the machine for another hour.
 */
import type { InstanceId } from "../../../shared/contract/ids.ts";
import type { Market as MarketKind } from "../../../shared/contract/records/fleet-records.ts";
import type { InstanceState } from "../../../shared/ports.ts";
import type { LaunchTemplateVersion } from "../api/launch-templates.ts";

export type EndCause = "terminated_by_user" | "shut_down_itself" | "spot_interruption" | "killed";

export interface Machine {
  readonly instanceId: InstanceId;
  readonly reservationId: string;
  readonly fleetId: string;
  readonly clientToken: string | null;
  readonly zone: string;
  readonly subnetId: string;
  readonly instanceType: string;
  readonly market: MarketKind;
  readonly template: LaunchTemplateVersion;
  readonly tags: Readonly<Record<string, string>>;
  readonly launchedMs: number;
  state: InstanceState;
  runningMs: number | null;
  /** When its billing ended, because it went into `shutting-down`. */
  endedMs: number | null;
  terminatedMs: number | null;
  endCause: EndCause | null;
  /** The time at which EC2 has announced to take it. */
  interruption: { readonly noticeMs: number; readonly actionMs: number } | null;
  rebalanceMs: number | null;
}

/** EC2's own text, as DescribeInstances gives it. @see EC2 API reference, "StateReason" */
export const stateReasons: Readonly<Record<EndCause, { readonly code: string; readonly message: string }>> = {
  terminated_by_user: {
    code: "Client.UserInitiatedShutdown",
    message: "Client.UserInitiatedShutdown: User initiated shutdown",
  },
  shut_down_itself: {
    code: "Client.InstanceInitiatedShutdown",
    message: "Client.InstanceInitiatedShutdown: Instance initiated shutdown",
  },
  spot_interruption: {
    code: "Server.SpotInstanceTermination",
    message: "Server.SpotInstanceTermination: Spot instance termination",
  },
  killed: {
    code: "Server.InternalError",
    message: "Server.InternalError: A server error caused the instance to terminate",
  },
};

/** @see EC2 API reference, "InstanceState": the low byte of the code */
export const stateCodes: Readonly<Record<InstanceState, number>> = {
  pending: 0,
  running: 16,
  "shutting-down": 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};
