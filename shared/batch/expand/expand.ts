/**
 * Expansion: makes a batch of an upload. First every line is checked, then the items are sent to their queue. It goes on
 * where an earlier run ended, however that ended; the reconciler starts the next run.
 */
import type { StageConfig } from "../../config.ts";
import type { BatchId } from "../../contract/ids.ts";
import {
  batchRecordSchema,
  progressRecordSchema,
  type BatchRecord,
  type ProgressRecord,
} from "../../contract/records/batch-records.ts";
import { batchKeys, uploadKeys } from "../../contract/records/keys.ts";
import type { Checking, Ending, Queueing } from "../../contract/records/upload-records.ts";
import { updateRecord } from "../../records/records.ts";
import { endOfUnbegun } from "../orders/unwanted.ts";
import { readBatch, readControl } from "../progress/batch-files.ts";
import { finishBatch } from "../progress/fold.ts";
import { emptyProgress } from "../progress/progress.ts";
import { noteSent } from "../queue/deliver.ts";
import { ExpansionRun, Superseded } from "../uploads/expansion.ts";
import { foresee } from "../submit/foresee.ts";
import { checkUpload } from "./check-pass.ts";
import type { ExpandPorts, Pass } from "./pass.ts";
import { queueItems, type QueueResult } from "./queue-pass.ts";

/** `nothing`: there is nothing to expand, or another run is at it. */
export type ExpandResult = QueueResult | "nothing" | "invalid" | "superseded";

/** @param untilMs no chunk is begun after this time */
export async function expandBatch(
  batchId: BatchId,
  ports: ExpandPorts,
  settings: StageConfig,
  untilMs: number,
): Promise<ExpandResult> {
  const [batch, run] = [await readBatch(ports.store, batchId), await ExpansionRun.begin(ports, batchId)];
  if (batch === null || run === null) return "nothing";
  try {
    const result = await new Expanding(run, ports, settings, untilMs).from(batch);
    await run.leave();
    return result;
  } catch (error) {
    if (error instanceof Superseded) return "superseded";
    throw error;
  }
}

class Expanding {
  readonly #run: ExpansionRun;
  readonly #ports: ExpandPorts;
  readonly #settings: StageConfig;
  readonly #untilMs: number;

  constructor(run: ExpansionRun, ports: ExpandPorts, settings: StageConfig, untilMs: number) {
    this.#run = run;
    this.#ports = ports;
    this.#settings = settings;
    this.#untilMs = untilMs;
  }

  from(batch: BatchRecord): Promise<ExpandResult> {
    const { state } = this.#run.record;
    switch (state.at) {
      case "checking":
        return this.#check(batch, state);
      case "queueing":
        return this.#queue(batch, state);
      case "ending":
        return this.#endEmpty(batch, state);
      case "ended":
        return Promise.resolve("nothing");
    }
  }

  async #check(batch: BatchRecord, state: Checking): Promise<ExpandResult> {
    const unwanted = await this.#endOf(batch);
    if (unwanted !== null) return this.#endAs(batch, { why: unwanted, errors: null });
    const isInterrupted = async (): Promise<boolean> => this.#isOver || (await this.#endOf(batch)) !== null;
    const checked = await checkUpload(this.#passOver(batch), state, isInterrupted);
    switch (checked.kind) {
      case "checked":
        return this.#queue(batch, checked.queueing);
      case "invalid":
        return this.#endAs(batch, { why: "invalid", errors: checked.errors });
      case "interrupted":
        return this.#isOver ? "no_time" : this.from(batch);
    }
  }

  async #queue(batch: BatchRecord, state: Queueing): Promise<ExpandResult> {
    const { store } = this.#ports;
    const [sized, progress] = await this.#tellTotals(batch, state);
    // All of it lies in chunks now.
    await store.delete(uploadKeys.file(this.#run.record.upload_id));
    const result = await queueItems(this.#passOver(sized), state, this.#untilMs);
    if (result === "queued") await noteSent(this.#ports, progress, this.#ports.clock.nowMs());
    if (result === "queued" || result === "unwanted") await this.#run.note({ at: "ended" });
    return result;
  }

  /** From then on the batch has its items, for everyone who reads it. */
  async #tellTotals(
    batch: BatchRecord,
    { total, audio_seconds, longest_seconds }: Queueing,
  ): Promise<[BatchRecord, ProgressRecord]> {
    const sized =
      batch.total === total ? batch : await this.#sized(batch, { total, audio_seconds, longest_seconds });
    const empty = emptyProgress(batch.id, total);
    const key = batchKeys.progress(batch.id);
    const progress = await updateRecord(this.#ports, key, progressRecordSchema, (current) =>
      current?.total === total ? null : { ...(current ?? empty), total },
    );
    return [sized, progress ?? empty];
  }

  async #sized(
    batch: BatchRecord,
    { total, audio_seconds, longest_seconds }: Omit<Queueing, "at" | "sent_chunks">,
  ): Promise<BatchRecord> {
    const model = this.#settings.models.find(({ id }) => id === batch.model);
    const totals = { clips: total, audioSeconds: audio_seconds, longestClipSeconds: longest_seconds };
    const estimate =
      model === undefined
        ? null
        : await foresee(
            { model, speed: batch.speed, request: batch },
            totals,
            this.#ports.store,
            this.#settings,
          );
    return this.#changeBatch(batch, { total, audio_seconds, estimate });
  }

  /**
   * The batch ends without an item: its upload is invalid, or it is not wanted any more. That is noted before anything
   * else is written. A run that was replaced while it read cannot note it, and another one may have queued the items.
   */
  async #endAs(batch: BatchRecord, reason: Omit<Ending, "at">): Promise<ExpandResult> {
    return this.#endEmpty(batch, await this.#run.note({ at: "ending", ...reason }));
  }

  /** Safe to repeat: a run that died may have done a part of it. */
  async #endEmpty(batch: BatchRecord, { why, errors }: Ending): Promise<ExpandResult> {
    const { store, clock } = this.#ports;
    if (errors !== null) await this.#changeBatch(batch, { input_errors: errors });
    const { objects } = await store.list(batchKeys.itemsPrefix(batch.id));
    for (const object of objects) await store.delete(object.key);
    await store.delete(uploadKeys.file(this.#run.record.upload_id));
    const ended = { ended_at: new Date(clock.nowMs()).toISOString(), ended_empty: why };
    const empty = emptyProgress(batch.id, 0);
    const key = batchKeys.progress(batch.id);
    const progress = await updateRecord(this.#ports, key, progressRecordSchema, (current) =>
      current !== null && current.ended_at !== null ? null : { ...(current ?? empty), ...ended },
    );
    await this.#run.note({ at: "ended" });
    await finishBatch(this.#ports, progress ?? { ...empty, ...ended }, progress?.ended_at ?? ended.ended_at);
    return why === "invalid" ? "invalid" : "unwanted";
  }

  async #changeBatch(batch: BatchRecord, change: Partial<BatchRecord>): Promise<BatchRecord> {
    const key = batchKeys.batch(batch.id);
    const stored = await updateRecord(this.#ports, key, batchRecordSchema, (current) =>
      current === null ? null : { ...current, ...change },
    );
    return stored ?? { ...batch, ...change };
  }

  /** How it ends if it is not wanted any more; null: it is. */
  async #endOf(batch: BatchRecord): Promise<"canceled" | "expired" | null> {
    const { store, clock } = this.#ports;
    return endOfUnbegun({ batch, control: await readControl(store, batch.id) }, clock.nowMs());
  }

  #passOver(batch: BatchRecord): Pass {
    return { run: this.#run, batch, ports: this.#ports, settings: this.#settings };
  }

  get #isOver(): boolean {
    return this.#ports.clock.nowMs() >= this.#untilMs;
  }
}
