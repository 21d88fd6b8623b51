/** Reasons that a worker or the reaper gives when the machine was told to end from outside. */
const orders: readonly (string | null)[] = [
  "interruption",
  "rebalance",
  "price",
  "budget_day",
  "budget_month",
  "stopped",
  "signal",
];
/** Such an end says nothing about the machine itself. */
export const wasToldToEnd = (reason: string | null): boolean => orders.includes(reason);
