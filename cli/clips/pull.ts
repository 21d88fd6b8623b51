/** A batch's clips, brought into a folder: several at a time, each checked, and only those that are missing. */
import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { BatchView, ResultView } from "../../shared/contract/api/api.ts";
import { inParallel } from "../../shared/flow/in-parallel.ts";
import type { ApiClient } from "../connection/api-client.ts";
import { clipPaths } from "./clip-names.ts";
import { CommandError } from "../errors.ts";
import { exitCodes } from "../exit-codes.ts";
import { writeClip } from "./write-clip.ts";

export interface PullOptions {
  readonly folder: string;
  readonly pattern?: string;
  readonly atOnce: number;
  readonly signal: AbortSignal;
  /** Is told after each clip how many of how many are there. */
  readonly onProgress?: (there: number, all: number) => void;
}

export interface Pulled {
  /** Paths, in the order of the items. */
  readonly fetched: readonly string[];
  /** Those that an earlier pull brought, whole. */
  readonly present: readonly string[];
  /** What has ended without a clip. */
  readonly without: readonly { readonly index: number; readonly outcome: string; readonly detail: string }[];
  /** How many have not ended. */
  readonly open: number;
}

type Source = Pick<ApiClient, "results" | "audio">;

export async function pullClips(
  client: Source,
  batch: Pick<BatchView, "id" | "counts">,
  { folder, pattern, atOnce, signal, onProgress }: PullOptions,
): Promise<Pulled> {
  const results = await client.results(batch.id, signal);
  const paths = clipPaths(results, batch.counts.total, folder, pattern);
  let there = 0;
  const outcomes = await inParallel([...paths], atOnce, async ([result, path]) => {
    const isNew = await fetchMissing(client, result, path, signal);
    there += 1;
    onProgress?.(there, paths.size);
    return { path, isNew };
  });
  return {
    fetched: outcomes.filter(({ isNew }) => isNew).map(({ path }) => path),
    present: outcomes.filter(({ isNew }) => !isNew).map(({ path }) => path),
    without: results
      .filter(({ audio }) => audio === null)
      .map(({ index, outcome, error }) => ({ index, outcome, detail: error?.detail ?? "no reason given" })),
    open: batch.counts.queued + batch.counts.running,
  };
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
      `the clip of item ${result.index} arrived damaged (its sha256 is another one); pull again`,
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
