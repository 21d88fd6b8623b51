/** Decides which pools a fleet's machines come from. */
export interface OfferedPool {
  readonly zone: string;
  readonly subnetId: string;
  readonly instanceType: string;
  readonly usdPerHour: number;
  /** The highest price that the caller pays; null: the on-demand price. */
  readonly maxUsdPerHour: number | null;
  /** How many machines it has room for now. */
  readonly free: number;
  /** An error in the request itself that keeps this pool from serving it. */
  readonly refusal: { readonly code: string; readonly message: string } | null;
}

export interface Allocation {
  readonly grants: readonly { readonly pool: OfferedPool; readonly count: number }[];
  readonly errors: readonly { readonly pool: OfferedPool; readonly code: string; readonly message: string }[];
}

/**
 * Takes the cheapest pool first, as many machines as each pool has room for. A pool that was asked and could not serve
 * gives one error, however many machines were missing. A pool that was not asked gives none.
 */
export function allocate(pools: readonly OfferedPool[], count: number): Allocation {
  const grants: { pool: OfferedPool; count: number }[] = [];
  const errors: { pool: OfferedPool; code: string; message: string }[] = [];
  let missing = count;
  for (const pool of pools.toSorted((one, other) => one.usdPerHour - other.usdPerHour)) {
    if (missing === 0) break;
    const refusal = pool.refusal ?? priceRefusal(pool);
    const granted = refusal === null ? Math.min(missing, Math.max(0, pool.free)) : 0;
    if (granted > 0) grants.push({ pool, count: granted });
    missing -= granted;
    if (refusal !== null) errors.push({ pool, ...refusal });
    else if (granted < pool.free || missing === 0) continue;
    else errors.push({ pool, ...noCapacity(pool) });
  }
  return { grants, errors };
}

function priceRefusal(pool: OfferedPool): { readonly code: string; readonly message: string } | null {
  if (pool.maxUsdPerHour === null || pool.maxUsdPerHour >= pool.usdPerHour) return null;
  return {
    code: "SpotMaxPriceTooLow",
    message: `Your Spot request price of ${pool.maxUsdPerHour} is lower than the minimum required Spot request fulfillment price of ${pool.usdPerHour}.`,
  };
}

const noCapacity = (pool: OfferedPool): { readonly code: string; readonly message: string } => ({
  code: "InsufficientInstanceCapacity",
  message: `There is no capacity for ${pool.instanceType} in ${pool.zone} now; other Availability Zones may have it.`,
});
