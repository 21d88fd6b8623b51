/**
 * What machines cost, what they would have cost on demand, and the audio that they made. Each machine's cost, price on
 * demand and audio are cut by day and batch, so that every sum over days, batches, models or machines is exact.
 */
import type { StageConfig } from "../config.ts";
import type { LedgerRecord } from "../contract/records/fleet-records.ts";
import type { WorthView } from "../contract/records/receipt.ts";
import { amountsView, sumOf, together, totalOf, wasteOf, type Amounts } from "./amounts.ts";
import type { LedgerEntry } from "./ledger/ledger.ts";
import { apportion, usdText } from "./money.ts";
import { typeNamed } from "./prices.ts";
import { partsOf, type Part } from "./receipts/shares.ts";

/** What one machine did for one batch on one day. */
export interface Charge {
  readonly instanceId: string;
  readonly entry: LedgerEntry;
  readonly day: string;
  /** Null: the machine has made nothing for any batch. */
  readonly batchId: string | null;
  readonly amounts: Amounts;
  readonly onDemandMicros: number;
  /** Null: the machine does not say. */
  readonly audioMs: number | null;
}

export const chargesOf = (
  ledgers: readonly LedgerRecord[],
  settings: StageConfig,
  nowMs: number,
): readonly Charge[] =>
  ledgers
    .flatMap(({ instances }) => Object.entries(instances))
    .flatMap(([instanceId, entry]) => machineCharges(instanceId, entry, settings, nowMs));

function machineCharges(
  instanceId: string,
  entry: LedgerEntry,
  settings: StageConfig,
  nowMs: number,
): readonly Charge[] {
  const paid = Map.groupBy(partsOf(entry, nowMs), pieceKey);
  // Whatever is paid for has a price on demand too, also a machine whose hours are free.
  const pieces = [...Map.groupBy(partsOf(onDemand(entry, settings), nowMs), pieceKey)];
  const micros = pieces.map(([, parts]) => microsOf(parts));
  const audioMs = audioMsOf(entry);
  const audio = apportion(audioMs ?? 0, micros);
  return pieces.flatMap(([key, [first]], place) =>
    first === undefined
      ? []
      : [
          {
            ...{ instanceId, entry, day: first.day, batchId: first.batchId },
            amounts: sumOf(paid.get(key) ?? []),
            onDemandMicros: micros[place] ?? 0,
            audioMs: audioMs === null ? null : (audio[place] ?? 0),
          },
        ],
  );
}

const pieceKey = ({ day, batchId }: Part): string => `${day} ${batchId ?? ""}`;

/** The same machine for the same time, bought on demand. A type that is configured no longer has the first one's price. */
const onDemand = (entry: LedgerEntry, settings: StageConfig): LedgerEntry => ({
  ...entry,
  market: "on_demand",
  prices: [
    {
      since: entry.launched_at,
      usd_per_hour: typeNamed(entry.instance_type, settings).on_demand_price_usd,
    },
  ],
});

/** A machine that was never ready has made none. */
const audioMsOf = ({ audio_seconds_made: seconds, ready_at }: LedgerEntry): number | null =>
  seconds === null ? (ready_at === null ? 0 : null) : Math.round(seconds * 1000);

export function worthOf(charges: readonly Charge[]): WorthView {
  const amounts = together(charges.map((charge) => charge.amounts));
  const paid = totalOf(amounts);
  const elsewhere = charges.reduce((total, { onDemandMicros }) => total + onDemandMicros, 0);
  const audioMs = charges.reduce<number | null>(
    (total, charge) => (total === null || charge.audioMs === null ? null : total + charge.audioMs),
    0,
  );
  return {
    ...amountsView(amounts),
    waste_usd: usdText(wasteOf(amounts)),
    on_demand_usd: usdText(elsewhere),
    saved_usd: usdText(Math.max(0, elsewhere - paid)),
    audio_seconds: audioMs === null ? null : audioMs / 1000,
    usd_per_audio_minute:
      audioMs === null || audioMs === 0 ? null : usdText(Math.round((paid / audioMs) * 60_000)),
  };
}

const microsOf = (parts: readonly Part[]): number => parts.reduce((total, { micros }) => total + micros, 0);
