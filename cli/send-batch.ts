/** A batch on its way to the API: in one body, or as an upload when it is too large for one. */
import type { BatchCheckView, BatchView } from "../shared/contract/api/api.ts";
import type { BatchRequest, ItemRequest } from "../shared/contract/api/batch-request.ts";
import { defaultParameters, limits } from "../shared/contract/api/parameters.ts";
import type { ApiClient } from "./connection/api-client.ts";

/** @param idempotencyKey the same key and request again give the same batch, also when a part of it was sent before */
export async function sendBatch(
  client: ApiClient,
  request: BatchRequest,
  idempotencyKey: string,
  signal?: AbortSignal,
): Promise<BatchView> {
  if (fitsOneBody(request)) return client.submitBatch(request, idempotencyKey, signal);
  const { items, ...terms } = request;
  const lines = Buffer.from(items.map((item) => `${JSON.stringify(item)}\n`).join(""));
  const upload = await client.createUpload(lines.byteLength, `${idempotencyKey}-upload`, signal);
  await client.putUpload(upload, lines, signal);
  return client.submitBatch({ ...terms, upload_id: upload.id }, idempotencyKey, signal);
}

export function estimateBatch(
  client: ApiClient,
  request: BatchRequest,
  signal?: AbortSignal,
): Promise<BatchCheckView> {
  if (fitsOneBody(request)) return client.estimate(request, signal);
  const { model, speed, items } = request;
  const totals = totalsOf(items);
  return client.estimate(
    { ...(model !== undefined && { model }), ...(speed !== undefined && { speed }), totals },
    signal,
  );
}

const fitsOneBody = (request: BatchRequest): boolean =>
  totalsOf(request.items).items <= limits.inlineItems &&
  Buffer.byteLength(JSON.stringify(request)) <= limits.bodyBytes;

/** Variations counted one by one. */
function totalsOf(items: readonly ItemRequest[]) {
  const clips = items.map(({ variations = 1, duration_seconds = defaultParameters.duration_seconds }) => ({
    count: variations,
    seconds: duration_seconds,
  }));
  return {
    items: clips.reduce((sum, { count }) => sum + count, 0),
    audio_seconds: clips.reduce((sum, { count, seconds }) => sum + count * seconds, 0),
    longest_seconds: clips.reduce((longest, { seconds }) => Math.max(longest, seconds), 0),
  };
}
