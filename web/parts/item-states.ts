/** The states of items, in the order in which they are shown. */
export const itemStates = ["succeeded", "running", "failed", "expired", "canceled", "queued"] as const;
export type ItemState = (typeof itemStates)[number];
