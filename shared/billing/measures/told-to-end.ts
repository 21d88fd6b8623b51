/** What a worker or the reaper gives as the reason when somebody else wanted the machine to end. */
const orders: readonly (string | null)[] = [
  "interruption",
  "rebalance",
  "price",
  "budget_day",
  "budget_month",
  "stopped",
  "signal",
];
/** Such an end says nothing of the machine itself. */
export const wasToldToEnd = (reason: string | null): boolean => orders.includes(reason);
