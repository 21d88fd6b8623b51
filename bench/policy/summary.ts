import type { Row } from "./play.ts";
import { mean, median } from "./averages.ts";

/** One policy over all workloads and markets of a group. */
export interface Total {
  readonly group: string;
  readonly policy: Row["policy"];
  readonly cost_usd: number;
  /** Of the p50s and p95s of all rows, the median. */
  readonly median_p50_s: number | null;
  readonly median_p95_s: number | null;
  readonly mean_p95_s: number | null;
  /** Shares of all jobs. */
  readonly within_15_min: number;
  readonly within_30_min: number;
  readonly boots: number;
  readonly boots_unused: number;
  readonly idle_hours: number;
  readonly interruptions: number;
  readonly lost_s: number;
  readonly jobs_lost: number;
}
export interface Goal {
  readonly goal: string;
  readonly met: boolean;
  readonly found: string;
}
export interface Summary {
  readonly totals: readonly Total[];
  readonly goals: readonly Goal[];
}

export function summaryOf(rows: readonly Row[]): Summary {
  const totals = [...Map.groupBy(rows, ({ group, policy }) => `${group}/${policy}`).values()].map(totalOf);
  return { totals, goals: [...calmGoals(rows, totals), ...hardGoals(rows, totals), ...typesGoals(totals)] };
}

function totalOf(rows: readonly Row[]): Total {
  const [first] = rows;
  if (first === undefined) throw new RangeError("expected rows to sum");
  const sum = (of: (row: Row) => number): number => rows.reduce((total, row) => total + of(row), 0);
  const all = (of: (row: Row) => number | null): readonly number[] =>
    rows.map(of).filter((value) => value !== null);
  const jobs = sum((row) => row.jobs);
  return {
    group: first.group,
    policy: first.policy,
    cost_usd: sum((row) => row.cost_usd),
    median_p50_s: median(all((row) => row.p50_s)),
    median_p95_s: median(all((row) => row.p95_s)),
    mean_p95_s: mean(all((row) => row.p95_s)),
    within_15_min: sum((row) => row.within_15_min * row.jobs) / jobs,
    within_30_min: sum((row) => row.within_30_min * row.jobs) / jobs,
    boots: sum((row) => row.boots),
    boots_unused: sum((row) => row.boots_unused),
    idle_hours: sum((row) => row.idle_s) / 3600,
    interruptions: sum((row) => row.interruptions),
    lost_s: sum((row) => row.lost_s),
    jobs_lost: sum((row) => row.jobs_lost),
  };
}

const tuned = "backlog_per_agent_tuned";
export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

function calmGoals(rows: readonly Row[], totals: readonly Total[]): readonly Goal[] {
  const cost = (policy: Row["policy"]): number =>
    totals.find((one) => one.group === "calm" && one.policy === policy)?.cost_usd ?? NaN;
  const overClairvoyant = cost("ours_standard") / cost("clairvoyant");
  const calm = rows.filter(({ group }) => group === "calm");
  const batches = calm.filter(
    ({ policy, workload }) => policy === "ours_standard" && workload.startsWith("batch_"),
  );
  const worst = Math.max(...batches.map((row) => row.cost_over_bound ?? NaN));
  const fast = totals.find(({ group, policy }) => group === "calm" && policy === "ours_fast");
  const people = Math.max(
    ...calm.filter(({ policy }) => policy === "ours_standard").map((row) => row.people_p95_s ?? 0),
  );
  return [
    goal("calm: ours_standard ≤ 1.10 × clairvoyant", overClairvoyant <= 1.1, overClairvoyant.toFixed(3)),
    goal("calm: big batches ≤ 1.25 × the bound", worst <= 1.25, worst.toFixed(3)),
    goal(
      "calm: ours_fast not dearer than the tuned peer",
      cost("ours_fast") <= cost(tuned),
      `${cost("ours_fast").toFixed(2)} against ${cost(tuned).toFixed(2)} USD`,
    ),
    goal("calm: ours_fast boots nothing unused", fast?.boots_unused === 0, String(fast?.boots_unused)),
    goal("people's p95 ≤ 260 s + 30 s while bulk runs", people <= 290, `${people.toFixed(0)} s`),
  ];
}

function hardGoals(rows: readonly Row[], totals: readonly Total[]): readonly Goal[] {
  const groups = [...new Set(rows.map(({ group }) => group))].filter(
    (group) => group !== "calm" && !group.startsWith("types"),
  );
  return groups.flatMap((group) => {
    const of = (policy: Row["policy"]): Total | undefined =>
      totals.find((one) => one.group === group && one.policy === policy);
    const [ours, peer, rescue] = [of("ours_standard"), of(tuned), of("ours_rescue")];
    if (ours === undefined || peer === undefined || rescue === undefined) return [];
    const saved = 1 - ours.cost_usd / peer.cost_usd;
    const slower = (ours.median_p95_s ?? NaN) / (peer.median_p95_s ?? NaN);
    const small = rows.filter(
      (row) => row.group === group && row.policy === "ours_rescue" && /^(trickle|tiny)/.test(row.workload),
    );
    const inTime = Math.min(...small.map((row) => row.within_15_min));
    const lost = totals.filter((one) => one.group === group && one.policy.startsWith("ours"));
    return [
      goal(`${group}: spot only ≥ 40 % below the tuned peer`, saved >= 0.4, percent(saved)),
      goal(`${group}: median p95 within 10 % of its`, slower <= 1.1, slower.toFixed(3)),
      goal(
        `${group}: with rescue ≥ 95 % in 30 min`,
        rescue.within_30_min >= 0.95,
        percent(rescue.within_30_min),
      ),
      goal(`${group}: with rescue all of trickle and tiny in 15 min`, inTime === 1, percent(inTime)),
      rescueGoal(group, rescue, totals),
      goal(
        `${group}: no job of ours lost`,
        lost.every((one) => one.jobs_lost === 0),
        String(lost.reduce((sum, one) => sum + one.jobs_lost, 0)),
      ),
    ];
  });
}

/** Peers with a fallback keep deadlines as the rescue does: like is compared with like, at the same share in time. */
function rescueGoal(group: string, rescue: Total, totals: readonly Total[]): Goal {
  const peers = totals.filter(
    (one) =>
      one.group === group &&
      one.policy.endsWith("_fallback") &&
      one.within_30_min >= rescue.within_30_min - sameShare,
  );
  const cheapest = Math.min(...peers.map((one) => one.cost_usd));
  const ratio = rescue.cost_usd / cheapest;
  return goal(
    `${group}: with rescue ≤ 0.7 × the best peer with fallback and the same share in 30 min`,
    ratio <= 0.7,
    peers.length === 0 ? "no peer has the share" : ratio.toFixed(3),
  );
}
/** Shares in time that differ by less are the same. */
const sameShare = 0.005;

/** A second machine type against the first alone, on the same days. */
function typesGoals(totals: readonly Total[]): readonly Goal[] {
  const groups = new Set(totals.flatMap(({ group }) => (/^types.*(?=_two$)/.exec(group) ?? []).slice(0, 1)));
  return [...groups].flatMap((name) => {
    const of = (group: string, policy: Row["policy"]): Total | undefined =>
      totals.find((total) => total.group === group && total.policy === policy);
    const [one, two] = [of(`${name}_one`, "ours_standard"), of(`${name}_two`, "ours_standard")];
    const rescue = of(`${name}_two`, "ours_rescue");
    if (one === undefined || two === undefined || rescue === undefined) return [];
    const dearer = two.cost_usd / one.cost_usd;
    const lost = two.jobs_lost + rescue.jobs_lost;
    return [
      goal(
        `${name}: two types, spot only, ≥ 90 % in 30 min`,
        two.within_30_min >= 0.9,
        percent(two.within_30_min),
      ),
      goal(`${name}: two types ≤ 1.05 × the cost of one`, dearer <= 1.05, dearer.toFixed(3)),
      rescueGoal(`${name}_two`, rescue, totals),
      goal(`${name}: no job of ours lost`, lost === 0, String(lost)),
    ];
  });
}

const goal = (what: string, met: boolean, found: string): Goal => ({ goal: what, met, found });
