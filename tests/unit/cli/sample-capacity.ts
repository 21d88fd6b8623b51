import type { CapacityView } from "../../../shared/contract/api/api.ts";

/** Before the launcher's first look. */
export const noMachine: CapacityView = {
  at: null,
  closed: false,
  instances: {},
  workers: [],
  other_workers: 0,
  queues: [],
  zones: [],
  quotas: [],
  breaker: null,
  failed_starts: [],
  decisions: [],
};

/** A spot price within its cap, unless changed. */
export const someZone = (
  change: Partial<CapacityView["zones"][number]> = {},
): CapacityView["zones"][number] => ({
  instance_type: "g4dn.xlarge",
  zone: "zone-a",
  price_usd_per_hour: "0.21",
  max_usd_per_hour: "0.40",
  cooling: null,
  ...change,
});

/** A machine that makes eight clips, unless changed. */
export const someWorker = (
  change: Partial<CapacityView["workers"][number]> = {},
): CapacityView["workers"][number] => ({
  instance_id: "i-0123456789abcdef0",
  zone: "zone-a",
  model: "small",
  state: "busy",
  reason: null,
  items_running: 8,
  slots: 8,
  boot: null,
  heartbeat_at: "2026-01-01T12:00:00.000Z",
  told_seconds_ago: 1,
  ...change,
});
