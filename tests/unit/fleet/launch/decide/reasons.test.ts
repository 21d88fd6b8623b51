/** Every reason of a decision: what brings it about, and that those who wait read it. */
import { expect, test } from "vitest";
import { noCost } from "../../../../../shared/billing/receipts/batch-cost.ts";
import { batchView } from "../../../../../shared/batch/views/batch-view.ts";
import { emptyProgress } from "../../../../../shared/batch/progress/progress.ts";
import type { StageConfig } from "../../../../../shared/config.ts";
import {
  decisionReasons,
  decisionRecordSchema,
} from "../../../../../shared/contract/records/fleet-records.ts";
import { batchIdOf, instanceIdSchema } from "../../../../../shared/contract/ids.ts";
import { decide } from "../../../../../shared/fleet/launch/decide/decide.ts";
import { decisionRecord } from "../../../../../shared/fleet/launch/decision-record.ts";
import type { Observation } from "../../../../../shared/fleet/launch/decide/observation.ts";
import { aMachine, nothingSeen, unmeasured } from "../../observation.ts";
import { testSettings, withTypes } from "../../settings.ts";
import { someEstimate } from "../../../billing/ledger-entry.ts";
import type { Machine } from "../../../../../shared/fleet/machines/phase.ts";
import type { OpenWork } from "../../../../../shared/interlock/open-work.ts";

const nowMs = Date.parse("2026-01-01T12:00:00Z");
const after = (seconds: number): number => nowMs + seconds * 1000;
const batchId = batchIdOf("01JZZZZZZZZZZZZZZZZZZZZZZZ");
/** Late: there is no slack in which a launch could wait. */
const urgent: OpenWork = {
  batchId,
  model: "small",
  speed: "fast",
  submittedMs: after(-300),
  deadlineMs: nowMs,
  openItems: 100,
  openAudioSeconds: 60_000,
  budget: null,
};
const patient: OpenWork = { ...urgent, speed: "economy", deadlineMs: after(3600), openAudioSeconds: 100 };
const few: OpenWork = { ...urgent, openAudioSeconds: 100 };
const spent: OpenWork = {
  ...urgent,
  budget: { batchId, maxUsd: 0.05, spentUsd: 0.051, itemsInHand: 0, isHeld: false },
};
const pool = (priceUsdPerHour: number | null) => ({
  instanceType: "g4dn.xlarge",
  zone: "zone-a",
  subnetId: "subnet-a",
  priceUsdPerHour,
  priceSinceMs: 0,
  lowestUsdPerHour: priceUsdPerHour,
});
const machine = (phase: Machine["phase"]): Machine => ({
  ...aMachine,
  phase,
  launchedMs: after(-60),
});
const dry = {
  "g4dn.xlarge/zone-a": { untilMs: after(60), reason: "capacity", code: "InsufficientInstanceCapacity" },
} as const;
const breaker = { untilMs: after(600), reason: "refused", detail: "a person must act" } as const;
const inVain = {
  small: {
    ...unmeasured,
    unused: ["i-00000001", "i-00000002"].map((id) => ({
      instance_id: instanceIdSchema.parse(id),
      left_at: "2026-01-01T11:59:00.000Z",
      end: "looked" as const,
    })),
  },
};
const quiet: Observation = {
  ...nothingSeen,
  nowMs,
  work: [urgent],
  pools: [pool(0.2)],
  queues: { small: { visible: 100, inFlight: 0 } },
};
const rescuing = { ...testSettings, rescue: { max_instances: 1 } };

/** What the fleet sees, the reason, and what the owner of a waiting batch reads of it. */
const cases: readonly [
  reason: (typeof decisionReasons)[number],
  shown: boolean,
  seen: Partial<Observation>,
  settings?: StageConfig,
][] = [
  ["work", false, { work: [{ ...urgent, openAudioSeconds: 100 }] }],
  ["no_work", false, { work: [] }],
  ["covered", true, { work: [patient], machines: [machine("ready")] }],
  ["booting", true, { work: [patient], machines: [machine("booting")] }],
  ["max_instances", true, {}],
  ["max_vcpus", true, {}, { ...testSettings, limits: { ...testSettings.limits, max_vcpus: 3 } }],
  ["type", true, { work: [few] }, withTypes("g4dn.xlarge", "g5.xlarge")],
  ["price", true, { pools: [pool(0.41)] }],
  ["no_price", true, { pools: [pool(null)] }],
  ["cooling", true, { cooling: dry }],
  ["budget_day", true, { spent: { dayUsd: 4.99, monthUsd: 4.99 } }],
  ["budget_month", true, { spent: { dayUsd: 0, monthUsd: 49.99 } }],
  // Its own owner reads it in what holds the batch itself: see batchView.
  ["budget_batch", false, { work: [spent] }],
  ["quota", true, { quotas: { spot: { untilMs: after(600), detail: "a person must act" } } }],
  ["breaker", true, { breaker }],
  ["latch", true, { latchedMs: nowMs }],
  ["few_messages", true, { queues: { small: { visible: 0, inFlight: 0 } } }],
  ["no_messages", true, { queues: { small: { visible: 0, inFlight: 0 } }, measured: inVain }],
  ["waiting_for_deadline", true, { work: [patient] }],
  ["rescue", true, { cooling: dry }, rescuing],
];

test.each(cases)("%s is reached, kept and shown: %s", (reason, shown, seen, settings = testSettings) => {
  const observation = { ...quiet, ...seen };
  const record = decisionRecordSchema.parse(decisionRecord(observation, decide(observation, settings), []));
  const reasons = record.models[0]?.reasons ?? [];
  expect(reasons.map((one) => one.reason)).toContain(reason);
  const waiting = waitingReasonWith(record);
  if (shown) expect(waiting).toEqual({ ...reasons.find((one) => one.reason === reason), at: record.at });
  else expect(waiting).toBeNull();
});

test("no reason is left out above", () => {
  expect(cases.map(([reason]) => reason).sort()).toEqual([...decisionReasons].sort());
});

function waitingReasonWith(snapshot: Parameters<typeof batchView>[1]["snapshot"]) {
  const batch = {
    v: 1,
    id: batchId,
    owner: "ada",
    name: null,
    model: "small",
    speed: "fast",
    priority: "normal",
    total: 2,
    audio_seconds: 20,
    submitted_at: "2026-01-01T11:55:00.000Z",
    deadline_at: "2026-01-01T12:00:00.000Z",
    expires_at: null,
    max_cost_usd: null,
    estimate: someEstimate,
    upload_id: null,
    input_errors: null,
    retain_days: null,
    deleted_at: null,
    retry_of: null,
    webhook: null,
    metadata: {},
  } as const;
  const facts = { progress: emptyProgress(batchId, 2), control: null, snapshot, latch: null, cost: noCost };
  return batchView(batch, facts).waiting_reason;
}
