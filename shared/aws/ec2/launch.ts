/** A launch request in EC2's words, and EC2's answer in ours. */
import type { CreateFleetCommandInput, CreateFleetCommandOutput } from "@aws-sdk/client-ec2";
import { instanceIdSchema } from "../../contract/ids.ts";
import { cutText } from "../../contract/text.ts";
import { tagNames } from "../../contract/worker-config.ts";
import type { LaunchOutcome, LaunchRequest, Log, PoolError } from "../../ports.ts";
import { classify } from "./errors.ts";
import { codeOf, inWords, statusOf } from "../sdk-errors.ts";

type Place = NonNullable<CreateFleetCommandOutput["Errors"]>[number]["LaunchTemplateAndOverrides"];

/** The launcher's role may launch only what carries the stage's tag: each of them. */
const taggedByLaunch = ["fleet", "instance", "volume"] as const;

/**
 * An instant fleet: one synchronous try at each pool, and nothing that lives on and launches by itself.
 * @see EC2 user guide, "Configure an EC2 Fleet of type instant"
 */
export function createFleetInput(
  request: LaunchRequest,
  stage: string,
  launchTemplateId: string,
): CreateFleetCommandInput {
  const tags = {
    Name: `musicgen-batch ${stage} worker`,
    [tagNames.stage]: stage,
    [tagNames.intent]: request.intentId,
    [tagNames.model]: request.model,
    [tagNames.expiresAt]: request.expiresAt,
  };
  return {
    Type: "instant",
    ClientToken: request.clientToken,
    TargetCapacitySpecification: {
      TotalTargetCapacity: request.count,
      DefaultTargetCapacityType: request.market === "spot" ? "spot" : "on-demand",
    },
    // Named, for the default is the cheapest pool, which is the one that is interrupted most.
    SpotOptions: { AllocationStrategy: "price-capacity-optimized" },
    OnDemandOptions: { AllocationStrategy: "lowest-price" },
    LaunchTemplateConfigs: [
      {
        // Not $Default: CloudFormation adds versions, and leaves the default where it was.
        LaunchTemplateSpecification: { LaunchTemplateId: launchTemplateId, Version: "$Latest" },
        // The subnet decides the zone; it is named too, so that an error says of which zone it speaks.
        Overrides: request.pools.map(({ subnetId, zone }) => ({
          InstanceType: request.instanceType as never,
          SubnetId: subnetId,
          AvailabilityZone: zone,
          ...(request.bidUsdPerHour === null ? {} : { MaxPrice: String(request.bidUsdPerHour) }),
        })),
      },
    ],
    // All of a launch is tagged here. The template tags what this call cannot, a network interface, and nothing
    // twice: EC2 refuses, or lets one of two values win, where both name a key of one resource.
    TagSpecifications: taggedByLaunch.map((ResourceType) => ({
      ResourceType,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    })),
  };
}

/** An instant fleet answers with status 200 even when nothing was started: `Errors[]` says why. */
export function answeredOutcome(
  answer: CreateFleetCommandOutput,
  request: LaunchRequest,
  log: Log,
): LaunchOutcome {
  const launched = (answer.Instances ?? []).flatMap((group) => {
    const zone = group.AvailabilityZone ?? zoneOf(group.LaunchTemplateAndOverrides, request) ?? "unknown";
    return (group.InstanceIds ?? []).map((id) => ({ instanceId: instanceIdSchema.parse(id), zone }));
  });
  const errors = (answer.Errors ?? []).map((error) => {
    const message = error.ErrorMessage ?? "";
    const zone = zoneOf(error.LaunchTemplateAndOverrides, request) ?? zoneIn(message, request);
    return poolError(error.ErrorCode ?? "none", message, zone, log);
  });
  return { kind: "answered", launched, errors };
}

/** No answer with status 200: a refusal if EC2 surely did nothing, unknown otherwise. */
export function failedOutcome(error: unknown, request: LaunchRequest, log: Log): LaunchOutcome {
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : "";
  const status = statusOf(error);
  const errorClass = classify(code, message);
  const isUnknown =
    errorClass === null ? status === null || status < 400 || status >= 500 : errorClass === "server_fault";
  if (isUnknown) return { kind: "unknown", detail: inWords(error) };
  return { kind: "refused", error: poolError(code, message, zoneIn(message, request), log) };
}

/** It is kept with the launch and shown; that of a missing right holds 1,500 characters that say which, in code. */
const longestMessage = 2000;

function poolError(code: string, message: string, zone: string | null, log: Log): PoolError {
  const errorClass = classify(code, message);
  if (errorClass === null)
    log.error("EC2 gave an error code that nobody has classified", { code, message, zone });
  return { code, message: cutText(message, longestMessage), zone, errorClass: errorClass ?? "again" };
}

/** The one zone of the request that the message names: an error of the whole request may be about one pool. */
function zoneIn(message: string, request: LaunchRequest): string | null {
  const named = request.pools.filter(({ zone }) => message.includes(zone));
  return named.length === 1 ? (named[0]?.zone ?? null) : null;
}

function zoneOf(place: Place, request: LaunchRequest): string | null {
  const { AvailabilityZone: zone, SubnetId: subnetId } = place?.Overrides ?? {};
  return zone ?? request.pools.find((pool) => pool.subnetId === subnetId)?.zone ?? null;
}
