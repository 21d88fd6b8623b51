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
