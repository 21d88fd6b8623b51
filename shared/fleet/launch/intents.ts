/** `fleet/intents/{id}.json`: a launch is written down before EC2 is asked, and its outcome afterwards. */
import type { StageConfig } from "../../config.ts";
import type { IntentRecord, Market } from "../../contract/records/fleet-records.ts";
import { intentRecordSchema } from "../../contract/records/fleet-records.ts";
import type { IntentId } from "../../contract/ids.ts";
import { intentIdOf } from "../../contract/ids.ts";
import { fleetKeys } from "../../contract/records/keys.ts";
import type { FleetInstance, LaunchRequest, ObjectStore } from "../../ports.ts";
import type { RecordPorts } from "../../records/records.ts";
import { createRecord, readRecord, updateRecord } from "../../records/records.ts";
import type { Stage } from "../machines/fleet-ports.ts";
import type { ComingLaunch } from "./decide/observation.ts";
import type { ModelPlan } from "./decide/plan.ts";
import { priceCap, typeNamed } from "../../billing/prices.ts";

/** EC2 lists a new machine within seconds. A machine that is not listed after this time will not appear. */
const listedWithinMs = 120_000;

export async function writeIntent(
  ports: RecordPorts,
  plan: ModelPlan,
  { stage, settings }: Stage,
): Promise<IntentRecord> {
  const nowMs = ports.clock.nowMs();
  const id = intentIdOf(ports.random.ulid(nowMs));
  const attempt = 1;
  const intent: IntentRecord = {
    v: 1,
    id,
    state: "open",
    model: plan.model,
    market: plan.market,
    count: plan.launch,
    instance_type: plan.instanceType,
    pools: plan.pools.map(({ instanceType, zone, subnetId, priceUsdPerHour, priceSinceMs }) => ({
      instance_type: instanceType,
      zone,
      subnet_id: subnetId,
      bid_usd_per_hour: bidOf(plan.market, instanceType, settings),
      price_usd_per_hour: priceUsdPerHour,
      price_since: priceSinceMs === null ? null : new Date(priceSinceMs).toISOString(),
    })),
    bid_usd_per_hour: bidOf(plan.market, plan.instanceType, settings),
    ...(settings.tags !== undefined && { tags: settings.tags }),
    client_token: `${stage}-${id}-${attempt}`,
    attempt,
    created_at: new Date(nowMs).toISOString(),
    expires_at: new Date(nowMs + settings.worker.max_lifetime_seconds * 1000).toISOString(),
    answered_at: null,
    instances: [],
    errors: [],
  };
  await createRecord(ports.store, fleetKeys.intent(id), intent);
  return intent;
}

const bidOf = (market: Market, instanceType: string, settings: StageConfig): number | null =>
  market === "spot" && settings.max_price_mode === "bid" ? priceCap(typeNamed(instanceType, settings)) : null;

/** Every parameter of the request comes from the record: a repeated client token must come with the same parameters. */
export const requestOf = (intent: IntentRecord): LaunchRequest => ({
  intentId: intent.id,
  clientToken: intent.client_token,
  count: intent.count,
  model: intent.model,
  market: intent.market,
  pools: intent.pools.map((pool) => ({
    instanceType: pool.instance_type ?? intent.instance_type,
    zone: pool.zone,
    subnetId: pool.subnet_id,
    priceUsdPerHour: pool.price_usd_per_hour,
    bidUsdPerHour: pool.bid_usd_per_hour ?? intent.bid_usd_per_hour,
  })),
  tags: intent.tags ?? {},
  expiresAt: intent.expires_at,
});

export async function readIntent(store: ObjectStore, id: IntentId): Promise<IntentRecord | null> {
  return (await readRecord(store, fleetKeys.intent(id), intentRecordSchema))?.value ?? null;
}

/** Writes the outcome of an open intent. An intent that has an outcome stays as it is. */
export async function recordOutcome(
  ports: RecordPorts,
  id: IntentId,
  outcome: Pick<IntentRecord, "state"> & Partial<Pick<IntentRecord, "instances" | "errors">>,
): Promise<void> {
  const answeredAt = new Date(ports.clock.nowMs()).toISOString();
  await updateRecord(ports, fleetKeys.intent(id), intentRecordSchema, (intent) =>
    intent?.state === "open" ? { ...intent, ...outcome, answered_at: answeredAt } : null,
  );
}

/** The machines of a granted launch that EC2 does not list yet, by type; none when it can list no more of them. */
export function comingLaunches(
  intent: IntentRecord,
  listed: readonly FleetInstance[],
  nowMs: number,
): readonly ComingLaunch[] {
  const { id: intentId, model, market, instance_type: instanceType } = intent;
  const about = { intentId, model, market, instanceType, askedMs: Date.parse(intent.created_at) };
  switch (intent.state) {
    case "abandoned":
      return [];
    case "open": {
      const seen = listed.filter(({ intentId }) => intentId === intent.id).length;
      return [{ ...about, open: true, unseen: Math.max(0, intent.count - seen) }];
    }
    case "answered": {
      if (nowMs - Date.parse(intent.answered_at ?? intent.created_at) > listedWithinMs) return [];
      const ids = new Set(listed.map(({ instanceId }) => instanceId));
      const unseen = intent.instances.filter(({ instance_id }) => !ids.has(instance_id));
      // The launch is kept in mind even when all of its machines are listed.
      if (unseen.length === 0) return [{ ...about, open: false, unseen: 0 }];
      const types = Map.groupBy(unseen, ({ instance_type }) => instance_type ?? instanceType);
      return [...types].map(([type, own]) => ({
        ...about,
        instanceType: type,
        open: false,
        unseen: own.length,
      }));
    }
  }
}
