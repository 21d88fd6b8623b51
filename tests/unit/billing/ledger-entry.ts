import type { LedgerRecord } from "../../../shared/contract/records/fleet-records.ts";
import type { Estimate } from "../../../shared/contract/records/receipt.ts";
import type { LedgerEntry } from "../../../shared/billing/ledger/ledger.ts";

/** Half an hour at 0.36 USD an hour, 0.18 USD: it booted for two minutes, loaded for one, and made nothing. */
export const halfAnHour: LedgerEntry = {
  instance_type: "g4dn.xlarge",
  zone: "zone-a",
  market: "spot",
  prices: [{ since: "2026-01-01T00:00:00Z", usd_per_hour: 0.36 }],
  extras: { volume_gb: 0, volume_usd_per_gb_month: 0, address_usd_per_hour: 0 },
  model: "small",
  intent_id: null,
  launched_at: "2026-01-01T00:00:00Z",
  running_at: "2026-01-01T00:00:00Z",
  booted_at: "2026-01-01T00:02:00Z",
  ready_at: "2026-01-01T00:03:00Z",
  seen_at: "2026-01-01T00:29:00Z",
  ended_at: "2026-01-01T00:30:00Z",
  terminated_at: "2026-01-01T00:31:00Z",
  end_is_told: true,
  end_reason: "idle",
  left_for: null,
  taken_back: false,
  ended_by: "itself",
  closed_at: "2026-01-01T00:33:00Z",
  audio_seconds_per_second: 10,
  messages_received: 1,
  received_at: null,
  idle_since: null,
  leaving_at: null,
  audio_seconds_made: null,
  failure: null,
  gpu_seconds_by_batch: {},
  idle_seconds: 0,
  interrupted_seconds: 0,
};

export const ledgerOf = (day: string, ...entries: LedgerEntry[]): LedgerRecord => ({
  v: 1,
  day,
  instances: Object.fromEntries(entries.map((entry, index) => [`i-0000000${index}`, entry])),
});

/** Of a batch whose cost is not what the test is about. */
export const someEstimate: Estimate = {
  usd: { low: "0.01", high: "0.05" },
  seconds: { low: 60, high: 900 },
  on_demand_usd: "0.03",
  basis: {
    instance_type: "g4dn.xlarge",
    machines: 1,
    usd_per_hour: { low: "0.16", high: "0.20" },
    on_demand_usd_per_hour: "0.50",
    volume_usd_per_hour: "0.00",
    address_usd_per_hour: "0.00",
    least_seconds: 60,
    boot_seconds: 215,
    audio_seconds_per_second: 28,
    measured: false,
  },
};
