/** The fleet port in memory. */
import type { EndedBy } from "../../shared/contract/records/fleet-records.ts";
import type { InstanceId } from "../../shared/contract/ids.ts";
import { instanceIdSchema } from "../../shared/contract/ids.ts";
import { poolKey } from "../../shared/contract/pool-key.ts";
import type {
  AskedPool,
  Clock,
  ComputeFleet,
  FleetInstance,
  InstanceState,
  LaunchedMachine,
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

/** A machine type in a zone. */
export interface MemoryZone {
  /** Absent: the type that most tests have alone. */
  readonly instanceType?: string;
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

const usualType = "g4dn.xlarge";

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
  readonly #pools: Map<string, Required<MemoryZone>>;
  /** By pool, in the order of time. */
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
    const pools = options.zones.map((zone) => ({ instanceType: usualType, ...zone }));
    this.#pools = new Map(pools.map((pool) => [poolKey(pool), pool]));
  }

  watch(listener: (event: MachineEvent) => void): void {
    this.#listeners.push(listener);
  }

  setCapacity(zone: string, capacity: number, instanceType = usualType): void {
    const pool = this.#poolNamed({ instanceType, zone });
    this.#pools.set(poolKey(pool), { ...pool, capacity });
  }

  setPrice(zone: string, priceUsdPerHour: number | null, instanceType = usualType): void {
    const pool = this.#poolNamed({ instanceType, zone });
    const key = poolKey(pool);
    const past = this.#prices.get(key) ?? [{ fromMs: -Infinity, usdPerHour: pool.priceUsdPerHour }];
    this.#prices.set(key, [...past, { fromMs: this.#clock.nowMs(), usdPerHour: priceUsdPerHour }]);
    this.#pools.set(key, { ...pool, priceUsdPerHour });
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

  pools(instanceTypes: readonly string[], lookBackMs: number): Promise<readonly Pool[]> {
    return withFaults(this.#faults, "pools", "", () =>
      this.#ofTypes(instanceTypes).map((pool) => ({
        instanceType: pool.instanceType,
        zone: pool.zone,
        subnetId: `subnet-${pool.zone}`,
        priceUsdPerHour: pool.priceUsdPerHour,
        priceSinceMs: this.#prices.get(poolKey(pool))?.at(-1)?.fromMs ?? this.#startMs,
        lowestUsdPerHour: this.#lowestPrice(pool, this.#clock.nowMs() - lookBackMs),
      })),
    );
  }

  history(instanceTypes: readonly string[], sinceMs: number): Promise<readonly PriceChange[]> {
    return withFaults(this.#faults, "history", "", () =>
      this.#ofTypes(instanceTypes).flatMap((pool) => {
        const { instanceType, zone, priceUsdPerHour } = pool;
        const past = this.#prices.get(poolKey(pool)) ?? [
          { fromMs: this.#startMs, usdPerHour: priceUsdPerHour },
        ];
        return past
          .filter((_, place) => (past[place + 1]?.fromMs ?? Infinity) > sinceMs)
          .flatMap(({ fromMs, usdPerHour }) =>
            usdPerHour === null
              ? []
              : [{ instanceType, zone, usdPerHour, atMs: Math.max(fromMs, this.#startMs) }],
          );
      }),
    );
  }

  /** The lowest of the prices that were in force at any time since then. */
  #lowestPrice(pool: Required<MemoryZone>, sinceMs: number): number | null {
    const past = this.#prices.get(poolKey(pool)) ?? [];
    const since = past.filter((_, place) => (past[place + 1]?.fromMs ?? Infinity) > sinceMs);
    const told = since.flatMap(({ usdPerHour }) => (usdPerHour === null ? [] : [usdPerHour]));
    return told.length === 0 ? pool.priceUsdPerHour : Math.min(...told);
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
    const launched: LaunchedMachine[] = [];
    const errors: PoolError[] = [];
    for (const pool of request.pools.toSorted((a, b) => a.priceUsdPerHour - b.priceUsdPerHour)) {
      const wanted = request.count - launched.length;
      if (wanted > 0 && this.#isOverBid(pool)) {
        errors.push(bidTooLow(pool));
        continue;
      }
      const given = Math.min(wanted, this.#free(pool, request.market));
      for (let number = 0; number < given; number += 1) launched.push(this.#start(request, pool));
      if (given < wanted) errors.push(dry(pool));
    }
    return { kind: "answered", launched, errors };
  }

  #start(request: LaunchRequest, { instanceType, zone }: AskedPool): LaunchedMachine {
    const nowMs = this.#clock.nowMs();
    const digits = Array.from({ length: 17 }, () => Math.floor(this.#random.next() * 16).toString(16));
    const instanceId = instanceIdSchema.parse(`i-${digits.join("")}`);
    const told = {
      instanceId,
      instanceType,
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
    return { instanceId, instanceType, zone };
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

  #isOverBid(pool: AskedPool): boolean {
    const { bidUsdPerHour: bid } = pool;
    return bid !== null && (this.#poolNamed(pool).priceUsdPerHour ?? 0) > bid;
  }

  #free(pool: AskedPool, market: LaunchRequest["market"]): number {
    if (market === "on_demand") return Infinity;
    const taken = [...this.#machines.values()].filter(
      (machine) =>
        machine.told.zone === pool.zone &&
        machine.told.instanceType === pool.instanceType &&
        machine.told.market === "spot" &&
        stateOf(machine, this.#clock.nowMs()) !== "terminated",
    );
    return Math.max(0, this.#poolNamed(pool).capacity - taken.length);
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

  #ofTypes(instanceTypes: readonly string[]): readonly Required<MemoryZone>[] {
    return [...this.#pools.values()].filter(({ instanceType }) => instanceTypes.includes(instanceType));
  }

  #poolNamed(pool: Pick<AskedPool, "instanceType" | "zone">): Required<MemoryZone> {
    const found = this.#pools.get(poolKey(pool));
    if (found === undefined) throw new FleetError(`there is no ${pool.instanceType} in ${pool.zone}`);
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

const dry = ({ instanceType, zone }: AskedPool): PoolError => ({
  code: "InsufficientInstanceCapacity",
  message: `There is no Spot capacity available in ${zone}.`,
  zone,
  instanceType,
  errorClass: "pool_dry",
});
const bidTooLow = ({ instanceType, zone }: AskedPool): PoolError => ({
  code: "SpotMaxPriceTooLow",
  message: `The price of ${zone} is higher than the request's.`,
  zone,
  instanceType,
  errorClass: "pool_dry",
});
const tokenReused: PoolError = {
  code: "IdempotentParameterMismatch",
  message: "The client token was used before with other parameters.",
  zone: null,
  instanceType: null,
  errorClass: "refused",
};
