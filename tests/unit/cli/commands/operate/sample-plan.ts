import type { PricesView } from "../../../../../shared/contract/api/api.ts";
import type { DecisionRecord } from "../../../../../shared/contract/records/fleet-records.ts";

/** Two zones within the cap, one over it, and one without a price. */
export const somePrices: PricesView = {
  instance_type: "g4dn.xlarge",
  from: "2025-12-31T00:00:00.000Z",
  to: "2026-01-01T00:00:00.000Z",
  max_usd_per_hour: "0.40",
  on_demand_usd_per_hour: "0.658",
  extras_usd_per_hour: "0.0127",
  other_types: [],
  zones: [
    {
      zone: "eu-central-1a",
      usd_per_hour: "0.21",
      changes: [
        { at: "2025-12-30T20:00:00.000Z", usd_per_hour: "0.19" },
        { at: "2025-12-31T12:00:00.000Z", usd_per_hour: "0.50" },
        { at: "2025-12-31T18:00:00.000Z", usd_per_hour: "0.21" },
      ],
    },
    {
      zone: "eu-central-1b",
      usd_per_hour: "0.25",
      changes: [{ at: "2025-12-30T20:00:00.000Z", usd_per_hour: "0.25" }],
    },
    {
      zone: "eu-central-1c",
      usd_per_hour: "0.45",
      changes: [{ at: "2025-12-31T12:00:00.000Z", usd_per_hour: "0.45" }],
    },
    { zone: "eu-central-1d", usd_per_hour: null, changes: [] },
  ],
};

type Model = DecisionRecord["models"][number];

/** For six items of one model: two machines, unless changed. */
export const decisionAt = (
  at: string,
  change: Partial<DecisionRecord> = {},
  model: Partial<Model> = {},
): DecisionRecord => ({
  v: 1,
  at,
  models: [
    {
      model: "small",
      instance_type: "g4dn.xlarge",
      open_items: 6,
      open_audio_seconds: 60,
      work_seconds: 6,
      audio_seconds_per_second: 10,
      boot_seconds: 215,
      have: 0,
      want: 2,
      launch: 2,
      launched: 0,
      reasons: [{ reason: "work", detail: "60 s of audio are due by 12:00 UTC" }],
      ...model,
    },
  ],
  launches: [],
  drained: [],
  prices: [],
  instances: {},
  spent_usd: { day: 0, month: 0 },
  ...change,
});
