/**
 * What a machine costs, and where there is room for one. Prices are a function of the type, the zone and the time, so
 * their history can be read, and a run with the same seed sees the same prices. Only prices that were set through the control
 * endpoint are stored.
 */
import { createHash } from "node:crypto";
import type { ZoneOptions } from "../options.ts";

/**
 * USD an hour on demand (eu-central-1, Linux, 2026-11; other regions differ by some percent). Spot prices of a type lie
 * as far below it as those of the first.
 */
const onDemandUsdPerHour: Readonly<Record<string, number>> = {
  "g4dn.xlarge": 0.658,
  "g5.xlarge": 1.258,
  "g6.xlarge": 1.006,
};
const firstType = "g4dn.xlarge";

const stepMs = 5 * 60_000;
/** Two hours: the price moves in a straight line from one drawn point to the next. */
const stepsPerPoint = 24;
const swing = 0.15;

export interface PriceChange {
  readonly atMs: number;
  readonly usdPerHour: number;
}

/** A machine type in a zone. */
interface Pool {
  readonly name: string;
  readonly baseUsdPerHour: number;
  instances: number;
  /** In the order of time; `null` lets the price move by itself again. */
  readonly set: { readonly atMs: number; readonly usdPerHour: number | null }[];
}

export class Market {
  /** By zone, then by type. */
  readonly #zones: ReadonlyMap<string, ReadonlyMap<string, Pool>>;
  readonly #seed: number;

  constructor(zones: readonly ZoneOptions[], seed: number) {
    this.#seed = seed;
    this.#zones = new Map(
      zones.map((zone) => [
        zone.name,
        new Map(this.types.map((instanceType) => [instanceType, this.#poolOf(zone, instanceType)])),
      ]),
    );
  }

  get types(): readonly string[] {
    return Object.keys(onDemandUsdPerHour);
  }

  #poolOf({ name, spotUsdPerHour, instances }: ZoneOptions, instanceType: string): Pool {
    const dearer = this.onDemandPrice(instanceType) / this.onDemandPrice(firstType);
    return {
      name: instanceType === firstType ? name : `${instanceType}/${name}`,
      baseUsdPerHour: spotUsdPerHour * dearer,
      instances: instances ?? Infinity,
      set: [],
    };
  }

  get zoneNames(): readonly string[] {
    return [...this.#zones.keys()];
  }

  sells(instanceType: string): boolean {
    return instanceType in onDemandUsdPerHour;
  }

  /** @throws RangeError for a type that is not offered */
  onDemandPrice(instanceType: string): number {
    const price = onDemandUsdPerHour[instanceType];
    if (price === undefined) throw new RangeError(`there is no price for ${instanceType}`);
    return price;
  }

  /** USD an hour in force at that time. @throws RangeError for an unknown zone */
  spotPrice(zoneName: string, atMs: number, instanceType = firstType): number {
    const pool = this.#pool(zoneName, instanceType);
    const set = pool.set.findLast((entry) => entry.atMs <= atMs);
    return set?.usdPerHour ?? this.#walk(pool, atMs);
  }

  /** Newest first: the changes in that time, and the one before them that was in force at its beginning. */
  priceHistory(
    zoneName: string,
    fromMs: number,
    toMs: number,
    instanceType = firstType,
  ): readonly PriceChange[] {
    const pool = this.#pool(zoneName, instanceType);
    const steps = Math.max(0, Math.floor(toMs / stepMs) - Math.floor(fromMs / stepMs));
    const times = new Set(
      Array.from({ length: steps + 1 }, (_, step) => (Math.floor(fromMs / stepMs) + step) * stepMs),
    );
    for (const { atMs } of pool.set) if (atMs <= toMs) times.add(atMs);
    const ascending = [...times].toSorted((one, other) => one - other);
    const changes = ascending
      .map((atMs) => ({ atMs, usdPerHour: this.spotPrice(zoneName, atMs, instanceType) }))
      .filter((change, place, all) => change.usdPerHour !== all[place - 1]?.usdPerHour);
    const first = Math.max(
      0,
      changes.findLastIndex((change) => change.atMs <= fromMs),
    );
    return changes.slice(first).toReversed();
  }

  /** @param usdPerHour null lets the price move by itself again */
  setSpotPrice(zoneName: string, usdPerHour: number | null, nowMs: number, instanceType = firstType): void {
    this.#pool(zoneName, instanceType).set.push({ atMs: nowMs, usdPerHour });
  }

  /** How many machines of the type the zone has room for at once; Infinity when it never runs out. */
  capacity(zoneName: string, instanceType = firstType): number {
    return this.#pool(zoneName, instanceType).instances;
  }

  setCapacity(zoneName: string, instances: number, instanceType = firstType): void {
    this.#pool(zoneName, instanceType).instances = instances;
  }

  #pool(zoneName: string, instanceType: string): Pool {
    const zone = this.#zones.get(zoneName);
    if (zone === undefined) throw new RangeError(`there is no zone ${zoneName} here`);
    const pool = zone.get(instanceType);
    if (pool === undefined) throw new RangeError(`there is no ${instanceType} here`);
    return pool;
  }

  #walk(zone: Pool, atMs: number): number {
    const step = Math.floor(atMs / stepMs);
    const point = Math.floor(step / stepsPerPoint);
    const share = step / stepsPerPoint - point;
    const drawn = this.#draw(zone.name, point) * (1 - share) + this.#draw(zone.name, point + 1) * share;
    return Number((zone.baseUsdPerHour * (1 + swing * (2 * drawn - 1))).toFixed(4));
  }

  /** Uniform in [0, 1). */
  #draw(zone: string, point: number): number {
    const digest = createHash("sha256").update(`${this.#seed}/${zone}/${point}`).digest();
    return digest.readUInt32BE(0) / 2 ** 32;
  }
}
