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
import { priceCap } from "../../billing/prices.ts";

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
    instance_type: settings.instance_type,
    pools: plan.pools.map(({ zone, subnetId, priceUsdPerHour, priceSinceMs }) => ({
      zone,
      subnet_id: subnetId,
      price_usd_per_hour: priceUsdPerHour,
      price_since: priceSinceMs === null ? null : new Date(priceSinceMs).toISOString(),
    })),
    bid_usd_per_hour: bidOf(plan.market, settings),
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

const bidOf = (market: Market, settings: StageConfig): number | null =>
  market === "spot" && settings.max_price_mode === "bid" ? priceCap(settings) : null;

/** Every parameter of the request comes from the record: a repeated client token must come with the same parameters. */
export const requestOf = (intent: IntentRecord): LaunchRequest => ({
  intentId: intent.id,
  clientToken: intent.client_token,
  count: intent.count,
  model: intent.model,
  market: intent.market,
  instanceType: intent.instance_type,
  pools: intent.pools.map((pool) => ({
    zone: pool.zone,
    subnetId: pool.subnet_id,
    priceUsdPerHour: pool.price_usd_per_hour,
  })),
  bidUsdPerHour: intent.bid_usd_per_hour,
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

/** The machines of a granted launch that EC2 does not list yet; null when there are none. */
export function comingLaunch(
  intent: IntentRecord,
  listed: readonly FleetInstance[],
  nowMs: number,
): ComingLaunch | null {
  const { id: intentId, model, market } = intent;
  const about = { intentId, model, market, askedMs: Date.parse(intent.created_at) };
  switch (intent.state) {
    case "abandoned":
      return null;
    case "open": {
      const seen = listed.filter(({ intentId }) => intentId === intent.id).length;
      return { ...about, open: true, unseen: Math.max(0, intent.count - seen) };
    }
    case "answered": {
      if (nowMs - Date.parse(intent.answered_at ?? intent.created_at) > listedWithinMs) return null;
      const ids = new Set(listed.map(({ instanceId }) => instanceId));
      const unseen = intent.instances.filter(({ instance_id }) => !ids.has(instance_id)).length;
      return { ...about, open: false, unseen };
    }
  }
}
