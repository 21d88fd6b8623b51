/** A batch on its way to the API: in one body, or as an upload when it is too large for one. */
import type { BatchCheckView, BatchView } from "../shared/contract/api/api.ts";
import type { BatchRequest, UploadedBatchRequest } from "../shared/contract/api/batch-request.ts";
import { defaultParameters, limits } from "../shared/contract/api/parameters.ts";
import type { BatchInput } from "./input/batch-input.ts";
import { linesAt } from "./prompts/places.ts";
import type { ApiClient } from "./connection/api-client.ts";

/** What is submitted: items, or an upload of them. */
export type Submission = BatchRequest | UploadedBatchRequest;

export interface SendOptions {
  readonly signal?: AbortSignal;
  /** Of an upload: how many of its bytes are sent. */
  readonly onSent?: (bytes: number, all: number) => void;
}

export const sendBatch = async (
  client: ApiClient,
  input: BatchInput,
  idempotencyKey: string,
  options: SendOptions = {},
): Promise<BatchView> =>
  client.submitBatch(await uploaded(client, input, idempotencyKey, options), idempotencyKey, options.signal);

/** Uploads the items of a request that is too large for one body. @returns what to submit */
export async function uploaded(
  client: ApiClient,
  { request, places }: BatchInput,
  idempotencyKey: string,
  { signal, onSent }: SendOptions = {},
): Promise<Submission> {
  if (fitsOneBody(request)) return request;
  const { items, ...terms } = request;
  const lines = Buffer.from(linesAt(items, places));
  const upload = await client.createUpload(lines.byteLength, `${idempotencyKey}-upload`, signal);
  await client.putUpload(upload, lines, {
    signal,
    onSent: (bytes) => onSent?.(bytes, lines.byteLength),
  });
  return { ...terms, upload_id: upload.id };
}

export function estimateBatch(
  client: ApiClient,
  request: BatchRequest,
  signal?: AbortSignal,
): Promise<BatchCheckView> {
  if (fitsOneBody(request)) return client.estimate(request, signal);
  const { model, speed } = request;
  const totals = totalsOf(request);
  return client.estimate(
    { ...(model !== undefined && { model }), ...(speed !== undefined && { speed }), totals },
    signal,
  );
}

const fitsOneBody = (request: BatchRequest): boolean =>
  totalsOf(request).items <= limits.inlineItems &&
  Buffer.byteLength(JSON.stringify(request)) <= limits.bodyBytes;

/** Variations counted one by one. */
function totalsOf({ items, defaults }: BatchRequest) {
  const usual = defaults?.duration_seconds ?? defaultParameters.duration_seconds;
  const clips = items.map(({ variations = 1, duration_seconds = usual }) => ({
    count: variations,
    seconds: duration_seconds,
  }));
  return {
    items: clips.reduce((sum, { count }) => sum + count, 0),
    audio_seconds: clips.reduce((sum, { count, seconds }) => sum + count * seconds, 0),
    longest_seconds: clips.reduce((longest, { seconds }) => Math.max(longest, seconds), 0),
  };
}
