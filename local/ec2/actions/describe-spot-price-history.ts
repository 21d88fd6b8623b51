/** The action DescribeSpotPriceHistory. */
import * as z from "zod";
import { Ec2ApiError } from "../api/api-error.ts";
import type { Action } from "../context.ts";
import { pageOf } from "../api/pages.ts";
import { apiTime } from "../api/times.ts";
import { filters, parseParameters, wholeNumber } from "../api/parameters.ts";

const product = "Linux/UNIX";
const keptMs = 90 * 86_400_000;
const time = z.iso.datetime().transform((text) => Date.parse(text));
const requestSchema = z.strictObject({
  InstanceType: z.array(z.string()).default(["g4dn.xlarge"]),
  ProductDescription: z.array(z.string()).default([product]),
  AvailabilityZone: z.string().optional(),
  Filter: filters.default([]),
  StartTime: time.optional(),
  EndTime: time.optional(),
  MaxResults: wholeNumber.optional(),
  NextToken: z.string().optional(),
});

/**
 * Newest first. The price in force at the start of the range is included, with the time at which it came into force.
 */
export const describeSpotPriceHistory: Action = (parameters, { market, nowMs }) => {
  const request = parseParameters(requestSchema, parameters);
  const zones = zonesAsked(request, market.zoneNames);
  // A start in the future comes from a caller whose clock is ahead: it gets the prices in force now.
  const toMs = Math.min(request.EndTime ?? Infinity, nowMs());
  const fromMs = Math.min(Math.max(request.StartTime ?? 0, nowMs() - keptMs), toMs);
  const all = request.ProductDescription.includes(product)
    ? request.InstanceType.filter((instanceType) => market.sells(instanceType)).flatMap((instanceType) =>
        zones.flatMap((zone) =>
          market
            .priceHistory(zone, fromMs, toMs, instanceType)
            .map((change) => ({ ...change, zone, instanceType })),
        ),
      )
    : [];
  const newestFirst = all.toSorted((one, other) => other.atMs - one.atMs);
  const { page, nextToken } = pageOf(newestFirst, request.MaxResults ?? 1000, request.NextToken);
  return {
    nextToken,
    spotPriceHistorySet: page.map(({ zone, instanceType, usdPerHour, atMs }) => ({
      availabilityZone: zone,
      instanceType,
      productDescription: product,
      spotPrice: usdPerHour.toFixed(6),
      timestamp: apiTime(atMs),
    })),
  };
};

function zonesAsked(request: z.infer<typeof requestSchema>, all: readonly string[]): readonly string[] {
  const lists = [request.AvailabilityZone === undefined ? all : [request.AvailabilityZone]];
  for (const { Name, Value } of request.Filter) {
    if (Name !== "availability-zone") {
      throw new Ec2ApiError("InvalidParameterValue", `The filter '${Name}' is invalid`);
    }
    lists.push(Value);
  }
  return all.filter((zone) => lists.every((list) => list.includes(zone)));
}
