/** Translates a launch request into EC2's form, and EC2's answer back. */
import type { CreateFleetCommandInput, CreateFleetCommandOutput } from "@aws-sdk/client-ec2";
import { instanceIdSchema } from "../../contract/ids.ts";
import { cutText } from "../../contract/text.ts";
import { tagNames } from "../../contract/worker-config.ts";
import type { LaunchOutcome, LaunchRequest, Log, PoolError } from "../../ports.ts";
import { classify } from "./errors.ts";
import { codeOf, inWords, statusOf } from "../sdk-errors.ts";

type Place = NonNullable<CreateFleetCommandOutput["Errors"]>[number]["LaunchTemplateAndOverrides"];

/** The launcher's role may launch only resources that carry the stage's tag, so each of these is tagged. */
const taggedByLaunch = ["fleet", "instance", "volume"] as const;

/**
 * An instant fleet: one synchronous try at each pool. Nothing stays behind that could launch machines later.
 * @see EC2 user guide, "Configure an EC2 Fleet of type instant"
 */
export function createFleetInput(
  request: LaunchRequest,
  stage: string,
  launchTemplateId: string,
): CreateFleetCommandInput {
  const tags = {
    ...request.tags,
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
    // Set explicitly: the default strategy takes the cheapest pool, which is interrupted most often.
    SpotOptions: { AllocationStrategy: "price-capacity-optimized" },
    OnDemandOptions: { AllocationStrategy: "lowest-price" },
    LaunchTemplateConfigs: [
      {
        // Not $Default: CloudFormation adds versions, and does not move the default.
        LaunchTemplateSpecification: { LaunchTemplateId: launchTemplateId, Version: "$Latest" },
        // The subnet already fixes the zone. The zone is named too, so that an error says which zone it is about.
        Overrides: request.pools.map(({ instanceType, subnetId, zone, bidUsdPerHour }) => ({
          InstanceType: instanceType as never,
          SubnetId: subnetId,
          AvailabilityZone: zone,
          ...(bidUsdPerHour === null ? {} : { MaxPrice: String(bidUsdPerHour) }),
        })),
      },
    ],
    // All resources of a launch are tagged here. The template tags only what this call cannot (a network interface). No
    // resource is tagged by both: if both name a key, EC2 refuses the request or keeps only one of the values.
    TagSpecifications: taggedByLaunch.map((ResourceType) => ({
      ResourceType,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    })),
  };
}

/** An instant fleet answers with status 200 even if it started nothing; `Errors[]` says why. */
export function answeredOutcome(
  answer: CreateFleetCommandOutput,
  request: LaunchRequest,
  log: Log,
): LaunchOutcome {
  const launched = (answer.Instances ?? []).flatMap((group) => {
    const zone = group.AvailabilityZone ?? zoneOf(group.LaunchTemplateAndOverrides, request) ?? "unknown";
    const instanceType =
      group.InstanceType ??
      typeOf(group.LaunchTemplateAndOverrides, request) ??
      request.pools[0]?.instanceType ??
      "";
    return (group.InstanceIds ?? []).map((id) => ({
      instanceId: instanceIdSchema.parse(id),
      instanceType,
      zone,
    }));
  });
  const errors = (answer.Errors ?? []).map((error) => {
    const message = error.ErrorMessage ?? "";
    const zone = zoneOf(error.LaunchTemplateAndOverrides, request) ?? zoneIn(message, request);
    const instanceType = typeOf(error.LaunchTemplateAndOverrides, request) ?? typeIn(message, request);
    return poolError(error.ErrorCode ?? "none", message, { zone, instanceType }, log);
  });
  return { kind: "answered", launched, errors };
}

/** No answer with status 200. It is a refusal if EC2 certainly did nothing; otherwise the outcome is not known. */
export function failedOutcome(error: unknown, request: LaunchRequest, log: Log): LaunchOutcome {
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : "";
  const status = statusOf(error);
  const errorClass = classify(code, message);
  const isUnknown =
    errorClass === null ? status === null || status < 400 || status >= 500 : errorClass === "server_fault";
  if (isUnknown) return { kind: "unknown", detail: inWords(error) };
  const about = { zone: zoneIn(message, request), instanceType: typeIn(message, request) };
  return { kind: "refused", error: poolError(code, message, about, log) };
}

/**
 * The message is stored with the launch and shown. The message of a missing right has an encoded part of 1,500
 * characters that says which right.
 */
const longestMessage = 2000;

function poolError(
  code: string,
  message: string,
  about: Pick<PoolError, "zone" | "instanceType">,
  log: Log,
): PoolError {
  const errorClass = classify(code, message);
  if (errorClass === null)
    log.error(
      "unknown EC2 error code; the launch is asked for again. Add the code to shared/aws/ec2/errors.ts",
      { code, message, ...about },
    );
  return { code, message: cutText(message, longestMessage), ...about, errorClass: errorClass ?? "again" };
}

/** The one zone of the request that the message names: the error of a whole request may concern one pool only. */
const zoneIn = (message: string, { pools }: LaunchRequest): string | null =>
  onlyOne(pools.map(({ zone }) => zone).filter((zone) => message.includes(zone)));

/** As for the zone; of a request for one type, that one. */
const typeIn = (message: string, { pools }: LaunchRequest): string | null =>
  onlyOne(pools.map(({ instanceType }) => instanceType).filter((type) => message.includes(type))) ??
  onlyOne(pools.map(({ instanceType }) => instanceType));

function onlyOne(names: readonly string[]): string | null {
  const [name, ...others] = new Set(names);
  return name === undefined || others.length > 0 ? null : name;
}

function zoneOf(place: Place, request: LaunchRequest): string | null {
  const { AvailabilityZone: zone, SubnetId: subnetId } = place?.Overrides ?? {};
  return zone ?? request.pools.find((pool) => pool.subnetId === subnetId)?.zone ?? null;
}

const typeOf = (place: Place, { pools }: LaunchRequest): string | null =>
  place?.Overrides?.InstanceType ?? onlyOne(pools.map(({ instanceType }) => instanceType));
