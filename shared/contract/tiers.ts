/** The queues of a model, in the order in which a worker empties them. */
import * as z from "zod";

export const tiers = ["fast", "standard", "bulk"] as const;
export type Tier = (typeof tiers)[number];
export type ByTier<T> = Readonly<Record<Tier, T>>;

export const byTier = <T>(of: (tier: Tier) => T): ByTier<T> => ({
  fast: of("fast"),
  standard: of("standard"),
  bulk: of("bulk"),
});

/** The first items of a batch wait one tier ahead of its rest, so that no batch begins behind a whole other one. */
export const firstItems = 20;

export const tierUrlsSchema = z.strictObject(byTier(() => z.url()));
