/** Who or what ended a machine, by the code that EC2 gives. @see EC2 API reference, "StateReason" */
import type { EndedBy } from "../../contract/records/fleet-records.ts";

const enders: Readonly<Record<string, EndedBy>> = {
  "Server.SpotInstanceTermination": "taken_back",
  "Server.SpotInstanceShutdown": "taken_back",
  "Server.InsufficientInstanceCapacity": "ec2",
  "Server.InternalError": "ec2",
  "Server.ScheduledStop": "ec2",
  "Client.UserInitiatedShutdown": "api",
  "Client.UserInitiatedHibernate": "api",
  "Client.InstanceTerminated": "api",
  "Client.InstanceInitiatedShutdown": "itself",
  "Client.InternalError": "launch_fault",
  "Client.InvalidSnapshot.NotFound": "launch_fault",
  "Client.VolumeLimitExceeded": "launch_fault",
};

/** The prefix of an unlisted code still says who caused the end: EC2 (`Server.`) or the caller (`Client.`). */
export const enderOf = (code: string): EndedBy =>
  enders[code] ??
  (code.startsWith("Server.Spot") ? "taken_back" : code.startsWith("Server.") ? "ec2" : "launch_fault");
