/** `expand.json`: how far the expansion of an upload is, and which run works on it. */
import type { BatchId } from "../../contract/ids.ts";
import { batchKeys } from "../../contract/records/keys.ts";
import {
  expansionRecordSchema,
  type Expansion,
  type ExpansionRecord,
} from "../../contract/records/upload-records.ts";
import type { ObjectStore } from "../../ports.ts";
import { createRecord, readRecord, updateRecord, type RecordPorts } from "../../records/records.ts";
import type { SubmittedUpload } from "./uploads.ts";

/** A run writes after each chunk, which takes seconds. One that has written nothing for this long has died. */
const lostAfterMs = 20_000;

export async function beginExpansion(
  store: ObjectStore,
  batchId: BatchId,
  { upload, etag, defaults, reuse }: SubmittedUpload,
): Promise<void> {
  const record: ExpansionRecord = {
    v: 1,
    batch_id: batchId,
    upload_id: upload.id,
    bytes: upload.bytes,
    etag,
    defaults,
    ...(reuse !== undefined && { reuse }),
    runner: null,
    state: { at: "checking", byte: 0, line: 1, index: 0, chunks: 0, audio_seconds: 0, longest_seconds: 0 },
  };
  await createRecord(store, batchKeys.expansion(batchId), record);
}

export type Standing =
  | { readonly kind: "none" }
  | { readonly kind: "idle" | "running" | "lost"; readonly record: ExpansionRecord };

/** Whether there is something to expand, and whether a run is at it. */
export async function readExpansion(
  { store, clock }: Pick<RecordPorts, "store" | "clock">,
  batchId: BatchId,
): Promise<Standing> {
  const found = await readRecord(store, batchKeys.expansion(batchId), expansionRecordSchema);
  if (found === null || found.value.state.at === "ended") return { kind: "none" };
  const record = found.value;
  if (record.runner === null) return { kind: "idle", record };
  return { kind: clock.nowMs() - found.modifiedMs < lostAfterMs ? "running" : "lost", record };
}

/** Another run has taken over: this one must write nothing more. */
export class Superseded extends Error {
  override readonly name = "Superseded";
}

/** One run of an expansion. There is one at a time: one that finds itself replaced ends. */
export class ExpansionRun {
  readonly #ports: RecordPorts;
  readonly #runner: string;
  #record: ExpansionRecord;
  /** The run before it died, perhaps in the middle of a chunk. */
  readonly isTakeover: boolean;

  private constructor(ports: RecordPorts, runner: string, record: ExpansionRecord, isTakeover: boolean) {
    this.#ports = ports;
    this.#runner = runner;
    this.#record = record;
    this.isTakeover = isTakeover;
  }

  /** @returns null when there is nothing to expand, or another run is at it */
  static async begin(ports: RecordPorts, batchId: BatchId): Promise<ExpansionRun | null> {
    const standing = await readExpansion(ports, batchId);
    if (standing.kind === "none" || standing.kind === "running") return null;
    const { runner: before } = standing.record;
    const runner = ports.random.ulid(ports.clock.nowMs());
    const stored = await updateRecord(
      ports,
      batchKeys.expansion(batchId),
      expansionRecordSchema,
      (current) => (current?.runner === before ? { ...current, runner } : null),
    );
    return stored?.runner === runner
      ? new ExpansionRun(ports, runner, stored, standing.kind === "lost")
      : null;
  }

  get record(): ExpansionRecord {
    return this.#record;
  }

  /** Notes how far it is. @throws Superseded */
  async note<S extends Expansion>(state: S): Promise<S> {
    await this.#write({ ...this.#record, state });
    return state;
  }

  /** Nothing works on it until another run begins. */
  async leave(): Promise<void> {
    if (this.#record.state.at !== "ended") await this.#write({ ...this.#record, runner: null });
  }

  async #write(next: ExpansionRecord): Promise<void> {
    const key = batchKeys.expansion(next.batch_id);
    const stored = await updateRecord(this.#ports, key, expansionRecordSchema, (current) =>
      current?.runner === this.#runner ? next : null,
    );
    // A write that stored `next` returns it; one that left another's record alone returns that.
    if (stored !== next) throw new Superseded(`another run expands ${next.batch_id}`);
    this.#record = next;
  }
}
