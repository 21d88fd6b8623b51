/** The action DescribeInstances. */
import * as z from "zod";
import { Ec2ApiError } from "../api/api-error.ts";
import type { Action, AnswerFields } from "../context.ts";
import { accountId } from "../machines/events.ts";
import { matcherOf } from "../api/filters.ts";
import { stateCodes, stateReasons, type Machine } from "../machines/machine.ts";
import { pageOf } from "../api/pages.ts";
import { apiTime } from "../api/times.ts";
import { filters, parseParameters, wholeNumber } from "../api/parameters.ts";

const requestSchema = z.strictObject({
  InstanceId: z.array(z.string()).optional(),
  Filter: filters.default([]),
  MaxResults: wholeNumber
    .refine((count) => count >= 5 && count <= 1000, { message: "expected 5 to 1000" })
    .optional(),
  NextToken: z.string().optional(),
});

export const describeInstances: Action = (parameters, { machines }) => {
  const request = parseParameters(requestSchema, parameters);
  if (request.InstanceId !== undefined && request.MaxResults !== undefined) {
    throw new Ec2ApiError("InvalidParameterCombination", "InstanceId and MaxResults do not go together");
  }
  const matches = matcherOf(request.Filter);
  const asked =
    request.InstanceId === undefined ? machines.visible() : machines.visibleByIds(request.InstanceId);
  const found = asked.map((life) => life.machine).filter(matches);
  const { page, nextToken } = pageOf(found, request.MaxResults ?? 1000, request.NextToken);
  const reservations = Map.groupBy(page, (machine) => machine.reservationId);
  return {
    reservationSet: [...reservations].map(([reservationId, members]) => ({
      reservationId,
      ownerId: accountId,
      instancesSet: members.map(described),
    })),
    nextToken,
  };
};

const described = (machine: Machine): AnswerFields => ({
  instanceId: machine.instanceId,
  imageId: machine.template.imageId,
  instanceState: { code: stateCodes[machine.state], name: machine.state },
  stateReason: machine.endCause === null ? null : { ...stateReasons[machine.endCause] },
  clientToken: machine.clientToken,
  instanceType: machine.instanceType,
  launchTime: apiTime(machine.launchedMs),
  placement: { availabilityZone: machine.zone, tenancy: "default" },
  architecture: "x86_64",
  subnetId: machine.subnetId,
  instanceLifecycle: machine.market === "spot" ? "spot" : null,
  iamInstanceProfile: machine.template.instanceProfile?.arn
    ? { arn: machine.template.instanceProfile.arn }
    : null,
  groupSet: machine.template.securityGroupIds.map((groupId) => ({ groupId })),
  tagSet: Object.entries(machine.tags).map(([key, value]) => ({ key, value })),
  metadataOptions: {
    state: "applied",
    httpTokens: machine.template.tokenRequired ? "required" : "optional",
    httpEndpoint: "enabled",
    instanceMetadataTags: machine.template.tagsInMetadata ? "enabled" : "disabled",
  },
});
