/** `fleet/pools.json`: what pauses launches, and whose turn it is. */
import type { PoolsRecord } from "../../contract/records/fleet-records.ts";
import { poolsRecordSchema } from "../../contract/records/fleet-records.ts";
import { fleetKeys } from "../../contract/records/keys.ts";
import type { ObjectStore } from "../../ports.ts";
import { readRecord } from "../../records/records.ts";

export const nothingYet: PoolsRecord = {
  v: 1,
  turn: null,
  intents: [],
  cooling: {},
  risky: {},
  rebalance_drained: null,
  quotas: {},
  breaker: null,
  failed_starts: {},
  forgiven_at: null,
};

export const readPoolsRecord = async (store: ObjectStore): Promise<PoolsRecord> =>
  (await readRecord(store, fleetKeys.pools, poolsRecordSchema))?.value ?? nothingYet;
