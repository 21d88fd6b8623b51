import type { EC2Client, SpotPrice } from "@aws-sdk/client-ec2";
import { paginateDescribeSpotPriceHistory, paginateDescribeSubnets } from "@aws-sdk/client-ec2";
import { tagNames } from "../contract/worker-config.ts";
import type { Pool } from "../ports.ts";

/** The stage's subnets, one a zone, and the spot price that is in force there now. */
export async function readPools(
  client: EC2Client,
  stage: string,
  instanceType: string,
  nowMs: number,
): Promise<readonly Pool[]> {
  const [subnets, prices] = await Promise.all([
    subnetByZone(client, stage),
    priceByZone(client, instanceType, nowMs),
  ]);
  return [...subnets]
    .map(([zone, subnetId]) => ({ zone, subnetId, priceUsdPerHour: prices.get(zone) ?? null }))
    .sort((a, b) => (a.zone < b.zone ? -1 : 1));
}

async function subnetByZone(client: EC2Client, stage: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const filters = [
    { Name: `tag:${tagNames.stage}`, Values: [stage] },
    { Name: "state", Values: ["available"] },
  ];
  for await (const page of paginateDescribeSubnets({ client }, { Filters: filters }))
    for (const { AvailabilityZone: zone, SubnetId: subnetId } of page.Subnets ?? [])
      if (zone !== undefined && subnetId !== undefined) found.set(zone, subnetId);
  return found;
}

async function priceByZone(
  client: EC2Client,
  instanceType: string,
  nowMs: number,
): Promise<Map<string, number>> {
  const newest = new Map<string, SpotPrice>();
  const pages = paginateDescribeSpotPriceHistory(
    { client },
    {
      InstanceTypes: [instanceType as never],
      // Without it, Windows and the paid Linuxes come too, at prices of their own.
      ProductDescriptions: ["Linux/UNIX"],
      // A history that begins now holds one entry a zone: the change that is still in force.
      StartTime: new Date(nowMs),
    },
  );
  for await (const page of pages)
    for (const price of page.SpotPriceHistory ?? []) {
      const earlier = newest.get(price.AvailabilityZone ?? "");
      if (earlier === undefined || timeOf(price) > timeOf(earlier))
        newest.set(price.AvailabilityZone ?? "", price);
    }
  return new Map([...newest].map(([zone, price]) => [zone, Number(price.SpotPrice)]));
}

const timeOf = (price: SpotPrice): number => price.Timestamp?.getTime() ?? 0;
