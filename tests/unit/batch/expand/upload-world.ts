import { expandBatch, type ExpandResult } from "../../../../shared/batch/expand/expand.ts";
import { submitBatch } from "../../../../shared/batch/submit/submit.ts";
import { createUpload } from "../../../../shared/batch/uploads/uploads.ts";
import { readBatch } from "../../../../shared/batch/progress/batch-files.ts";
import type { StageConfig } from "../../../../shared/config.ts";
import type { BatchId, UploadId } from "../../../../shared/contract/ids.ts";
import type { BatchRecord } from "../../../../shared/contract/records/batch-records.ts";
import { uploadKeys } from "../../../../shared/contract/records/keys.ts";
import { settings, type World } from "../world.ts";

/** Room for every test's items. */
export const roomy: StageConfig = { ...settings, limits: { ...settings.limits, queued_items: 100_000 } };

/** An item on each line. */
export const linesOf = (count: number): string =>
  Array.from({ length: count }, (_, index) => `${JSON.stringify({ prompt: `prompt ${index}` })}\n`).join("");

/** An upload whose file is there. */
export async function uploaded(at: World, file: string | Uint8Array, owner = "ada"): Promise<UploadId> {
  const bytes = typeof file === "string" ? Buffer.from(file) : file;
  const { id } = await createUpload(at, owner, bytes.length);
  at.store.upload(uploadKeys.file(id), bytes);
  return id;
}

/** A batch whose items lie in a file. @param terms what else its submit says */
export async function submittedUpload(
  at: World,
  file: string | Uint8Array,
  terms: Readonly<Record<string, unknown>> = {},
): Promise<BatchRecord> {
  const body = { ...terms, upload_id: await uploaded(at, file) };
  const result = await submitBatch({ body, owner: "ada", idempotency: null }, at, roomy);
  if (result.kind !== "accepted") throw new Error(`not accepted: ${JSON.stringify(result)}`);
  return result.batch;
}

/** One run of the expand function. */
export const expanded = (
  at: World,
  id: BatchId,
  untilMs = Infinity,
  limits: Partial<StageConfig["limits"]> = {},
): Promise<ExpandResult> =>
  expandBatch(id, at, { ...roomy, limits: { ...roomy.limits, ...limits } }, untilMs);

export async function batchNow(at: World, id: BatchId): Promise<BatchRecord> {
  const batch = await readBatch(at.store, id);
  if (batch === null) throw new Error("expected a batch");
  return batch;
}
