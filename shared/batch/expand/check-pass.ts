/**
 * The first pass over an upload: checks every line, and stores the items in chunks. How far it is, is noted after each
 * chunk while no line has a fault; after the first fault nothing more is stored.
 */
import { limits } from "../../contract/api/parameters.ts";
import type { InputErrors } from "../../contract/api/problem.ts";
import type { BatchRecord } from "../../contract/records/batch-records.ts";
import { batchKeys, itemsPerChunk, uploadKeys } from "../../contract/records/keys.ts";
import type { Checking, ExpansionRecord, Queueing } from "../../contract/records/upload-records.ts";
import type { Etag, ObjectStore } from "../../ports.ts";
import { createText, type RecordPorts } from "../../records/records.ts";
import { chunksOf, itemsForm, readItems } from "../progress/batch-files.ts";
import type { CheckSettings } from "../submit/check-request.ts";
import { itemsOf, type Clip } from "../submit/clips.ts";
import type { ExpansionRun } from "../uploads/expansion.ts";
import { checkItem } from "./check-item.ts";
import { LineFaults } from "./line-faults.ts";
import { LineSources } from "./line-sources.ts";
import { readLines, type FileLine } from "./lines.ts";
import type { Pass } from "./pass.ts";

export type CheckResult =
  | { readonly kind: "checked"; readonly queueing: Queueing }
  | { readonly kind: "invalid"; readonly errors: InputErrors }
  /** It was interrupted after a chunk. */
  | { readonly kind: "interrupted" };

/** @param isInterrupted asked after each chunk: whether to end here */
export async function checkUpload(
  pass: Pass,
  from: Checking,
  isInterrupted: () => Promise<boolean>,
): Promise<CheckResult> {
  const { record } = pass.run;
  const checks = new CheckPass(pass, from);
  await checks.rememberIds();
  try {
    for await (const line of readLines(fileOf(pass.ports.store, record), record.bytes, from)) {
      if (!checks.take(line)) break;
      await checks.checkFullChunk();
      if ((await checks.storeFullChunk()) && (await isInterrupted())) return { kind: "interrupted" };
    }
  } catch (error) {
    if (!(error instanceof FileGone)) throw error;
    return {
      kind: "invalid",
      errors: { count: 1, first: [{ line: 1, pointer: "", detail: error.message }] },
    };
  }
  return checks.end();
}

/** The file is not there, or it is another one than was submitted. */
class FileGone extends Error {
  override readonly name = "FileGone";
}

const fileOf =
  (store: ObjectStore, { upload_id, etag }: ExpansionRecord) =>
  async (from: number, bytes: number): Promise<Uint8Array> => {
    const part = await store.getRange(uploadKeys.file(upload_id), { from, bytes }, etag as Etag);
    if (part.kind === "read") return part.bytes;
    throw new FileGone(
      part.kind === "absent"
        ? "the uploaded file is gone; upload it again"
        : "the uploaded file was changed after its submit; upload it again",
    );
  };

class CheckPass {
  readonly #run: ExpansionRun;
  readonly #batch: BatchRecord;
  readonly #ports: RecordPorts;
  readonly #settings: CheckSettings;
  readonly #faults = new LineFaults();
  readonly #ids = new Set<string>();
  readonly #sources: LineSources;
  /** Items of the last line that are stored already are left out. */
  #unstored: Clip[] = [];
  #chunks: number;
  /** The place after the last line, and what all lines before it add up to. */
  #after: Omit<Checking, "at" | "chunks">;
  /** The same of the line before. */
  #before: Omit<Checking, "at" | "chunks">;

  constructor({ run, batch, ports, settings }: Pass, { at: _at, chunks, ...place }: Checking) {
    this.#run = run;
    this.#batch = batch;
    this.#ports = ports;
    this.#settings = settings;
    this.#sources = new LineSources(batch, ports, settings, this.#faults);
    this.#chunks = chunks;
    this.#after = place;
    this.#before = place;
  }

  /** The ids of the lines that an earlier run has checked. */
  async rememberIds(): Promise<void> {
    for (const chunk of chunksOf(this.#chunks * itemsPerChunk))
      for (const { index, custom_id } of await readItems(this.#ports.store, this.#batch.id, chunk))
        if (custom_id !== null && index < this.#after.index) this.#ids.add(custom_id);
  }

  /** @returns false when the file has too many lines or items: the rest is not read */
  take({ line, nextByte, content }: FileLine): boolean {
    const isTooMany = line > limits.uploadLines;
    const { model } = this.#batch;
    const { defaults, reuse } = this.#run.record;
    const checked = isTooMany
      ? ({ kind: "blank" } as const)
      : checkItem(content, { model, defaults, reuse }, this.#settings);
    const clips = checked.kind === "item" ? checked.clips : [];
    if (isTooMany || this.#after.index + clips.length > limits.uploadItems) {
      const detail = `the file has more than ${isTooMany ? `${limits.uploadLines} lines` : `${limits.uploadItems} items`}; the rest was not checked`;
      this.#faults.add(line, [{ pointer: "", detail }]);
      return false;
    }
    if (checked.kind === "invalid") this.#faults.add(line, checked.faults);
    const isStored = this.#chunks * itemsPerChunk - this.#after.index;
    this.#takeIds(line, clips);
    this.#sources.note(line, clips);
    if (this.#faults.errors === null) this.#unstored.push(...clips.slice(Math.max(0, isStored)));
    this.#before = this.#after;
    const { index, audio_seconds, longest_seconds } = this.#after;
    const seconds = clips.map(({ parameters }) => parameters.duration_seconds);
    this.#after = {
      byte: nextByte,
      line: line + 1,
      index: index + clips.length,
      audio_seconds: seconds.reduce((sum, one) => sum + one, audio_seconds),
      longest_seconds: Math.max(longest_seconds, ...seconds),
    };
    return true;
  }

  #takeIds(line: number, clips: readonly Clip[]): void {
    const ids = clips.flatMap(({ customId }) => (customId === null ? [] : [customId]));
    const taken = ids.find((id) => this.#ids.has(id));
    for (const id of ids) this.#ids.add(id);
    if (taken !== undefined) {
      const detail = `must be unique in the batch; an earlier line has '${taken}' already`;
      this.#faults.add(line, [{ pointer: "/custom_id", detail }]);
    }
  }

  async checkFullChunk(): Promise<void> {
    if (this.#sources.isFull || this.#unstored.length >= itemsPerChunk) await this.#sources.check();
  }

  /** @returns whether one was stored */
  async storeFullChunk(): Promise<boolean> {
    if (this.#faults.errors !== null || this.#unstored.length < itemsPerChunk) return false;
    await this.#store(this.#unstored.slice(0, itemsPerChunk));
    this.#unstored = this.#unstored.slice(itemsPerChunk);
    // Items that are left are of the last line: whoever goes on begins with it.
    const place = this.#unstored.length === 0 ? this.#after : this.#before;
    await this.#run.note({ at: "checking", ...place, chunks: this.#chunks });
    return true;
  }

  async end(): Promise<CheckResult> {
    await this.#sources.check();
    const { index: total, audio_seconds, longest_seconds, line } = this.#after;
    if (total === 0 && this.#faults.errors === null)
      this.#faults.add(Math.max(1, line - 1), [{ pointer: "", detail: "the file has no items" }]);
    const { errors } = this.#faults;
    if (errors !== null) return { kind: "invalid", errors };
    if (this.#unstored.length > 0) await this.#store(this.#unstored);
    const queueing = { at: "queueing" as const, total, audio_seconds, longest_seconds, sent_chunks: 0 };
    return { kind: "checked", queueing: await this.#run.note(queueing) };
  }

  /** A run that died may have stored the same chunk before: then its seeds stay. */
  async #store(clips: readonly Clip[]): Promise<void> {
    const { id } = this.#batch;
    const items = itemsOf(clips, this.#ports.random, this.#chunks * itemsPerChunk);
    const body = itemsForm(id, this.#chunks).print(items);
    await this.#sources.copy();
    await createText(this.#ports.store, batchKeys.items(id, this.#chunks), body);
    this.#chunks += 1;
  }
}
