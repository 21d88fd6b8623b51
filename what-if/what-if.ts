/** Plays a stage's record as it was configured, and as it might have been. */
import type { StageConfig } from "../shared/config.ts";
import type { ObjectStore } from "../shared/ports.ts";
import { play } from "../simulation/world.ts";
import { figuresOf, type Figures } from "./figures.ts";
import { replayOf } from "./replay.ts";
import { readStageRecord, type StageRecord } from "./stage-record.ts";

export interface Answer {
  /** As the records have it. */
  readonly real: Figures;
  /** As the simulation plays it, with the configuration as it was. */
  readonly as_it_was: Figures;
  /** With the changes. */
  readonly what_if: Figures;
  /** By how much the cost that was played differs from the real one; null where nothing was spent. */
  readonly cost_error: number | null;
  readonly assumptions: readonly string[];
  /** What a run could not bring to its end, or broke; the figures are then not to be trusted. */
  readonly troubles: readonly string[];
}

/** @throws RangeError when there is nothing to play, or too much */
export async function whatIf(
  store: ObjectStore,
  span: { readonly fromMs: number; readonly toMs: number },
  configs: { readonly asItWas: StageConfig; readonly changed: StageConfig },
): Promise<Answer> {
  const record = await readStageRecord(store, span);
  const [first] = record.batches;
  if (first === undefined) throw new RangeError("no batch was submitted in these days");
  const startMs = Date.parse(first.batch.submitted_at) - 1000;
  const [asItWas, changed] = await Promise.all(
    [configs.asItWas, configs.changed].map((settings) => played(record, settings, startMs)),
  );
  if (asItWas === undefined || changed === undefined) throw new TypeError("expected two runs");
  const real = figuresOf(record, span.toMs);
  return {
    real,
    as_it_was: asItWas.figures,
    what_if: changed.figures,
    cost_error: real.cost_usd === 0 ? null : asItWas.figures.cost_usd / real.cost_usd - 1,
    assumptions: changed.assumptions,
    troubles: [...asItWas.troubles, ...changed.troubles],
  };
}

async function played(
  record: StageRecord,
  settings: StageConfig,
  startMs: number,
): Promise<{
  readonly figures: Figures;
  readonly troubles: readonly string[];
  readonly assumptions: readonly string[];
}> {
  const { scenario, assumptions } = replayOf(record, settings, startMs);
  const { store, violations, endMs } = await play(scenario, false);
  const made = await readStageRecord(store, { fromMs: startMs, toMs: endMs });
  return { figures: figuresOf(made, endMs), troubles: violations, assumptions };
}
