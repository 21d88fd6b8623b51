/**
 * What clips continue. It is checked before a batch is taken, and copied beside the batch: what happens to the other
 * item or to the upload later does not concern its clips.
 */
import type { ModelConfig } from "../../config.ts";
import { sourceOf, type ContinueFrom, type Source } from "../../contract/api/continuation.ts";
import { limits } from "../../contract/api/parameters.ts";
import { locateItem, type BatchId } from "../../contract/ids.ts";
import { batchKeys, uploadKeys } from "../../contract/records/keys.ts";
import { inParallel } from "../../flow/in-parallel.ts";
import type { ObjectStore } from "../../ports.ts";
import type { RecordPorts } from "../../records/records.ts";
import { readBatch, readResultWithCodes } from "../progress/batch-files.ts";
import { batchOfUpload, findFile, readUpload } from "../uploads/uploads.ts";
import type { Clip } from "./clips.ts";
import { mostADay, takeToday } from "./day-limits.ts";

const atOnce = 32;

/** What is kept beside the batch, and how long it sounds where that is known. */
export interface Found {
  readonly kind: "found";
  readonly content: { readonly copyOf: string } | { readonly codes: string };
  readonly seconds: number | null;
}
export type Lookup = Found | { readonly kind: "refused"; readonly detail: string };

/** By what they are sources of: an id of an item or an upload. */
export type Sources = ReadonlyMap<string, Lookup>;
/** Sources that can be asked for, however they are kept. */
export type KnownSources = Pick<Sources, "get" | "has">;

interface Wanted {
  readonly owner: string;
  readonly model: Pick<ModelConfig, "id" | "encodes_audio">;
}

/**
 * Looks up each source once, within the day's limit.
 * @param known that were looked up already
 * @returns those that were not
 */
export async function findSources(
  ports: RecordPorts,
  clips: readonly Pick<Clip, "continueFrom">[],
  wanted: Wanted,
  known: Pick<KnownSources, "has"> = new Set(),
): Promise<Sources> {
  const sources = new Map(
    clips.flatMap(({ continueFrom }) => {
      if (continueFrom === undefined) return [];
      const source = sourceOf(continueFrom);
      return known.has(source.id) ? [] : [[source.id, source] as const];
    }),
  );
  const tooMany = await refusalOfToday(ports, sources.size);
  if (tooMany !== null) return new Map([...sources.keys()].map((id) => [id, refused(tooMany)] as const));
  const batches = new Batches(ports.store);
  const found = await inParallel([...sources], atOnce, async ([id, source]) => {
    const lookup =
      source.kind === "item" ? findItem(ports, source, wanted, batches) : findUpload(ports, source, wanted);
    return [id, await lookup] as const;
  });
  return new Map(found);
}

/**
 * Counts what a request looks up or copies to continue it.
 * @returns why it may not do so today; null: it may
 */
export async function refusalOfToday(ports: RecordPorts, sources: number): Promise<string | null> {
  if (sources === 0 || (await takeToday(ports, "continued", sources))) return null;
  return `is too much for today: the service continues ${mostADay.continued} clips and files a day; try again tomorrow (UTC)`;
}

/** Why a clip cannot continue what it names; null: it can, as far as that can be known before it is made. */
export function faultOfSource(
  { continueFrom, parameters }: Pick<Clip, "continueFrom" | "parameters">,
  sources: Pick<KnownSources, "get">,
): string | null {
  if (continueFrom === undefined) return null;
  const source = sourceOf(continueFrom);
  const found = sources.get(source.id);
  if (found?.kind !== "found") return found?.detail ?? null;
  const seconds = givenSeconds(continueFrom, sources);
  return seconds >= parameters.duration_seconds
    ? `is ${Number(seconds.toFixed(3))} seconds long; duration_seconds is the whole clip's and must be greater`
    : null;
}

/** How much of a clip is given, as far as it is known. */
export function givenSeconds(
  continueFrom: ContinueFrom | undefined,
  sources: Pick<KnownSources, "get">,
): number {
  if (continueFrom === undefined) return 0;
  const source = sourceOf(continueFrom);
  if (source.kind === "upload") return source.part.end === null ? 0 : source.part.end - source.part.start;
  const found = sources.get(source.id);
  return found?.kind === "found" ? (found.seconds ?? 0) : 0;
}

/** To be called before the batch's items are stored. One that is gone by now fails its items, with that reason. */
export async function copySources(
  { store }: Pick<RecordPorts, "store">,
  batchId: BatchId,
  sources: Sources,
): Promise<void> {
  await inParallel([...sources], atOnce, async ([id, source]) => {
    if (source.kind !== "found") return;
    const { content } = source;
    const key = batchKeys.source(batchId, id);
    if ("codes" in content) await store.put(key, content.codes);
    else await store.copy(content.copyOf, key);
  });
}

/** Where the sources of a batch lie, for a retry of its items. */
export const sourcesOfBatch = (batchId: BatchId, clips: readonly Pick<Clip, "continueFrom">[]): Sources =>
  new Map(
    clips.flatMap(({ continueFrom }) => {
      if (continueFrom === undefined) return [];
      const { id } = sourceOf(continueFrom);
      return [
        [id, { kind: "found", content: { copyOf: batchKeys.source(batchId, id) }, seconds: null }] as const,
      ];
    }),
  );

/** Each is read once, however many of its items are continued. */
class Batches {
  readonly #store: ObjectStore;
  readonly #read = new Map<BatchId, ReturnType<typeof readBatch>>();

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  read(id: BatchId): ReturnType<typeof readBatch> {
    const reading = this.#read.get(id) ?? readBatch(this.#store, id);
    this.#read.set(id, reading);
    return reading;
  }
}

async function findItem(
  { store }: Pick<RecordPorts, "store">,
  { id }: Extract<Source, { kind: "item" }>,
  { owner, model }: Wanted,
  batches: Batches,
): Promise<Lookup> {
  const { batchId, index } = locateItem(id);
  const batch = await batches.read(batchId);
  if (batch?.owner !== owner || batch.deleted_at !== null || index >= batch.total)
    return refused("names no item of yours");
  if (batch.model !== model.id)
    return refused(`was made with '${batch.model}'; a clip is continued with the model that made it`);
  const stored = await readResultWithCodes(store, batchId, index);
  if (stored === null) return refused("has no clip yet; wait until it is made");
  const { result, codes } = stored;
  if (result.audio === null || result.provenance === null)
    return refused(`has no clip: it ended as ${result.outcome}`);
  if (codes === null) return refused("was made before clips could be continued; make it again");
  return { kind: "found", content: { codes }, seconds: result.provenance.parameters.duration_seconds };
}

async function findUpload(
  ports: Pick<RecordPorts, "store" | "clock">,
  { id }: Extract<Source, { kind: "upload" }>,
  { owner, model }: Wanted,
): Promise<Lookup> {
  if (model.encodes_audio === false)
    return refused(`cannot be continued: the model '${model.id}' continues its own clips only`);
  const upload = await readUpload(ports, owner, id);
  if (upload === null) return refused("names no upload of yours; an upload is kept for a day");
  if ((await batchOfUpload(ports.store, upload)) !== null)
    return refused("was submitted as the items of a batch");
  if (upload.bytes > limits.continuedBytes)
    return refused(`has ${upload.bytes} bytes; an audio file may have ${limits.continuedBytes}`);
  const file = await findFile(ports.store, upload);
  if (file.kind === "no_file") return refused("has no file yet; PUT it to the upload's URL first");
  if (file.kind === "wrong_size")
    return refused(
      `has a file of ${file.sizeBytes} bytes, but was made for ${file.bytes}; make a new upload`,
    );
  return { kind: "found", content: { copyOf: uploadKeys.file(id) }, seconds: null };
}

const refused = (detail: string): Lookup => ({ kind: "refused", detail });
