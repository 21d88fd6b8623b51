/** The rights that EC2 checks before it acts, by call. */
import type { Ec2Context } from "./context.ts";
import { fleetRequestSchema } from "./actions/fleet-request.ts";
import { Ec2ApiError } from "./api/api-error.ts";
import { arnOf, launchChecks, tagContext } from "./launch-rights.ts";
import type { Check, LocalEc2Options } from "./options.ts";
import { parseParameters } from "./api/parameters.ts";
import type { QueryValue } from "./api/query-protocol.ts";

type Parameters = Readonly<Record<string, QueryValue>>;

export interface Rights {
  /** @throws Ec2ApiError UnauthorizedOperation */
  check(authorization: string, action: string, parameters: Parameters): Promise<void>;
}

export function rightsOf({ authorize }: LocalEc2Options, context: Ec2Context): Rights {
  return {
    async check(authorization, action, parameters) {
      if (authorize === undefined) return;
      const accessKey = /Credential=([^/]+)\//.exec(authorization)?.[1] ?? "";
      const denied = await authorize(accessKey, await checksOf(action, parameters, context));
      if (denied === null) return;
      throw new Ec2ApiError(
        "UnauthorizedOperation",
        `You are not authorized to perform: ${denied.action} on resource: ${denied.resource}`,
      );
    },
  };
}

async function checksOf(action: string, parameters: Parameters, context: Ec2Context): Promise<Check[]> {
  switch (action) {
    case "CreateFleet":
      return launchChecks(parseParameters(fleetRequestSchema, parameters), context);
    case "TerminateInstances":
    case "GetConsoleOutput":
      return machineChecks(action, parameters["InstanceId"] ?? [], context);
    default:
      return [{ action: `ec2:${action}`, resource: "*", context: {} }];
  }
}

function machineChecks(action: string, named: QueryValue, { machines, region }: Ec2Context): Check[] {
  const ids = (Array.isArray(named) ? named : [named]).map(String);
  return machines.visibleByIds(ids).map(({ machine }) => ({
    action: `ec2:${action}`,
    resource: arnOf(region, `instance/${machine.instanceId}`),
    context: tagContext("aws:ResourceTag", machine.tags),
  }));
}
