/** Whether a machine of the stage can be had, and would start. */
import type { MachineType } from "../../../shared/config.ts";
import { imageFaults, networkFaults } from "../../../serverless/account.ts";
import { priceCap } from "../../../shared/billing/prices.ts";
import { type Answer, fault, ok, warning } from "../finding.ts";
import type { Asked, Check } from "./check.ts";

export const machineChecks: readonly Check[] = [
  { name: "region", ask: regionAnswer },
  { name: "zones", ask: ofEachType(zonesAnswer) },
  { name: "spot price", ask: ofEachType(priceAnswer) },
  { name: "spot role", ask: roleAnswer },
  { name: "disk encryption", ask: encryptionAnswer },
  { name: "log encryption", ask: logKeyAnswer },
  { name: "network", ask: networkAnswer },
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

/** Of each machine type, together with what is said of the others. */
function ofEachType(ask: (asked: Asked, type: MachineType) => Promise<Answer>): Check["ask"] {
  return (asked) => Promise.all(asked.config.instance_types.map((type) => ask(asked, type)));
}

async function zonesAnswer({ account, config }: Asked, { type }: MachineType): Promise<Answer> {
  const offering = await account.zonesOffering(type);
  const without = config.zones.filter((zone) => !offering.includes(zone));
  if (without.length === 0) return ok(`${config.zones.join(", ")} offer ${type}`);
  const detail = `${without.join(", ")}: no ${type} there`;
  if (config.instance_types.length > 1 && without.length < config.zones.length) return ok(detail);
  return fault(
    detail,
    offering.length === 0
      ? `take another region: ${config.region} offers no ${type}`
      : `name these in the configuration's zones: ${offering.join(", ")}`,
  );
}

async function priceAnswer({ account, config }: Asked, of: MachineType): Promise<Answer> {
  const { zones, instance_types: types } = config;
  const { type, on_demand_price_usd: onDemand } = of;
  const cap = priceCap(of);
  const prices = await account.spotPrices(type, zones);
  const told = zones.map((zone) => `${zone} ${prices.get(zone)?.toFixed(4) ?? "no price"}`).join(", ");
  const detail = `${types.length === 1 ? "" : `${type}: `}${told} USD an hour; the cap is ${cap}`;
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

/** A volume gets the configuration's key, or the one that the account has for new volumes. */
async function encryptionAnswer({ account, identity, config }: Asked): Promise<Answer> {
  const key = config.encryption?.kms_key_arn ?? (await account.defaultDiskKey());
  if (key === null || isOfAws(key)) return ok("new volumes are encrypted with AWS's own key");
  const role = `arn:aws:iam::${identity.account}:role/aws-service-role/spot.amazonaws.com/${spotRole}`;
  if (await account.keyIsFor(key, role))
    return ok(`new volumes are encrypted with your key ${key}, which ${spotRole} may use`);
  return fault(
    `new volumes are encrypted with your key ${key}, which ${spotRole} may not use: a spot machine would end at its start`,
    `let the role use it: aws kms create-grant --key-id ${key} --grantee-principal ${role} --operations Decrypt Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext CreateGrant DescribeKey ReEncryptFrom ReEncryptTo`,
  );
}

async function logKeyAnswer({ account, config: { encryption, region } }: Asked): Promise<Answer> {
  if (encryption?.logs !== true) return ok("logs are encrypted with CloudWatch's own key");
  const { kms_key_arn: key } = encryption;
  const service = `logs.${region}.amazonaws.com`;
  if (await account.keyIsFor(key, service)) return ok(`logs are encrypted with your key ${key}`);
  return fault(
    `CloudWatch Logs may not use your key ${key}: the deploy would fail`,
    `let ${service} use it in the key's policy (docs/deploy.md), or set encryption.logs to false`,
  );
}

async function networkAnswer({ account, stage, config }: Asked): Promise<Answer> {
  const { network } = config;
  if (network === undefined) return ok("the stack makes its own");
  const faults = networkFaults(config, await account.subnets(Object.values(network.subnets)));
  if (faults.length > 0) return fault(faults.join("; "), `mend config/${stage}.json`);
  return ok(`${network.vpc_id}, with a subnet in each zone; they must reach AWS by HTTPS`);
}

async function imageAnswer({ account, identity, stage, config }: Asked): Promise<Answer> {
  const image = await account.image(config.ami_id);
  const build = `make one: npm run mgb -- ami build --stage ${stage} --bucket <a bucket for builds>, then npm run mgb -- ami use`;
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
    "on another image: npm run mgb -- ami package, which sets bootstrap.source to 's3'",
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
