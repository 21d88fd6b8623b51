/** The fleet port in memory. */
import type { EndedBy } from "../../shared/contract/records/fleet-records.ts";
import type { InstanceId } from "../../shared/contract/ids.ts";
import { instanceIdSchema } from "../../shared/contract/ids.ts";
import type {
  Clock,
  ComputeFleet,
  FleetInstance,
  InstanceState,
  LaunchOutcome,
  LaunchRequest,
  Pool,
  PoolError,
  PriceChange,
  Random,
  SpotPrices,
  TerminateOutcome,
} from "../../shared/ports.ts";
import { FleetError } from "../../shared/ports.ts";
import type { Faults } from "./faults.ts";
import { withFaults } from "./faults.ts";

export interface MemoryZone {
  readonly zone: string;
  /** Null: EC2 gives no spot price for the zone. */
  readonly priceUsdPerHour: number | null;
  /** How many spot machines the zone can run at once. */
  readonly capacity: number;
}
/** What happens to a machine. Whoever plays the machine (or EventBridge) in a test receives these. */
export type MachineEvent =
  | { readonly kind: "launched"; readonly instance: FleetInstance }
  | { readonly kind: "interruption_notice"; readonly instanceId: InstanceId; readonly endsMs: number }
  | { readonly kind: "terminating"; readonly instanceId: InstanceId };

interface Machine {
  readonly told: Omit<FleetInstance, "state" | "endedBy">;
  readonly runningFromMs: number;
  /** Null: nobody has ended it. A time in the future means that a notice was given. */
  endsMs: number | null;
  /** Who ends it; null: nobody yet. */
  endedBy: EndedBy | null;
}

/** From the terminate call until the machine is `terminated`. */
export const shutdownMs = 5_000;
/** How long EC2 lists a machine that has ended. */
const rememberedMs = 3_600_000;

/**
 * EC2 in memory. Machines are only names with states; a test that wants them to work listens with `watch`. Faults are
 * named by the port's methods. Their key is the client token for `launch`, the id of each machine for `terminate` and
 * `find`, and "" for the others.
 */
export class MemoryFleet implements ComputeFleet, SpotPrices {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #faults: Faults | undefined;
  readonly #pendingMs: number;
  readonly #listDelayMs: number;
  readonly #stateDelayMs: number;
  readonly #startMs: number;
  readonly #zones: Map<string, MemoryZone>;
  /** By zone, in the order of time. */
  readonly #prices = new Map<string, { readonly fromMs: number; readonly usdPerHour: number | null }[]>();
  readonly #machines = new Map<InstanceId, Machine>();
  readonly #answers = new Map<string, { readonly request: string; readonly outcome: LaunchOutcome }>();
  readonly #refusals: PoolError[] = [];
  readonly #consoles = new Map<InstanceId, string>();
  /** By machine: how many more lists leave it out. */
  readonly #leftOut = new Map<InstanceId, number>();
  readonly #listeners: ((event: MachineEvent) => void)[] = [];

  /**
   * @param options.pendingMs from the launch to `running`; 20 s when absent
   * @param options.listDelayMs a new machine is not listed for this long, because EC2 is eventually consistent
   * @param options.stateDelayMs a machine is listed in the state that it had this long ago
   */
  constructor(options: {
    readonly clock: Clock;
    readonly random: Random;
    readonly zones: readonly MemoryZone[];
    readonly pendingMs?: number;
    readonly listDelayMs?: number;
    readonly stateDelayMs?: number;
    readonly faults?: Faults;
  }) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.#faults = options.faults;
    this.#pendingMs = options.pendingMs ?? 20_000;
    this.#listDelayMs = options.listDelayMs ?? 0;
    this.#stateDelayMs = options.stateDelayMs ?? 0;
    this.#startMs = options.clock.nowMs();
    this.#zones = new Map(options.zones.map((zone) => [zone.zone, zone]));
  }

  watch(listener: (event: MachineEvent) => void): void {
    this.#listeners.push(listener);
  }

  setCapacity(zone: string, capacity: number): void {
    this.#zones.set(zone, { ...this.#zoneNamed(zone), capacity });
  }

  setPrice(zone: string, priceUsdPerHour: number | null): void {
    const { priceUsdPerHour: before } = this.#zoneNamed(zone);
    const past = this.#prices.get(zone) ?? [{ fromMs: -Infinity, usdPerHour: before }];
    this.#prices.set(zone, [...past, { fromMs: this.#clock.nowMs(), usdPerHour: priceUsdPerHour }]);
    this.#zones.set(zone, { ...this.#zoneNamed(zone), priceUsdPerHour });
  }

  /** The next launch is refused as a whole, as EC2 does for a quota, a missing right or a bad parameter. */
  refuseNextLaunch(error: PoolError): void {
    this.#refusals.push(error);
  }

  /** The next lists leave the machine out although it exists: EC2 is eventually consistent. */
  leaveOut(instanceId: InstanceId, lists: number): void {
    this.#leftOut.set(instanceId, lists);
  }

  /** What the machine writes to its console. */
  writeConsole(instanceId: InstanceId, text: string): void {
    this.#consoles.set(instanceId, (this.#consoles.get(instanceId) ?? "") + text);
  }

  /** EC2 takes a spot machine back: the notice comes now, the end later. */
  interrupt(instanceId: InstanceId, noticeMs = 120_000): void {
    const machine = this.#machines.get(instanceId);
    if (machine === undefined) throw new FleetError(`there is no machine ${instanceId} to interrupt`);
    if (machine.endsMs === null) machine.endedBy = "taken_back";
    machine.endsMs ??= this.#clock.nowMs() + noticeMs;
    this.#tell({ kind: "interruption_notice", instanceId, endsMs: machine.endsMs });
  }

  /** The machine shuts itself down. A worker without rights on EC2 can do no more. */
  shutDown(instanceId: InstanceId): void {
    this.#end(instanceId, "itself");
  }

  /** EC2 ends a machine without a warning: it takes it back, the hardware fails, or the launch fails. */
  endUnasked(instanceId: InstanceId, endedBy: EndedBy): void {
    this.#end(instanceId, endedBy);
  }

  pools(_instanceType: string, lookBackMs: number): Promise<readonly Pool[]> {
    return withFaults(this.#faults, "pools", "", () =>
      [...this.#zones.values()].map(({ zone, priceUsdPerHour }) => ({
        zone,
        subnetId: `subnet-${zone}`,
        priceUsdPerHour,
        priceSinceMs: this.#prices.get(zone)?.at(-1)?.fromMs ?? this.#startMs,
        lowestUsdPerHour: this.#lowestPrice(zone, this.#clock.nowMs() - lookBackMs),
      })),
    );
  }

  history(_instanceType: string, sinceMs: number): Promise<readonly PriceChange[]> {
    return withFaults(this.#faults, "history", "", () =>
      [...this.#zones.values()].flatMap(({ zone, priceUsdPerHour }) => {
        const past = this.#prices.get(zone) ?? [{ fromMs: this.#startMs, usdPerHour: priceUsdPerHour }];
        return past
          .filter((_, place) => (past[place + 1]?.fromMs ?? Infinity) > sinceMs)
          .flatMap(({ fromMs, usdPerHour }) =>
            usdPerHour === null ? [] : [{ zone, usdPerHour, atMs: Math.max(fromMs, this.#startMs) }],
          );
      }),
    );
  }

  /** The lowest of the prices that were in force at any time since then. */
  #lowestPrice(zone: string, sinceMs: number): number | null {
    const past = this.#prices.get(zone) ?? [];
    const since = past.filter((_, place) => (past[place + 1]?.fromMs ?? Infinity) > sinceMs);
    const told = since.flatMap(({ usdPerHour }) => (usdPerHour === null ? [] : [usdPerHour]));
    return told.length === 0 ? this.#zoneNamed(zone).priceUsdPerHour : Math.min(...told);
  }

  async launch(request: LaunchRequest): Promise<LaunchOutcome> {
    try {
      return await withFaults(this.#faults, "launch", request.clientToken, () => this.#launchOnce(request));
    } catch (error) {
      if (!(error instanceof FleetError)) throw error;
      return { kind: "unknown", detail: error.message };
    }
  }

  list(): Promise<readonly FleetInstance[]> {
    return withFaults(this.#faults, "list", "", () =>
      [...this.#machines.values()]
        .flatMap((machine) => this.#told(machine))
        .filter(({ instanceId }) => !this.#isLeftOut(instanceId)),
    );
  }

  find(instanceId: InstanceId): Promise<FleetInstance | null> {
    return withFaults(this.#faults, "find", instanceId, () => {
      const machine = this.#machines.get(instanceId);
      return machine === undefined ? null : (this.#told(machine)[0] ?? null);
    });
  }

  async terminate(instanceIds: readonly InstanceId[]): Promise<readonly TerminateOutcome[]> {
    const outcomes: TerminateOutcome[] = [];
    for (const instanceId of instanceIds) outcomes.push(await this.#terminateOne(instanceId));
    return outcomes;
  }

  consoleOutput(instanceId: InstanceId): Promise<string | null> {
    return withFaults(
      this.#faults,
      "consoleOutput",
      instanceId,
      () => this.#consoles.get(instanceId) ?? null,
    );
  }

  async #terminateOne(instanceId: InstanceId): Promise<TerminateOutcome> {
    try {
      return await withFaults(this.#faults, "terminate", instanceId, (): TerminateOutcome => {
        const known = this.#machines.has(instanceId);
        if (known) this.#end(instanceId, "api");
        return known
          ? { instanceId, kind: "terminating", detail: "" }
          : { instanceId, kind: "not_found", detail: "InvalidInstanceID.NotFound" };
      });
    } catch (error) {
      if (!(error instanceof FleetError)) throw error;
      return { instanceId, kind: "failed", detail: error.message };
    }
  }

  #launchOnce(request: LaunchRequest): LaunchOutcome {
    const asText = JSON.stringify(request);
    const earlier = this.#answers.get(request.clientToken);
    if (earlier !== undefined)
      return earlier.request === asText ? earlier.outcome : { kind: "refused", error: tokenReused };
    const refusal = this.#refusals.shift();
    if (refusal !== undefined) return { kind: "refused", error: refusal };
    const outcome = this.#fill(request);
    this.#answers.set(request.clientToken, { request: asText, outcome });
    return outcome;
  }

  /** Fills the launch from the cheapest pool first, then from the next one. */
  #fill(request: LaunchRequest): LaunchOutcome {
    const launched: { instanceId: InstanceId; zone: string }[] = [];
    const errors: PoolError[] = [];
    for (const { zone } of request.pools.toSorted((a, b) => a.priceUsdPerHour - b.priceUsdPerHour)) {
      const wanted = request.count - launched.length;
      if (wanted > 0 && this.#isOverBid(zone, request)) {
        errors.push(bidTooLow(zone));
        continue;
      }
      const given = Math.min(wanted, this.#free(zone, request.market));
      for (let number = 0; number < given; number += 1) launched.push(this.#start(request, zone));
      if (given < wanted) errors.push(dry(zone));
    }
    return { kind: "answered", launched, errors };
  }

  #start(request: LaunchRequest, zone: string): { instanceId: InstanceId; zone: string } {
    const nowMs = this.#clock.nowMs();
    const digits = Array.from({ length: 17 }, () => Math.floor(this.#random.next() * 16).toString(16));
    const instanceId = instanceIdSchema.parse(`i-${digits.join("")}`);
    const told = {
      instanceId,
      zone,
      market: request.market,
      launchedMs: nowMs,
      intentId: request.intentId,
      model: request.model,
      expiresMs: Date.parse(request.expiresAt),
    };
    this.#machines.set(instanceId, {
      told,
      runningFromMs: nowMs + this.#pendingMs,
      endsMs: null,
      endedBy: null,
    });
    this.#tell({ kind: "launched", instance: { ...told, state: "pending", endedBy: null } });
    return { instanceId, zone };
  }

  #isLeftOut(instanceId: InstanceId): boolean {
    const lists = this.#leftOut.get(instanceId) ?? 0;
    if (lists > 0) this.#leftOut.set(instanceId, lists - 1);
    return lists > 0;
  }

  #end(instanceId: InstanceId, endedBy: EndedBy): void {
    const machine = this.#machines.get(instanceId);
    const nowMs = this.#clock.nowMs();
    if (machine === undefined || (machine.endsMs !== null && machine.endsMs <= nowMs)) return;
    machine.endsMs = nowMs;
    machine.endedBy = endedBy;
    this.#tell({ kind: "terminating", instanceId });
  }

  #isOverBid(zone: string, { bidUsdPerHour: bid }: LaunchRequest): boolean {
    return bid !== null && (this.#zoneNamed(zone).priceUsdPerHour ?? 0) > bid;
  }

  #free(zone: string, market: LaunchRequest["market"]): number {
    if (market === "on_demand") return Infinity;
    const taken = [...this.#machines.values()].filter(
      (machine) =>
        machine.told.zone === zone &&
        machine.told.market === "spot" &&
        stateOf(machine, this.#clock.nowMs()) !== "terminated",
    );
    return Math.max(0, this.#zoneNamed(zone).capacity - taken.length);
  }

  #told(machine: Machine): FleetInstance[] {
    const nowMs = this.#clock.nowMs();
    if (nowMs < machine.told.launchedMs + this.#listDelayMs) return [];
    if (machine.endsMs !== null && nowMs > machine.endsMs + shutdownMs + rememberedMs) return [];
    const atMs = nowMs - this.#stateDelayMs;
    const hasEnded = machine.endsMs !== null && machine.endsMs <= atMs;
    const endedBy = hasEnded ? machine.endedBy : null;
    return [{ ...machine.told, state: stateOf(machine, atMs), endedBy }];
  }

  #zoneNamed(zone: string): MemoryZone {
    const found = this.#zones.get(zone);
    if (found === undefined) throw new FleetError(`there is no zone ${zone}`);
    return found;
  }

  #tell(event: MachineEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

function stateOf({ endsMs, runningFromMs }: Machine, atMs: number): InstanceState {
  if (endsMs !== null && atMs >= endsMs) return atMs < endsMs + shutdownMs ? "shutting-down" : "terminated";
  return atMs < runningFromMs ? "pending" : "running";
}

const dry = (zone: string): PoolError => ({
  code: "InsufficientInstanceCapacity",
  message: `There is no Spot capacity available in ${zone}.`,
  zone,
  errorClass: "pool_dry",
});
const bidTooLow = (zone: string): PoolError => ({
  code: "SpotMaxPriceTooLow",
  message: `The price of ${zone} is higher than the request's.`,
  zone,
  errorClass: "pool_dry",
});
const tokenReused: PoolError = {
  code: "IdempotentParameterMismatch",
  message: "The client token was used before with other parameters.",
  zone: null,
  errorClass: "refused",
};
