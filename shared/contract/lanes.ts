/** The queues of a model, in the order in which a worker empties them. */
import { z } from "zod";

export const lanes = ["fast", "standard", "bulk"] as const;
export type Lane = (typeof lanes)[number];
export type ByLane<T> = Readonly<Record<Lane, T>>;

export const byLane = <T>(of: (lane: Lane) => T): ByLane<T> => ({
  fast: of("fast"),
  standard: of("standard"),
  bulk: of("bulk"),
});

/** The first items of a batch wait one lane ahead of its rest, so that no batch begins behind a whole other one. */
export const firstItems = 20;

export const laneUrlsSchema = z.strictObject(byLane(() => z.url()));
