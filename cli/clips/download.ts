/** Brings finished clips into a folder, each once, while the batch still runs. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { ResultView } from "../../shared/contract/api/api.ts";
import type { BatchId } from "../../shared/contract/ids.ts";
import type { ApiClient } from "../connection/api-client.ts";
import { writeClip } from "./write-clip.ts";

/** `007-rain.wav`: index first, so that a folder listing is in the order of the input. */
export function audioFileName(result: ResultView, total: number): string {
  const digits = Math.max(3, String(total - 1).length);
  const name = result.custom_id === null ? "" : `-${result.custom_id}`;
  return `${String(result.index).padStart(digits, "0")}${name}.${result.audio?.format ?? "wav"}`;
}

type ResultSource = Pick<ApiClient, "results" | "audio">;

export interface Fetched {
  /** Paths of the clips that this call brought. */
  readonly files: readonly string[];
  /** All results so far that have none. */
  readonly withoutAudio: readonly ResultView[];
}

export class Downloader {
  readonly #client: ResultSource;
  readonly #batchId: BatchId;
  readonly #total: number;
  readonly #folder: string;
  readonly #done = new Set<number>();

  constructor(client: ResultSource, batch: { readonly id: BatchId; readonly total: number }, folder: string) {
    this.#client = client;
    this.#batchId = batch.id;
    this.#total = batch.total;
    this.#folder = folder;
  }

  /** Fetch what has ended since the last call. */
  async fetchNew(signal?: AbortSignal): Promise<Fetched> {
    await mkdir(this.#folder, { recursive: true });
    const results = await this.#client.results(this.#batchId, signal);
    const files: string[] = [];
    for (const result of results) {
      if (result.audio === null || this.#done.has(result.index)) continue;
      const path = join(this.#folder, audioFileName(result, this.#total));
      await writeClip(path, await this.#client.audio(result.item_id, signal));
      this.#done.add(result.index);
      files.push(path);
    }
    return { files, withoutAudio: results.filter((result) => result.audio === null) };
  }
}
