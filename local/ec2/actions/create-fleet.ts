/** The action CreateFleet. */
import { DescribeSubnetsCommand } from "@aws-sdk/client-ec2";
import type { Market } from "../../../shared/contract/records/fleet-records.ts";
import { Ec2ApiError } from "../api/api-error.ts";
import { allocate, type OfferedPool } from "../market/allocation.ts";
import type { Action, AnswerFields, Ec2Context } from "../context.ts";
import type { PoolRefusal } from "../market/faults.ts";
import { readLaunchTemplate, type LaunchTemplateVersion } from "../api/launch-templates.ts";
import { newId } from "../machines/machines.ts";
import { parseParameters } from "../api/parameters.ts";
import {
  capacityOf,
  fleetRequestSchema,
  instanceTagsOf,
  type FleetOverrides,
  type FleetRequest,
} from "./fleet-request.ts";

export const createFleet: Action = (parameters, context, poolRefusal) => {
  const request = parseParameters(fleetRequestSchema, parameters);
  return context.fleets.once(request.ClientToken, parameters, () => make(request, context, poolRefusal));
};

async function make(
  request: FleetRequest,
  context: Ec2Context,
  poolRefusal: () => PoolRefusal | null,
): Promise<AnswerFields> {
  const { market, count } = capacityOf(request);
  const [config] = request.LaunchTemplateConfigs;
  const reference = config?.LaunchTemplateSpecification;
  const template = await readLaunchTemplate(context.emulator.ec2, {
    id: reference?.LaunchTemplateId,
    name: reference?.LaunchTemplateName,
    version: reference?.Version ?? "",
  });
  const tags = instanceTagsOf(request, template);
  const zones = await zonesOfSubnets(context, config?.Overrides ?? []);
  const pools = (config?.Overrides ?? []).map((overrides) =>
    offered(overrides, { market, template, zones, context }),
  );
  refuseDuplicates(pools);
  const refusal = poolRefusal();
  const asked = pools.map((pool) => (isStruck(pool, refusal) ? { ...pool, refusal } : pool));
  // Nothing waits between counting the room and taking it, so overlapping fleets never take the same place.
  const { grants, errors } = allocate(asked, count);
  const fleetId = `fleet-${crypto.randomUUID()}`;
  const lifecycle = market === "spot" ? "spot" : "on-demand";
  return {
    fleetId,
    errorSet: errors.map(({ pool, code, message }) => ({
      launchTemplateAndOverrides: placeOf(pool, template),
      lifecycle,
      errorCode: code,
      errorMessage: message,
    })),
    fleetInstanceSet: grants.map(({ pool, count: granted }) => ({
      launchTemplateAndOverrides: placeOf(pool, template),
      lifecycle,
      instanceIds: launch(pool, granted, { request, fleetId, market, template, tags, context }),
      instanceType: pool.instanceType,
    })),
  };
}

/** Two subnets of one zone are one pool, and EC2 refuses a fleet that names a pool twice. */
function refuseDuplicates(pools: readonly OfferedPool[]): void {
  const usable = pools.filter((pool) => pool.refusal === null);
  const distinct = new Set(usable.map((pool) => `${pool.instanceType}/${pool.zone}`));
  if (distinct.size < usable.length) {
    throw new Ec2ApiError("InvalidFleetConfig", "The fleet configuration contains duplicate instance pools.");
  }
}

interface LaunchSettings {
  readonly request: FleetRequest;
  readonly fleetId: string;
  readonly market: Market;
  readonly template: LaunchTemplateVersion;
  readonly tags: Readonly<Record<string, string>>;
  readonly context: Ec2Context;
}

function launch(pool: OfferedPool, count: number, settings: LaunchSettings): readonly string[] {
  const { request, fleetId, market, template, tags, context } = settings;
  const reservationId = newId("r");
  return Array.from(
    { length: count },
    () =>
      context.machines.launch({
        reservationId,
        fleetId,
        clientToken: request.ClientToken ?? null,
        zone: pool.zone,
        subnetId: pool.subnetId,
        instanceType: pool.instanceType,
        market,
        template,
        tags: {
          ...tags,
          "aws:ec2:fleet-id": fleetId,
          "aws:ec2launchtemplate:id": template.id,
          "aws:ec2launchtemplate:version": template.version,
        },
      }).instanceId,
  );
}

interface OfferSettings {
  readonly market: Market;
  readonly template: LaunchTemplateVersion;
  readonly zones: ReadonlyMap<string, string>;
  readonly context: Ec2Context;
}

function offered(overrides: FleetOverrides, settings: OfferSettings): OfferedPool {
  const { market: kind, template, zones, context } = settings;
  const { market, machines, nowMs } = context;
  const zone = zones.get(overrides.SubnetId);
  const instanceType = overrides.InstanceType ?? template.instanceType ?? "";
  const place = {
    zone: zone ?? overrides.AvailabilityZone ?? "",
    subnetId: overrides.SubnetId,
    instanceType,
    maxUsdPerHour: kind === "spot" ? (overrides.MaxPrice ?? null) : null,
  };
  const refuse = (code: string, message: string): OfferedPool => ({
    ...place,
    usdPerHour: Infinity,
    free: 0,
    refusal: { code, message },
  });
  if (zone === undefined) {
    return refuse("InvalidSubnetID.NotFound", `The subnet ID '${overrides.SubnetId}' does not exist`);
  }
  if (overrides.AvailabilityZone !== undefined && overrides.AvailabilityZone !== zone) {
    return refuse(
      "InvalidParameterCombination",
      `Subnet ${overrides.SubnetId} is in ${zone}, not in ${overrides.AvailabilityZone}`,
    );
  }
  if (!market.sells(instanceType) || !market.zoneNames.includes(zone)) {
    return refuse(
      "InvalidFleetConfiguration",
      `Your requested instance type (${instanceType}) is not supported in your requested Availability Zone (${zone}).`,
    );
  }
  return {
    ...place,
    usdPerHour:
      kind === "spot" ? market.spotPrice(zone, nowMs(), instanceType) : market.onDemandPrice(instanceType),
    free: market.capacity(zone, instanceType) - machines.countIn(zone, instanceType),
    refusal: null,
  };
}

async function zonesOfSubnets(
  { emulator }: Ec2Context,
  overrides: readonly FleetOverrides[],
): Promise<ReadonlyMap<string, string>> {
  // Asked by filter, not by id: an unknown id is then the error of one pool and not of the call.
  const ids = overrides.map(({ SubnetId }) => SubnetId);
  const answer = await emulator.ec2.send(
    new DescribeSubnetsCommand({ Filters: [{ Name: "subnet-id", Values: ids }] }),
  );
  return new Map(
    (answer.Subnets ?? []).map(({ SubnetId, AvailabilityZone }) => [SubnetId ?? "", AvailabilityZone ?? ""]),
  );
}

const placeOf = (pool: OfferedPool, template: LaunchTemplateVersion): AnswerFields => ({
  launchTemplateSpecification: { launchTemplateId: template.id, version: template.version },
  overrides: { instanceType: pool.instanceType, subnetId: pool.subnetId, availabilityZone: pool.zone },
});

const isStruck = (pool: OfferedPool, error: PoolRefusal | null): boolean =>
  error !== null && (error.zone === null || error.zone === pool.zone);
