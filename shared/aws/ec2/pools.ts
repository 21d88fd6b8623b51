/** Reads spot pools and their prices from EC2. */
import type { EC2Client } from "@aws-sdk/client-ec2";
import { paginateDescribeSubnets } from "@aws-sdk/client-ec2";
import { tagNames } from "../../contract/worker-config.ts";
import { poolKey } from "../../contract/pool-key.ts";
import type { Pool, PriceChange } from "../../ports.ts";
import { readPriceChanges } from "./spot-prices.ts";

/** Which subnets a stage launches into: those with its tag, or those of a network that was there before it. */
export type OwnSubnets = { readonly stage: string } | { readonly ids: readonly string[] };

/**
 * Of each type in each of the stage's subnets (one in each zone): the spot price in force now, and the lowest price
 * since a given time.
 */
export async function readPools(
  client: EC2Client,
  own: OwnSubnets,
  instanceTypes: readonly string[],
  sinceMs: number,
): Promise<readonly Pool[]> {
  const [subnets, prices] = await Promise.all([
    subnetByZone(client, own),
    pricesByPool(client, instanceTypes, sinceMs),
  ]);
  const byZone = [...subnets].sort(([a], [b]) => (a < b ? -1 : 1));
  return instanceTypes.flatMap((instanceType) =>
    byZone.map(([zone, subnetId]) => ({
      instanceType,
      zone,
      subnetId,
      ...(prices.get(poolKey({ instanceType, zone })) ?? noPrice),
    })),
  );
}

async function subnetByZone(client: EC2Client, own: OwnSubnets): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const filters = [
    "stage" in own
      ? { Name: `tag:${tagNames.stage}`, Values: [own.stage] }
      : { Name: "subnet-id", Values: [...own.ids] },
    { Name: "state", Values: ["available"] },
  ];
  for await (const page of paginateDescribeSubnets({ client }, { Filters: filters }))
    for (const { AvailabilityZone: zone, SubnetId: subnetId } of page.Subnets ?? [])
      if (zone !== undefined && subnetId !== undefined) found.set(zone, subnetId);
  return found;
}

type Prices = Pick<Pool, "priceUsdPerHour" | "priceSinceMs" | "lowestUsdPerHour">;
const noPrice: Prices = { priceUsdPerHour: null, priceSinceMs: null, lowestUsdPerHour: null };

async function pricesByPool(
  client: EC2Client,
  instanceTypes: readonly string[],
  sinceMs: number,
): Promise<Map<string, Prices>> {
  const pools = Map.groupBy(await readPriceChanges(client, instanceTypes, sinceMs), poolKey);
  return new Map([...pools].map(([key, changes]) => [key, pricesOf(changes)]));
}

function pricesOf(changes: readonly PriceChange[]): Prices {
  const newest = changes.reduce((a, b) => (b.atMs > a.atMs ? b : a));
  return {
    priceUsdPerHour: newest.usdPerHour,
    priceSinceMs: newest.atMs,
    lowestUsdPerHour: Math.min(...changes.map(({ usdPerHour }) => usdPerHour)),
  };
}
