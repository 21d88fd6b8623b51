/**
 * The record of a decision, as users and operators read it: what the tick saw, what it chose, and what EC2 answered.
 */
import type { DecisionRecord } from "../../contract/records/fleet-records.ts";
import { type LaunchReport, plain } from "./ask-for-launch.ts";
import { microsOf, usdText } from "../../billing/money.ts";
import type { Observation } from "./decide/observation.ts";
import type { ModelPlan, Plan, Reason } from "./decide/plan.ts";
import type { MachinePhase } from "../machines/phase.ts";
import { counted } from "../../contract/sentences.ts";

const noMachines: Readonly<Record<MachinePhase, number>> = {
  booting: 0,
  ready: 0,
  leaving: 0,
  silent: 0,
  overdue: 0,
  ended: 0,
};

export function decisionRecord(
  { nowMs, pools, machines, spent }: Observation,
  plan: Plan,
  reports: readonly LaunchReport[],
): DecisionRecord {
  const instances = { ...noMachines };
  for (const { phase } of machines) instances[phase] += 1;
  return {
    v: 1,
    at: new Date(nowMs).toISOString(),
    models: plan.models.map((model) =>
      modelRecord(
        model,
        reports.filter((report) => report.model === model.model),
      ),
    ),
    launches: reports.map(({ model, market, asked, kind, launched, errors }) => ({
      model,
      market,
      asked,
      answer: kind,
      instances: [...launched],
      errors: errors.map(plain),
    })),
    drained: plan.drain.map(({ instanceId, zone, reason, detail }) => ({
      instance_id: instanceId,
      zone,
      reason,
      detail,
    })),
    prices: pools.flatMap(({ instanceType, zone, priceUsdPerHour, priceSinceMs }) => {
      if (priceUsdPerHour === null) return [];
      const since = new Date(priceSinceMs ?? nowMs).toISOString();
      const price_usd_per_hour = usdText(microsOf(priceUsdPerHour));
      return [{ instance_type: instanceType, zone, price_usd_per_hour, since }];
    }),
    instances,
    spent_usd: { day: spent.dayUsd, month: spent.monthUsd },
  };
}

const modelRecord = (
  plan: ModelPlan,
  reports: readonly LaunchReport[],
): DecisionRecord["models"][number] => ({
  model: plan.model,
  instance_type: plan.instanceType,
  open_items: plan.openItems,
  open_audio_seconds: plan.openAudioSeconds,
  work_seconds: plan.workSeconds,
  audio_seconds_per_second: plan.audioSecondsPerSecond,
  boot_seconds: plan.bootSeconds,
  have: plan.have,
  want: plan.want,
  launch: plan.launch,
  launched: reports.reduce((total, { launched }) => total + launched.length, 0),
  reasons: [...plan.reasons, ...reports.flatMap(reasonsOf)],
});

/** Why a launch brought fewer machines than it asked for. */
function reasonsOf({ kind, asked, launched, errors, detail }: LaunchReport): Reason[] {
  if (kind === "latched") return [{ reason: "latch", detail }];
  if (launched.length >= asked) return [];
  const classes = new Set(errors.map(({ errorClass }) => errorClass));
  if (classes.has("market_quota") || classes.has("account_quota")) return [{ reason: "quota", detail }];
  if (classes.has("refused") || classes.has("not_there_yet")) return [{ reason: "breaker", detail }];
  if (kind === "open") return [{ reason: "booting", detail: `EC2's answer is not known yet: ${detail}` }];
  return [
    {
      reason: "cooling",
      detail: `EC2 launched ${launched.length} of ${counted(asked, "machine")}: ${detail}`,
    },
  ];
}
