/** Reads spot pools and their prices from EC2. */
import type { EC2Client } from "@aws-sdk/client-ec2";
import { paginateDescribeSubnets } from "@aws-sdk/client-ec2";
import { tagNames } from "../../contract/worker-config.ts";
import type { Pool, PriceChange } from "../../ports.ts";
import { readPriceChanges } from "./spot-prices.ts";

/**
 * The stage's subnets (one in each zone), the spot price in force there now, and the lowest price since a given time.
 */
export async function readPools(
  client: EC2Client,
  stage: string,
  instanceType: string,
  sinceMs: number,
): Promise<readonly Pool[]> {
  const [subnets, prices] = await Promise.all([
    subnetByZone(client, stage),
    pricesByZone(client, instanceType, sinceMs),
  ]);
  return [...subnets]
    .map(([zone, subnetId]) => ({ zone, subnetId, ...(prices.get(zone) ?? noPrice) }))
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

type Prices = Pick<Pool, "priceUsdPerHour" | "priceSinceMs" | "lowestUsdPerHour">;
const noPrice: Prices = { priceUsdPerHour: null, priceSinceMs: null, lowestUsdPerHour: null };

async function pricesByZone(
  client: EC2Client,
  instanceType: string,
  sinceMs: number,
): Promise<Map<string, Prices>> {
  const zones = Map.groupBy(await readPriceChanges(client, instanceType, sinceMs), ({ zone }) => zone);
  return new Map([...zones].map(([zone, changes]) => [zone, pricesOf(changes)]));
}

function pricesOf(changes: readonly PriceChange[]): Prices {
  const newest = changes.reduce((a, b) => (b.atMs > a.atMs ? b : a));
  return {
    priceUsdPerHour: newest.usdPerHour,
    priceSinceMs: newest.atMs,
    lowestUsdPerHour: Math.min(...changes.map(({ usdPerHour }) => usdPerHour)),
  };
}
