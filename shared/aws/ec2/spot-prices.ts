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

  async history(instanceTypes: readonly string[], sinceMs: number): Promise<readonly PriceChange[]> {
    try {
      return await readPriceChanges(this.#client, instanceTypes, sinceMs);
    } catch (cause) {
      throw new FleetError(`could not read the spot prices: ${inWords(cause)}`, { cause });
    }
  }
}

/** EC2 answers with the price changes since then, and the price that was in force at that time. */
export async function readPriceChanges(
  client: EC2Client,
  instanceTypes: readonly string[],
  sinceMs: number,
): Promise<readonly PriceChange[]> {
  const changes: PriceChange[] = [];
  const pages = paginateDescribeSpotPriceHistory(
    { client },
    {
      InstanceTypes: instanceTypes as never[],
      // Without this, EC2 also answers with the prices of Windows and paid Linux systems.
      ProductDescriptions: ["Linux/UNIX"],
      StartTime: new Date(sinceMs),
    },
  );
  for await (const page of pages)
    for (const told of page.SpotPriceHistory ?? []) {
      const {
        AvailabilityZone: zone = "",
        // Asked of one type, an answer may leave out which.
        InstanceType: instanceType = instanceTypes[0] ?? "",
        Timestamp: at,
        SpotPrice: usd,
      } = told;
      changes.push({ instanceType, zone, atMs: at?.getTime() ?? 0, usdPerHour: Number(usd) });
    }
  return changes;
}
