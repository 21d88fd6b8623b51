/** Spot prices as EC2 tells them. */
import type { EC2Client } from "@aws-sdk/client-ec2";
import { paginateDescribeSpotPriceHistory } from "@aws-sdk/client-ec2";
import { FleetError, type PriceChange, type SpotPrices } from "../../ports.ts";
import { inWords } from "../sdk-errors.ts";

export class Ec2SpotPrices implements SpotPrices {
  readonly #client: EC2Client;

  constructor(client: EC2Client) {
    this.#client = client;
  }

  async history(instanceType: string, sinceMs: number): Promise<readonly PriceChange[]> {
    try {
      return await readPriceChanges(this.#client, instanceType, sinceMs);
    } catch (cause) {
      throw new FleetError(`could not read the spot prices: ${inWords(cause)}`, { cause });
    }
  }
}

/** EC2 answers with the price changes since then, and the price that was in force at that time. */
export async function readPriceChanges(
  client: EC2Client,
  instanceType: string,
  sinceMs: number,
): Promise<readonly PriceChange[]> {
  const changes: PriceChange[] = [];
  const pages = paginateDescribeSpotPriceHistory(
    { client },
    {
      InstanceTypes: [instanceType as never],
      // Without this, EC2 also answers with the prices of Windows and paid Linux systems.
      ProductDescriptions: ["Linux/UNIX"],
      StartTime: new Date(sinceMs),
    },
  );
  for await (const page of pages)
    for (const { AvailabilityZone: zone = "", Timestamp: at, SpotPrice: usd } of page.SpotPriceHistory ?? [])
      changes.push({ zone, atMs: at?.getTime() ?? 0, usdPerHour: Number(usd) });
  return changes;
}
