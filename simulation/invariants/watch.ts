/** The invariants that must hold at every moment. Each violation is written down with its time. */
import type { StageConfig } from "../../shared/config.ts";
import type { BatchId } from "../../shared/contract/ids.ts";
import { batchKeys, fleetKeys } from "../../shared/contract/records/keys.ts";
import { latchIsClosed } from "../../shared/interlock/latch.ts";
import { dayOf } from "../../shared/billing/bill.ts";
import type { MemoryFleet } from "../memory/memory-fleet.ts";
import type { Faults } from "../memory/faults.ts";
import type { Clock, ObjectStore } from "../../shared/ports.ts";
import { leaseUsd, trueCost, trueCostBetween } from "./bill.ts";
import type { MachineHost, MachineRecord } from "../played/machine-host.ts";
import { ReaperLooks } from "./reaper-looks.ts";
import { sinceStart } from "../timeline.ts";
import { WatchOfAdvice } from "./watch-of-advice.ts";
import { WatchOfHeartbeats } from "./watch-of-heartbeats.ts";
import { WatchOfReceipts } from "./watch-of-receipts.ts";
import { sumBy } from "../../shared/billing/measures/sum.ts";

const mostKept = 20;
const dayMs = 86_400_000;

export class Watch {
  readonly #clock: Clock;
  readonly #startMs: number;
  readonly violations: string[] = [];
  readonly #committedMs = new Map<string, number>();
  readonly #launchWaiters: (() => void)[] = [];
  readonly #resultWaiters: { readonly prefix: string; readonly told: () => void }[] = [];
  readonly reaper = new ReaperLooks();
  readonly heartbeats: WatchOfHeartbeats;
  readonly advice: WatchOfAdvice;
  readonly receipts: WatchOfReceipts;
  #mostMachines = 0;

  constructor(clock: Clock, settings: StageConfig) {
    this.#clock = clock;
    const violated = (invariant: string): void => {
      this.violated(invariant);
    };
    this.heartbeats = new WatchOfHeartbeats(clock, settings, this.reaper, violated);
    this.advice = new WatchOfAdvice(
      clock,
      settings,
      (machine) => this.heartbeats.hasToldThatItIsReady(machine),
      violated,
    );
    this.receipts = new WatchOfReceipts(clock, violated);
    this.#startMs = clock.nowMs();
  }

  get mostMachines(): number {
    return this.#mostMachines;
  }

  violated(invariant: string): void {
    const at = sinceStart(this.#clock.nowMs() - this.#startMs);
    if (this.violations.length < mostKept) this.violations.push(`${at} ${invariant}`);
  }

  /**
   * A result is written once, and never again.
   * @param onStop called when the record of a stop was stored
   */
  storeFaults(store: () => ObjectStore, onStop: () => void): Faults {
    return {
      before: (operation, key) => {
        const changes = operation === "put" || operation === "replace" || operation === "delete";
        if (changes && key.includes("/results/"))
          this.violated(`a result was touched again: ${operation} ${key}`);
      },
      after: (operation, key) => {
        if (operation === "put" && key.startsWith(fleetKeys.workersPrefix)) this.heartbeats.heard(key);
        if (operation !== "get" && key.startsWith(fleetKeys.stopsPrefix)) onStop();
        if (operation === "put" && key.endsWith("/receipt.json")) void this.receipts.written(key, store());
        if (operation !== "create") return;
        if (key.startsWith(fleetKeys.drainsPrefix)) void this.advice.told(key, store());
        if (key.includes("/results/") && !this.#committedMs.has(key)) this.#committed(key);
        if (key.startsWith(fleetKeys.intentsPrefix)) for (const told of this.#launchWaiters.splice(0)) told();
      },
    };
  }

  #committed(key: string): void {
    this.#committedMs.set(key, this.#clock.nowMs());
    for (const { prefix, told } of this.#resultWaiters) if (key.startsWith(prefix)) told();
  }

  /** When a result was written, in true time. */
  committedMs(key: string): number | null {
    return this.#committedMs.get(key) ?? null;
  }

  /** Resolves in the middle of the next launch: the launch is written down, and EC2 is not asked yet. */
  nextLaunch(): Promise<void> {
    return new Promise((resolve) => this.#launchWaiters.push(resolve));
  }

  /** Resolves when an item of the batch gets a result, while other items are being made. */
  nextResult(batchId: BatchId): Promise<void> {
    return new Promise((told) => this.#resultWaiters.push({ prefix: batchKeys.results(batchId), told }));
  }

  /** Who asks EC2 for machines has read the latch, and it was open. */
  async checkAsking(store: ObjectStore): Promise<void> {
    if (await latchIsClosed(store)) this.violated("machines were asked for while the latch was closed");
  }

  /**
   * There are never more machines than allowed, even if ticks overlap and answers are lost. There are no on-demand
   * machines without a rescue, and no machines once it is known that the day's budget is spent.
   * @param blindMs for this long the launcher may not have known what was spent
   */
  watchLaunches(fleet: MemoryFleet, host: MachineHost, settings: StageConfig, blindMs: number): void {
    fleet.watch((event) => {
      if (event.kind !== "launched") return;
      const existing = host.records.filter(({ endedMs }) => endedMs === null);
      this.#mostMachines = Math.max(this.#mostMachines, existing.length);
      const most = settings.limits.max_instances;
      if (existing.length > most) this.violated(`${existing.length} machines exist, ${most} are allowed`);
      const onDemand = existing.filter(({ instance }) => instance.market === "on_demand").length;
      if (onDemand > (settings.rescue?.max_instances ?? 0))
        this.violated(`${onDemand} machines on demand, ${settings.rescue?.max_instances ?? 0} are allowed`);
      this.#checkBudget(host, settings, blindMs);
    });
  }

  #checkBudget(host: MachineHost, settings: StageConfig, blindMs: number): void {
    const { budgets } = settings;
    const knownMs = this.#clock.nowMs() - blindMs;
    const today = dayOf(this.#clock.nowMs());
    const spentUsd = host.records
      .filter(({ instance }) => dayOf(instance.launchedMs) === today && instance.launchedMs < knownMs)
      .reduce((sum, machine) => sum + trueCost(machine, settings, knownMs), 0);
    if (spentUsd > budgets.day_usd)
      this.violated(`a launch on a day that had cost ${spentUsd.toFixed(4)} of ${budgets.day_usd} USD`);
  }

  /**
   * The true cost of a day or a month exceeds its budget by one lease at most: a boot and five minutes.
   * @param graceMs for this long machines could not be told to leave, or could not be heard
   */
  checkSpending(host: MachineHost, settings: StageConfig, graceMs: number): void {
    const nowMs = this.#clock.nowMs();
    for (const { name, budgetUsd, fromMs, toMs } of budgetsAt(nowMs, settings)) {
      const costOf = (machine: MachineRecord): number =>
        trueCostBetween(machine, settings, nowMs, fromMs, toMs);
      const charged = host.records.filter((machine) => costOf(machine) > 0);
      const spentUsd = sumBy(charged, costOf);
      const moreMs = settings.limits.max_instances * graceMs;
      if (spentUsd > budgetUsd + leaseUsd(charged, settings, nowMs, moreMs))
        this.violated(`the ${name} has cost ${spentUsd.toFixed(4)} of ${budgetUsd.toFixed(4)} USD`);
    }
  }

  /** Every machine is gone by its deadline. @param graceMs for this long EC2 could not be asked */
  checkDeadlines(host: MachineHost, graceMs: number): void {
    const nowMs = this.#clock.nowMs();
    for (const { instance, endedMs } of host.records) {
      const deadlineMs = instance.expiresMs ?? instance.launchedMs;
      const lateSeconds = Math.round((nowMs - deadlineMs) / 1000);
      if (endedMs === null && this.reaper.hasHadTime(deadlineMs, nowMs, graceMs))
        this.violated(`${instance.instanceId} lives ${lateSeconds} s past its deadline`);
    }
  }
}

function budgetsAt(nowMs: number, { budgets }: StageConfig) {
  const midnightMs = Math.floor(nowMs / dayMs) * dayMs;
  const [year, month] = [new Date(nowMs).getUTCFullYear(), new Date(nowMs).getUTCMonth()];
  return [
    { name: "day", budgetUsd: budgets.day_usd, fromMs: midnightMs, toMs: midnightMs + dayMs },
    {
      name: "month",
      budgetUsd: budgets.month_usd,
      fromMs: Date.UTC(year, month),
      toMs: Date.UTC(year, month + 1),
    },
  ];
}
