/** Launch templates as the deploy made them: here and on EC2 the same template is used. */
import {
  DescribeLaunchTemplateVersionsCommand,
  type EC2Client,
  type LaunchTemplateVersion as Described,
} from "@aws-sdk/client-ec2";
import { asEc2ApiError } from "../emulator.ts";
import { Ec2ApiError } from "./api-error.ts";

export interface LaunchTemplateVersion {
  readonly id: string;
  readonly version: string;
  readonly imageId: string;
  readonly instanceType: string | null;
  /** Decoded. */
  readonly userData: string | null;
  readonly instanceProfile: { readonly arn: string | null; readonly name: string | null } | null;
  readonly instanceTags: Readonly<Record<string, string>>;
  readonly interfaceTags: Readonly<Record<string, string>>;
  readonly keyName: string | null;
  /** The size of the root volume. */
  readonly volumeGb: number;
  readonly securityGroupIds: readonly string[];
  /** Whether the metadata service refuses requests without a token (IMDSv1). */
  readonly tokenRequired: boolean;
  readonly tagsInMetadata: boolean;
}

export interface TemplateReference {
  readonly id: string | undefined;
  readonly name: string | undefined;
  /** A number, `$Latest` or `$Default`. */
  readonly version: string;
}

/** @throws Ec2ApiError when there is no such template or version */
export async function readLaunchTemplate(
  emulator: EC2Client,
  reference: TemplateReference,
): Promise<LaunchTemplateVersion> {
  try {
    const answer = await emulator.send(
      new DescribeLaunchTemplateVersionsCommand({
        LaunchTemplateId: reference.id,
        LaunchTemplateName: reference.name,
        Versions: [reference.version],
      }),
    );
    const [found] = answer.LaunchTemplateVersions ?? [];
    if (found !== undefined) return templateFrom(found);
  } catch (cause) {
    throw asEc2ApiError(cause);
  }
  throw new Ec2ApiError(
    "InvalidLaunchTemplateId.VersionNotFound",
    `There is no version ${reference.version} of launch template ${reference.id ?? reference.name ?? ""}`,
  );
}

/** The image's own size, used if the template gives none. */
const imageGb = 8;

function templateFrom(described: Described): LaunchTemplateVersion {
  const data = described.LaunchTemplateData ?? {};
  if (data.ImageId === undefined)
    throw new Ec2ApiError("MissingParameter", "The launch template has no ImageId");
  const tagsOf = (resource: string): Readonly<Record<string, string>> =>
    Object.fromEntries(
      (data.TagSpecifications ?? [])
        .filter(({ ResourceType }) => ResourceType === resource)
        .flatMap(({ Tags = [] }) => Tags.map(({ Key, Value }) => [Key ?? "", Value ?? ""])),
    );
  return {
    id: described.LaunchTemplateId ?? "",
    version: String(described.VersionNumber ?? 1),
    imageId: data.ImageId,
    instanceType: data.InstanceType ?? null,
    userData: data.UserData === undefined ? null : Buffer.from(data.UserData, "base64").toString("utf8"),
    instanceProfile:
      data.IamInstanceProfile === undefined
        ? null
        : { arn: data.IamInstanceProfile.Arn ?? null, name: data.IamInstanceProfile.Name ?? null },
    instanceTags: tagsOf("instance"),
    interfaceTags: tagsOf("network-interface"),
    keyName: data.KeyName ?? null,
    volumeGb: data.BlockDeviceMappings?.[0]?.Ebs?.VolumeSize ?? imageGb,
    securityGroupIds: data.SecurityGroupIds ?? [],
    tokenRequired: data.MetadataOptions?.HttpTokens === "required",
    tagsInMetadata: data.MetadataOptions?.InstanceMetadataTags === "enabled",
  };
}
