/** Typed records over the object store: parsed on reading, written by compare-and-swap. */
import type { z } from "zod";
import type { Clock, CreateResult, Etag, Log, ObjectStore, Random, ReplaceResult } from "../ports.ts";
import { jsonOf } from "../contract/json.ts";
import { backOff } from "../flow/back-off.ts";
import { inParallel } from "../flow/in-parallel.ts";
import { StoreError } from "../ports.ts";

export interface Versioned<T> {
  readonly value: T;
  readonly etag: Etag;
  /** When it was written, by the store's own clock. */
  readonly modifiedMs: number;
}
export interface RecordPorts {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly random: Random;
}

/** The stored value does not fit its schema: it was written by a newer version, or by hand. */
export class RecordError extends Error {
  override readonly name = "RecordError";
}
/** So many writers changed the record that our change was never stored. */
export class ContentionError extends Error {
  override readonly name = "ContentionError";
}

const maxTries = 12;
const firstWaitMs = 20;

/** @throws RecordError when it does not fit. */
export function parseRecord<T>(schema: z.ZodType<T>, body: string, key: string): T {
  const json = jsonOf(body);
  if (json === undefined) throw new RecordError(`${key} is not JSON`);
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new RecordError(`${key} does not fit its schema: ${parsed.error.message}`);
  return parsed.data;
}

/** @returns null when there is none. */
export async function readRecord<T>(
  store: ObjectStore,
  key: string,
  schema: z.ZodType<T>,
): Promise<Versioned<T> | null> {
  const object = await store.get(key);
  if (object === null) return null;
  const { etag, modifiedMs } = object;
  return { value: parseRecord(schema, object.body, key), etag, modifiedMs };
}

/**
 * Reads a record that may be damaged or of another version: its `value` is null when it cannot be parsed. Use it for
 * one record among many, so that a bad one does not stop the work on the others. The reaper logs an error for each
 * such record of a machine, once a minute (`readMachineRecords`); `readListed` logs one for each row of a list.
 * @returns null when there is none
 */
export async function readIfReadable<T>(
  store: ObjectStore,
  key: string,
  schema: z.ZodType<T>,
): Promise<{ readonly value: T | null; readonly modifiedMs: number } | null> {
  const object = await store.get(key);
  if (object === null) return null;
  return { value: valueIn(schema, object.body), modifiedMs: object.modifiedMs };
}

const readsAtOnce = 32;

/** What reading the records of a list needs: what is left out is named in the log. */
export interface ListPorts {
  readonly store: ObjectStore;
  readonly log: Pick<Log, "error">;
}

/** Reads the rows of a list, in its order, without those that cannot be read: one of them must not hide the others. */
export async function readListed<T>(
  { store, log }: ListPorts,
  keys: readonly string[],
  schema: z.ZodType<T>,
): Promise<readonly { readonly key: string; readonly value: T }[]> {
  const read = await inParallel(keys, readsAtOnce, async (key) => {
    const record = await readIfReadable(store, key, schema);
    if (record === null) return [];
    if (record.value !== null) return [{ key, value: record.value }];
    log.error("left out of a list a record that cannot be read", { key });
    return [];
  });
  return read.flat();
}

/** Null when the text cannot be parsed as that. */
const valueIn = <T>(schema: z.ZodType<T>, body: string): T | null =>
  schema.safeParse(jsonOf(body)).data ?? null;

/**
 * Writes a record that must not exist yet. If no answer comes, the stored value shows whether the write succeeded. So a
 * record that another writer could write with the same content must carry a nonce.
 */
export const createRecord = (store: ObjectStore, key: string, value: unknown): Promise<CreateResult> =>
  createText(store, key, JSON.stringify(value));

/** {@link createRecord} for text that is not one JSON value. */
export async function createText(store: ObjectStore, key: string, body: string): Promise<CreateResult> {
  try {
    return await store.create(key, body);
  } catch (error) {
    const found = await foundAfter(error, store, key, body);
    return found.kind === "ours" ? { kind: "written", etag: found.etag } : { kind: "exists" };
  }
}

/**
 * Changes a record by compare-and-swap. If another writer comes first, it tries again (with jitter).
 * @param change from the stored value (null: none yet) to the new one; null leaves it as it is. It may run several
 *   times, so it must have no side effects
 * @returns the value that is stored afterwards; null when there was none and none was made
 * @throws ContentionError after twelve lost races, StoreError after twelve failed writes
 */
export const updateRecord = <T>(
  ports: RecordPorts,
  key: string,
  schema: z.ZodType<T>,
  change: (current: T | null) => T | null,
): Promise<T | null> =>
  updateText(
    ports,
    key,
    { parse: (body) => parseRecord(schema, body, key), print: (value) => JSON.stringify(value) },
    change,
  );

/** {@link updateRecord}, but what is stored and cannot be parsed is replaced, as if there were nothing. */
export const updateIfReadable = <T>(
  ports: RecordPorts,
  key: string,
  schema: z.ZodType<T>,
  change: (current: T | null) => T | null,
): Promise<T | null> =>
  updateText<T | null>(
    ports,
    key,
    { parse: (body) => valueIn(schema, body), print: (value) => JSON.stringify(value) },
    change,
  );

/** How text that is not one JSON value is stored, such as one value on each line. */
export interface TextForm<T> {
  parse(body: string): T;
  print(value: T): string;
}

/** {@link updateRecord} for text that is not one JSON value. */
export async function updateText<T>(
  ports: RecordPorts,
  key: string,
  form: TextForm<T>,
  change: (current: T | null) => T | null,
): Promise<T | null> {
  let failure: StoreError | null = null;
  for (let attempt = 1; attempt <= maxTries; attempt += 1) {
    const stored = await ports.store.get(key);
    const current = stored === null ? null : form.parse(stored.body);
    const next = change(current);
    if (next === null) return current;
    const body = form.print(next);
    const outcome =
      stored === null
        ? await createText(ports.store, key, body)
        : await replaceText(ports.store, key, body, stored.etag);
    if (outcome.kind === "written") return next;
    failure = outcome.kind === "failed" ? outcome.error : null;
    await backOff(ports, attempt, firstWaitMs);
  }
  if (failure !== null) throw failure;
  throw new ContentionError(`${key} was changed by others ${maxTries} times in a row`);
}

async function replaceText(
  store: ObjectStore,
  key: string,
  body: string,
  etag: Etag,
): Promise<ReplaceResult | { readonly kind: "failed"; readonly error: StoreError }> {
  try {
    return await store.replace(key, body, etag);
  } catch (error) {
    const found = await foundAfter(error, store, key, body);
    if (found.kind === "ours") return { kind: "written", etag: found.etag };
    // No other writer has written either. So the store failed, and the same write may be tried again.
    return found.etag === etag ? { kind: "failed", error: found.error } : { kind: "changed" };
  }
}

type Found = { readonly kind: "ours" | "another"; readonly etag: Etag; readonly error: StoreError };

/**
 * What is stored after a write without an answer: our value, or another's.
 * @throws the write's own error when nothing is stored, or when the error is not the store's
 */
async function foundAfter(error: unknown, store: ObjectStore, key: string, body: string): Promise<Found> {
  if (!(error instanceof StoreError)) throw error;
  const stored = await store.get(key);
  if (stored === null) throw error;
  return { kind: stored.body === body ? "ours" : "another", etag: stored.etag, error };
}
