/** Deletes a batch. */
import { deleteBatch } from "../../../shared/batch/orders/delete-batch.ts";
import type { RecordPorts } from "../../../shared/records/records.ts";
import { problem, type Handler } from "../api.ts";
import { batchOrDeletedOf } from "../read/visible-batch.ts";

/**
 * `DELETE /v1/batches/{id}`. The batch is not found any more; its clips and records are erased within minutes. A repeat
 * is answered as the first was.
 */
export const deleteOne =
  (ports: RecordPorts): Handler<"DELETE /v1/batches/{id}"> =>
  async (request) => {
    const lookup = await batchOrDeletedOf(ports.store, request);
    if (lookup.kind === "not_found") return lookup.response;
    const { batch } = lookup;
    const result = await deleteBatch(batch, ports);
    return result.kind === "open"
      ? problem("conflict", "the batch has not ended; cancel it, and delete it when it has")
      : { status: 202, body: { id: batch.id, deleted_at: result.at } };
  };
