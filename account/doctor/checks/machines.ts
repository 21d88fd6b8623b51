/** Whether a machine of the stage can be had, and would start. */
import { imageFaults } from "../../../serverless/account.ts";
import { priceCap } from "../../../shared/billing/prices.ts";
import { type Answer, fault, ok, warning } from "../finding.ts";
import type { Asked, Check } from "./check.ts";

export const machineChecks: readonly Check[] = [
  { name: "region", ask: regionAnswer },
  { name: "zones", ask: zonesAnswer },
  { name: "spot price", ask: priceAnswer },
  { name: "spot role", ask: roleAnswer },
  { name: "disk encryption", ask: encryptionAnswer },
  { name: "worker image", ask: imageAnswer },
  { name: "key pair", ask: keyPairAnswer },
];

async function regionAnswer({ account, config: { region } }: Asked): Promise<Answer> {
  if (await account.regionIsEnabled()) return ok(`${region} is enabled`);
  return fault(
    `${region} is not enabled in this account`,
    `enable it: aws account enable-region --region-name ${region} (it takes minutes), or name another region in the configuration`,
  );
}

async function zonesAnswer({ account, config }: Asked): Promise<readonly Answer[] | Answer> {
  const offering = await account.zonesOffering(config.instance_type);
  const without = config.zones.filter((zone) => !offering.includes(zone));
  if (without.length === 0) return ok(`${config.zones.join(", ")} offer ${config.instance_type}`);
  return fault(
    `${without.join(", ")}: no ${config.instance_type} there`,
    offering.length === 0
      ? `take another region: ${config.region} offers no ${config.instance_type}`
      : `name these in the configuration's zones: ${offering.join(", ")}`,
  );
}

async function priceAnswer({ account, config }: Asked): Promise<Answer> {
  const { instance_type: type, zones, on_demand_price_usd: onDemand } = config;
  const cap = priceCap(config);
  const prices = await account.spotPrices(type, zones);
  const told = zones.map((zone) => `${zone} ${prices.get(zone)?.toFixed(4) ?? "no price"}`).join(", ");
  const detail = `${told} USD an hour; the cap is ${cap}`;
  const cheap = zones.filter((zone) => (prices.get(zone) ?? Infinity) <= cap);
  if (cheap.length > 0) return ok(detail);
  return fault(
    `${detail}: every zone is above it, so nothing would be launched`,
    `raise max_spot_price_usd (on demand costs ${onDemand}), or name other zones`,
  );
}

/** EC2 asks for this role before its first spot machine. */
const spotRole = "AWSServiceRoleForEC2Spot";

async function roleAnswer({ account }: Asked): Promise<Answer> {
  if (await account.hasRole(spotRole)) return ok(`${spotRole} is there`);
  return warning(
    `${spotRole} is not there yet; the launcher's first launch makes it, and may fail once before`,
    "make it now: aws iam create-service-linked-role --aws-service-name spot.amazonaws.com",
  );
}

/** AWS's own key, which its services may use without being told so. */
const isOfAws = (key: string): boolean => key.endsWith("alias/aws/ebs");

async function encryptionAnswer({ account, identity }: Asked): Promise<Answer> {
  const key = await account.defaultDiskKey();
  if (key === null) return ok("new volumes are not encrypted by default");
  if (isOfAws(key)) return ok("new volumes are encrypted with AWS's own key");
  const role = `arn:aws:iam::${identity.account}:role/aws-service-role/spot.amazonaws.com/${spotRole}`;
  if (await account.keyIsFor(key, role))
    return ok(`new volumes are encrypted with your key ${key}, which ${spotRole} may use`);
  return fault(
    `new volumes are encrypted with your key ${key}, which ${spotRole} may not use: a spot machine would end at its start`,
    `let the role use it: aws kms create-grant --key-id ${key} --grantee-principal ${role} --operations Decrypt Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext CreateGrant DescribeKey ReEncryptFrom ReEncryptTo`,
  );
}

async function imageAnswer({ account, identity, stage, config }: Asked): Promise<Answer> {
  const image = await account.image(config.ami_id);
  const build = `make one: npm run ami -- build --stage ${stage} --bucket <a bucket for builds>, then npm run ami -- use`;
  if (image === null) return fault(`${config.ami_id} is not in ${config.region}`, build);
  const faults = [
    ...imageFaults(config, image),
    ...(image.rootGb > config.volume.size_gb
      ? [`volume.size_gb: it needs ${image.rootGb} GB; set it to that or more`]
      : []),
  ];
  const about = `${config.ami_id} (${image.name})`;
  if (faults.length > 0)
    return fault(`${about}: ${faults.join("; ")}`, `mend config/${stage}.json, or ${build}`);
  if (image.owner === identity.account || config.bootstrap.source !== "image") return ok(about);
  return warning(
    `${about} belongs to account ${image.owner}, and bootstrap.source is 'image': is the worker on it?`,
    "on another image: npm run ami -- package, which sets bootstrap.source to 's3'",
  );
}

async function keyPairAnswer({ account, config: { ssh, region } }: Asked): Promise<Answer> {
  if (ssh === undefined) return ok("none is configured, and port 22 stays closed");
  if (await account.hasKeyPair(ssh.key_pair)) return ok(`${ssh.key_pair} is there, for ${ssh.cidr}`);
  return fault(
    `there is no key pair named ${ssh.key_pair} in ${region}`,
    "make it (aws ec2 create-key-pair), or take ssh out of the configuration",
  );
}
