/**
 * The rights that EC2 checks for a launch by an instant fleet: CreateFleet for what the call itself names, and
 * RunInstances for everything that the machines are made of.
 * @see Service Authorization Reference, "Actions, resources, and condition keys for Amazon EC2"
 */
import { GetInstanceProfileCommand } from "@aws-sdk/client-iam";
import type { FleetRequest } from "./actions/fleet-request.ts";
import type { Ec2Context } from "./context.ts";
import type { Emulator } from "./emulator.ts";
import { accountId } from "./machines/events.ts";
import { readLaunchTemplate, type LaunchTemplateVersion } from "./api/launch-templates.ts";
import type { Check } from "./options.ts";

type Tags = Readonly<Record<string, string>>;
interface Launch {
  readonly request: FleetRequest;
  readonly template: LaunchTemplateVersion;
  readonly region: string;
}

export async function launchChecks(request: FleetRequest, context: Ec2Context): Promise<Check[]> {
  const reference = request.LaunchTemplateConfigs[0]?.LaunchTemplateSpecification;
  const template = await readLaunchTemplate(context.emulator.ec2, {
    id: reference?.LaunchTemplateId,
    name: reference?.LaunchTemplateName,
    version: reference?.Version ?? "",
  });
  const launch = { request, template, region: context.region };
  return [
    ...fleetChecks(launch),
    ...runChecks(launch),
    ...tagChecks(launch),
    ...(await roleChecks(launch, context)),
  ];
}

function fleetChecks({ request, template, region }: Launch): Check[] {
  const check = (resource: string, context: Tags = {}): Check => ({
    action: "ec2:CreateFleet",
    resource: arnOf(region, resource),
    context,
  });
  const made = ["fleet", "instance", "volume"].filter((kind) => kind !== "volume" || isTagged(request, kind));
  return [
    check(`launch-template/${template.id}`),
    ...subnetsOf(request).map((subnet) => check(`subnet/${subnet}`)),
    ...made.map((kind) => check(`${kind}/*`, requestTags(request, kind))),
  ];
}

function runChecks({ request, template, region }: Launch): Check[] {
  const from = { "ec2:LaunchTemplate": arnOf(region, `launch-template/${template.id}`) };
  const check = (resource: string, context: Tags = {}): Check => ({
    action: "ec2:RunInstances",
    resource: arnOf(region, resource),
    context: { ...from, ...context },
  });
  return [
    { ...check(""), resource: `arn:aws:ec2:${region}::image/${template.imageId}` },
    check(`launch-template/${template.id}`),
    ...template.securityGroupIds.map((group) => check(`security-group/${group}`)),
    ...(template.keyName === null ? [] : [check(`key-pair/${template.keyName}`)]),
    ...subnetsOf(request).map((subnet) => check(`subnet/${subnet}`)),
    ...typesOf(request, template).map((type) =>
      check("instance/*", { ...requestTags(request, "instance"), "ec2:InstanceType": type }),
    ),
    check("volume/*", requestTags(request, "volume")),
    check("network-interface/*", tagContext("aws:RequestTag", template.interfaceTags)),
  ];
}

function tagChecks({ request, template, region }: Launch): Check[] {
  const check = (kind: string, context: Tags): Check => ({
    action: "ec2:CreateTags",
    resource: arnOf(region, `${kind}/*`),
    context: { ...context, "ec2:CreateAction": kind === "fleet" ? "CreateFleet" : "RunInstances" },
  });
  const kinds = ["fleet", "instance", "volume"].filter((kind) => isTagged(request, kind));
  return [
    ...kinds.map((kind) => check(kind, requestTags(request, kind))),
    ...(Object.keys(template.interfaceTags).length === 0
      ? []
      : [check("network-interface", tagContext("aws:RequestTag", template.interfaceTags))]),
  ];
}

/**
 * The workers' role is passed. Spot's own role is created by an account's first launch; here every launch is checked
 * for it.
 */
async function roleChecks({ request, template }: Launch, { emulator }: Ec2Context): Promise<Check[]> {
  const passed = await passedRole(template, emulator);
  const spot = request.TargetCapacitySpecification.DefaultTargetCapacityType === "spot";
  return [
    ...passed.map((resource) => ({
      action: "iam:PassRole",
      resource,
      context: { "iam:PassedToService": "ec2.amazonaws.com" },
    })),
    ...(spot ? [spotRoleCheck] : []),
  ];
}

const spotRoleCheck: Check = {
  action: "iam:CreateServiceLinkedRole",
  resource: `arn:aws:iam::${accountId}:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot`,
  context: { "iam:AWSServiceName": "spot.amazonaws.com" },
};

async function passedRole({ instanceProfile }: LaunchTemplateVersion, { iam }: Emulator): Promise<string[]> {
  if (instanceProfile === null) return [];
  const name = instanceProfile.name ?? instanceProfile.arn?.split("/").at(-1);
  const found = await iam.send(new GetInstanceProfileCommand({ InstanceProfileName: name }));
  return (found.InstanceProfile?.Roles ?? []).flatMap(({ Arn }) => Arn ?? []);
}

export const arnOf = (region: string, resource: string): string =>
  `arn:aws:ec2:${region}:${accountId}:${resource}`;
export const tagContext = (prefix: string, tags: Tags): Tags =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [`${prefix}/${key}`, value]));

const specifications = (request: FleetRequest, kind: string) =>
  (request.TagSpecification ?? []).filter(({ ResourceType }) => ResourceType === kind);
const isTagged = (request: FleetRequest, kind: string): boolean => specifications(request, kind).length > 0;
const requestTags = (request: FleetRequest, kind: string): Tags =>
  tagContext(
    "aws:RequestTag",
    Object.fromEntries(
      specifications(request, kind).flatMap(({ Tag }) => Tag.map(({ Key, Value }) => [Key, Value])),
    ),
  );

const overridesOf = (request: FleetRequest) =>
  request.LaunchTemplateConfigs.flatMap(({ Overrides }) => Overrides);
const subnetsOf = (request: FleetRequest): string[] => [
  ...new Set(overridesOf(request).map(({ SubnetId }) => SubnetId)),
];
const typesOf = (request: FleetRequest, template: LaunchTemplateVersion): string[] => [
  ...new Set(overridesOf(request).map(({ InstanceType }) => InstanceType ?? template.instanceType ?? "")),
];
