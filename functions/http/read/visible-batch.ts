/** Finds the batch or item of a path, if the caller may see it. */
import { readBatch } from "../../../shared/batch/progress/batch-files.ts";
import type { BatchRecord } from "../../../shared/contract/records/batch-records.ts";
import { batchIdSchema, itemIdSchema, locateItem, type BatchId } from "../../../shared/contract/ids.ts";
import type { ObjectStore } from "../../../shared/ports.ts";
import type { ApiRequest } from "../api.ts";
import { problem, type ApiResponse } from "../responses.ts";

export type NotFound = { readonly kind: "not_found"; readonly response: ApiResponse };
export type BatchLookup = { readonly kind: "found"; readonly batch: BatchRecord } | NotFound;
export type ItemLookup =
  { readonly kind: "found"; readonly batch: BatchRecord; readonly index: number } | NotFound;

/**
 * The batch that the path names, if the caller may see it. For others it is not found, so they do not learn that it
 * exists.
 */
export async function batchOf(store: ObjectStore, request: ApiRequest): Promise<BatchLookup> {
  const lookup = await batchOrDeletedOf(store, request);
  return lookup.kind === "found" && lookup.batch.deleted_at !== null ? notFound("batch") : lookup;
}

/** As {@link batchOf}, and also when it is deleted: for the repeat of a deletion whose answer was lost. */
export async function batchOrDeletedOf(
  store: ObjectStore,
  { params, caller }: ApiRequest,
): Promise<BatchLookup> {
  const id = batchIdSchema.safeParse(params["id"]);
  const batch = id.success ? await ofCaller(store, id.data, caller) : null;
  return batch === null ? notFound("batch") : { kind: "found", batch };
}

/** The item that the path names, and its batch. */
export async function itemOf(store: ObjectStore, { params, caller }: ApiRequest): Promise<ItemLookup> {
  const id = itemIdSchema.safeParse(params["id"]);
  if (!id.success) return notFound("item");
  const { batchId, index } = locateItem(id.data);
  const batch = await ofCaller(store, batchId, caller);
  const isThere = batch !== null && batch.deleted_at === null && index < batch.total;
  return isThere ? { kind: "found", batch, index } : notFound("item");
}

async function ofCaller(
  store: ObjectStore,
  id: BatchId,
  caller: ApiRequest["caller"],
): Promise<BatchRecord | null> {
  const batch = await readBatch(store, id);
  return batch?.owner === caller.owner || caller.scopes.includes("operate") ? batch : null;
}

export const notFound = (what: string): NotFound => ({
  kind: "not_found",
  response: problem("not_found", `no such ${what}`),
});
