/** A batch's clips, brought into a folder: several at a time, each checked, and only those that are missing. */
import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { ResultView } from "../../shared/contract/api/api.ts";
import type { BatchId } from "../../shared/contract/ids.ts";
import { inParallel } from "../../shared/flow/in-parallel.ts";
import type { ApiClient } from "../connection/api-client.ts";
import { clipPaths } from "./clip-names.ts";
import { CommandError } from "../errors.ts";
import { exitCodes } from "../exit-codes.ts";
import { writeClip } from "./write-clip.ts";

export interface ClipFolderOptions {
  readonly folder: string;
  /** Of the clips' names. */
  readonly pattern?: string | undefined;
  readonly atOnce: number;
}

export interface Pulled {
  /** Paths, in the order of the items. */
  readonly fetched: readonly string[];
  /** Those that were there before, whole. */
  readonly present: readonly string[];
  /** What has ended without a clip. */
  readonly without: readonly { readonly index: number; readonly outcome: string; readonly detail: string }[];
}

type Source = Pick<ApiClient, "results" | "audio">;

export class ClipFolder {
  readonly #client: Source;
  readonly #batch: { readonly id: BatchId; readonly total: number };
  readonly #options: ClipFolderOptions;
  /** Clips of an earlier call: they need not be read again. */
  readonly #known = new Set<string>();

  constructor(
    client: Source,
    batch: { readonly id: BatchId; readonly total: number },
    options: ClipFolderOptions,
  ) {
    this.#client = client;
    this.#batch = batch;
    this.#options = options;
  }

  /** Of all that has ended by now. @param onProgress is told after each clip how many of how many are there */
  async fetchNew(signal: AbortSignal, onProgress?: (there: number, all: number) => void): Promise<Pulled> {
    const { folder, pattern, atOnce } = this.#options;
    const results = await this.#client.results(this.#batch.id, signal);
    const paths = clipPaths(results, this.#batch.total, folder, pattern);
    let there = 0;
    const outcomes = await inParallel([...paths], atOnce, async ([result, path]) => {
      const isNew = !this.#known.has(path) && (await fetchMissing(this.#client, result, path, signal));
      this.#known.add(path);
      there += 1;
      onProgress?.(there, paths.size);
      return { path, isNew };
    });
    return {
      fetched: outcomes.filter(({ isNew }) => isNew).map(({ path }) => path),
      present: outcomes.filter(({ isNew }) => !isNew).map(({ path }) => path),
      without: results
        .filter(({ audio }) => audio === null)
        .map(({ index, outcome, error }) => ({
          index,
          outcome,
          detail: error?.detail ?? "no reason given",
        })),
    };
  }
}

/** @returns false when the clip is there already */
async function fetchMissing(
  client: Source,
  result: ResultView,
  path: string,
  signal: AbortSignal,
): Promise<boolean> {
  const sha256 = result.audio?.sha256;
  if ((await hashOfFile(path)) === sha256) return false;
  const bytes = await client.audio(result.item_id, signal);
  if (hashOf(bytes) !== sha256)
    throw new CommandError(
      `the clip of item ${result.index} arrived damaged (its SHA-256 does not match); pull again`,
      exitCodes.failed,
    );
  await mkdir(dirname(path), { recursive: true });
  await writeClip(path, bytes);
  return true;
}

const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** @returns null when there is no such file */
async function hashOfFile(path: string): Promise<string | null> {
  try {
    return hashOf(await readFile(path));
  } catch {
    return null;
  }
}
