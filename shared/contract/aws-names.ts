/** Names and ids as AWS takes them. A mistake is refused here with its reason, not half an hour later by a stack. */
import * as z from "zod";

export const regionSchema = z
  .string()
  .regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, "must be an AWS region such as eu-central-1");

/** Names that S3 keeps for itself. @see S3 user guide, "General purpose bucket naming rules" */
const reservedBucketNames = /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/;
export const bucketNameSchema = z
  .string()
  .min(3, "must have 3 to 63 characters, as S3 requires")
  .max(63, "must have 3 to 63 characters, as S3 requires")
  .regex(
    /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/,
    "must be lowercase letters, digits, hyphens and dots, with a letter or digit at both ends",
  )
  .refine((name) => !/\.\.|\.-|-\./.test(name), "must have no dot beside another dot or a hyphen")
  .refine((name) => !/^\d+(\.\d+){3}$/.test(name), "must not look like an IP address")
  .refine((name) => !reservedBucketNames.test(name), "begins or ends in a way that S3 keeps for itself");

export const amiIdSchema = z
  .string()
  .regex(/^ami-([0-9a-f]{8}|[0-9a-f]{17})$/, "must be an AMI id such as ami-0123456789abcdef0");

export const instanceTypeSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, "must be an EC2 instance type such as g4dn.xlarge");

/** As EC2 takes it in a block device mapping. */
export const deviceNameSchema = z
  .string()
  .regex(/^\/dev\/[a-z0-9]+$/, "must be a device name such as /dev/sda1");

/** EC2 takes ASCII of up to 255 characters. */
export const keyPairNameSchema = z
  .string()
  .max(255, "must have at most 255 characters, as EC2 requires")
  .regex(/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/, "must be ASCII, without blanks at its ends");

export const sshRangeSchema = z
  .cidrv4("must be a range of IPv4 addresses such as 203.0.113.0/24")
  .refine(
    (range) => !range.endsWith("/0"),
    "opens port 22 to everybody; name the range that you connect from",
  )
  .refine(hasNoHostBits, "has address bits past its prefix: EC2 would store another range than this");

function hasNoHostBits(range: string): boolean {
  const [address = "", prefix = ""] = range.split("/");
  const value = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return value % 2 ** (32 - Number(prefix)) === 0;
}

const idSchema = (prefix: string) =>
  z
    .string()
    .regex(
      new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`),
      `must be an id such as ${prefix}-0123456789abcdef0`,
    );
export const vpcIdSchema = idSchema("vpc");
export const subnetIdSchema = idSchema("subnet");

/** By its ARN: IAM and grants know no alias. */
export const kmsKeyArnSchema = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/,
    "must be a KMS key's ARN, such as arn:aws:kms:eu-central-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef",
  );
export const regionOfArn = (arn: string): string => arn.split(":")[3] ?? "";

export const policyArnSchema = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/,
    "must be a policy's ARN, such as arn:aws:iam::123456789012:policy/boundary",
  );

/** EC2 gives a machine 50 tags at most, some of them ours and AWS's own. */
const mostTags = 30;
/**
 * The characters that every service takes. Keys are held to fewer: a machine reads its tags from its metadata, which
 * has no room for blanks and slashes.
 * @see EC2 user guide, "Access to tags in instance metadata"
 */
const tagKeySchema = z
  .string()
  .regex(
    /^[A-Za-z0-9_.:=+@-]{1,128}$/,
    "must be 1 to 128 of letters, digits and _.:=+@-: EC2 takes no other for tags that a machine can read",
  )
  .refine((key) => ![".", "..", "_index"].includes(key), "is a name that EC2's metadata keeps for itself")
  .refine(
    (key) => !/^(aws|mgb):/i.test(key) && key !== "Name",
    "is a tag of AWS or of musicgen-batch itself",
  );
const tagValueSchema = z
  .string()
  .regex(
    /^[\p{Letter}\p{Number} _.:/=+@-]{0,256}$/u,
    "must be up to 256 of letters, digits, blanks and _.:/=+@-",
  );
export const extraTagsSchema = z
  .record(z.string(), tagValueSchema)
  // By hand: of a key that is refused, zod's record says no reason.
  .superRefine((tags, context) => {
    for (const key of Object.keys(tags))
      for (const { message } of tagKeySchema.safeParse(key).error?.issues ?? [])
        context.addIssue({ code: "custom", path: [key], message });
  })
  .refine((tags) => Object.keys(tags).length <= mostTags, `must be at most ${mostTags} tags`);

/** @see CloudWatch Logs API reference, PutRetentionPolicy */
const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
export const logRetentionDaysSchema = z
  .int()
  .refine(
    (days) => retentionDays.includes(days),
    `must be one that CloudWatch Logs takes: ${retentionDays.join(", ")}`,
  );

/**
 * Availability zones by name. The last letter gives a zone's subnet its address range, and there are 16 of them.
 * A local zone (`us-west-2-lax-1a`) is none: it is an outpost of its region that has to be opted into.
 */
export const zonesSchema = z
  .array(
    z.string().regex(/^[a-z]{2,4}(-[a-z]+)+-\d[a-p]$/, "must be an availability zone such as eu-central-1a"),
    'must name the availability zones to launch into, such as ["eu-central-1a", "eu-central-1b"]',
  )
  .min(1, "must name at least one zone")
  .max(6, "must name at most six zones")
  .refine((zones) => new Set(zones).size === zones.length, "names a zone twice");

/** Of the zones those that another region has; of what is no region, none. */
export const zonesElsewhere = (region: string, zones: readonly string[]): string[] =>
  regionSchema.safeParse(region).success ? zones.filter((zone) => zone.slice(0, -1) !== region) : [];
