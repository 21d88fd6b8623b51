/** Quotas of the account: nothing is launched in a market until a machine ends, or for half an hour. */
import type { Market, PoolsRecord } from "../../contract/records/fleet-records.ts";
import { poolsRecordSchema } from "../../contract/records/fleet-records.ts";
import { fleetKeys } from "../../contract/records/keys.ts";
import type { FleetInstance, Log } from "../../ports.ts";
import type { RecordPorts } from "../../records/records.ts";
import { updateRecord } from "../../records/records.ts";
import { pauseMs } from "./lessons.ts";
import { nothingYet } from "./pools-record.ts";
import { exists } from "../../billing/charges.ts";
import type { Quota } from "./pauses.ts";

/** Pauses these markets until one of our machines ends, or for half an hour. */
export async function pauseMarkets(
  ports: RecordPorts & { readonly log: Log },
  held: readonly Market[],
  detail: string,
  instances: readonly FleetInstance[],
): Promise<void> {
  const until = new Date(ports.clock.nowMs() + pauseMs).toISOString();
  const machines = placesOf(instances);
  await updateRecord(ports, fleetKeys.pools, poolsRecordSchema, (current) => {
    const record = current ?? nothingYet;
    const quotas = Object.fromEntries(held.map((market) => [market, { until, detail, machines }]));
    return { ...record, quotas: { ...record.quotas, ...quotas } };
  });
  ports.log.error("launches are paused", { reason: "quota", markets: held, detail, until });
}

type Place = "there" | "ending";

const placesOf = (instances: readonly FleetInstance[]): Record<string, Place> =>
  Object.fromEntries(
    instances.flatMap((instance) => {
      const place = placeOf(instance);
      return place === null ? [] : [[instance.instanceId, place]];
    }),
  );

const placeOf = (instance: FleetInstance): Place | null =>
  exists(instance) ? "there" : instance.state === "terminated" ? null : "ending";

/** The quotas that still hold: none of our machines has come closer to its end since. */
export function quotasInForce(
  { quotas }: PoolsRecord,
  instances: readonly FleetInstance[],
  nowMs: number,
): Partial<Record<Market, Quota>> {
  const now = placesOf(instances);
  return Object.fromEntries(
    Object.entries(quotas)
      .filter(([, { until }]) => Date.parse(until) > nowMs)
      .filter(([, { machines }]) => Object.entries(machines).every(([id, place]) => now[id] === place))
      .map(([market, { until, detail }]) => [market, { untilMs: Date.parse(until), detail }]),
  );
}
