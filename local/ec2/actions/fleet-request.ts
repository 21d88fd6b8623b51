/** The parameters of CreateFleet that are supported here; any other is refused by name. */
import * as z from "zod";
import { Ec2ApiError } from "../api/api-error.ts";
import type { LaunchTemplateVersion } from "../api/launch-templates.ts";
import { tags, wholeNumber } from "../api/parameters.ts";
import type { Market } from "../../../shared/contract/records/fleet-records.ts";

const overridesSchema = z.strictObject({
  InstanceType: z.string().optional(),
  SubnetId: z.string(),
  AvailabilityZone: z.string().optional(),
  MaxPrice: z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .transform(Number)
    .optional(),
});
const templateSchema = z
  .strictObject({
    LaunchTemplateId: z.string().optional(),
    LaunchTemplateName: z.string().optional(),
    Version: z.string(),
  })
  .refine(
    (template) => (template.LaunchTemplateId === undefined) !== (template.LaunchTemplateName === undefined),
    {
      message: "expected either LaunchTemplateId or LaunchTemplateName",
    },
  );
const lifecycle = z.enum(["spot", "on-demand"]);

export const fleetRequestSchema = z.strictObject({
  ClientToken: z.string().max(64).optional(),
  Type: z.literal("instant", "the local EC2 makes fleets of type instant only"),
  LaunchTemplateConfigs: z
    .array(
      z.strictObject({
        LaunchTemplateSpecification: templateSchema,
        Overrides: z.array(overridesSchema).min(1),
      }),
    )
    .length(1),
  TargetCapacitySpecification: z.strictObject({
    TotalTargetCapacity: wholeNumber,
    SpotTargetCapacity: wholeNumber.optional(),
    OnDemandTargetCapacity: wholeNumber.optional(),
    DefaultTargetCapacityType: lifecycle.optional(),
  }),
  // Both strategies take the cheapest pool here, because no pool is scarcer than another until it is empty.
  SpotOptions: z
    .strictObject({
      AllocationStrategy: z.enum(["price-capacity-optimized", "lowest-price"]),
      InstanceInterruptionBehavior: z.literal("terminate").optional(),
    })
    .optional(),
  OnDemandOptions: z.strictObject({ AllocationStrategy: z.literal("lowest-price") }).optional(),
  TagSpecification: z
    .array(z.strictObject({ ResourceType: z.enum(["fleet", "instance", "volume"]), Tag: tags }))
    .optional(),
});
export type FleetRequest = z.infer<typeof fleetRequestSchema>;
export type FleetOverrides = z.infer<typeof overridesSchema>;

/** How many machines of which market. A fleet here has one market. */
export function capacityOf(request: FleetRequest): { readonly market: Market; readonly count: number } {
  const {
    TotalTargetCapacity: total,
    SpotTargetCapacity: spot = 0,
    OnDemandTargetCapacity: onDemand = 0,
    DefaultTargetCapacityType: rest,
  } = request.TargetCapacitySpecification;
  if (total < 1) throw new Ec2ApiError("InvalidParameterValue", "TotalTargetCapacity must be at least 1");
  if (spot + onDemand > total || (spot + onDemand < total && rest === undefined)) {
    throw new Ec2ApiError(
      "InvalidParameterValue",
      `TotalTargetCapacity ${total} is not SpotTargetCapacity ${spot} and OnDemandTargetCapacity ${onDemand}`,
    );
  }
  const left = total - spot - onDemand;
  const spots = spot + (rest === "spot" ? left : 0);
  if (spots !== 0 && spots !== total) {
    throw new Ec2ApiError("InvalidParameterValue", "the local EC2 makes fleets of either spot or on-demand");
  }
  return { market: spots === total ? "spot" : "on_demand", count: total };
}

/**
 * The request's tags together with the template's. EC2 does not document what happens if both set a key; here it is
 * refused.
 * @throws Ec2ApiError for a tag that is set twice, or that the machine's metadata could not show
 */
export function instanceTagsOf(
  request: FleetRequest,
  { instanceTags, tagsInMetadata }: Pick<LaunchTemplateVersion, "instanceTags" | "tagsInMetadata">,
): Readonly<Record<string, string>> {
  const given = (request.TagSpecification ?? [])
    .filter((specification) => specification.ResourceType === "instance")
    .flatMap((specification) => specification.Tag);
  for (const { Key } of given) {
    if (Key in instanceTags) {
      throw new Ec2ApiError("InvalidParameterValue", `Duplicate tag key '${Key}': the template sets it too`);
    }
    if (Key.startsWith("aws:")) {
      throw new Ec2ApiError("InvalidParameterValue", `Tag keys starting with 'aws:' are reserved: ${Key}`);
    }
    // With tags in metadata enabled, EC2 refuses keys that cannot be part of a path.
    if (tagsInMetadata && !/^[\w+\-=.,:@]+$/.test(Key)) {
      throw new Ec2ApiError("InvalidParameterValue", `'${Key}' is not a valid tag key for instance metadata`);
    }
  }
  return { ...instanceTags, ...Object.fromEntries(given.map(({ Key, Value }) => [Key, Value])) };
}
