/** A batch on its way to the API: in one body, or as an upload when it is too large for one. */
import { ApiProblem, dataOf, type MusicgenBatch, type Schemas } from "../../../client/client.ts";
import type { BatchTerms, ItemRequest } from "../../../shared/contract/api/batch-request.ts";
import { fitsOneBody, totalsOf } from "./request.ts";

type Batch = Schemas["Batch"];

/** @param key the same key and request again give the same batch, also when an answer was lost */
export async function sendBatch(
  api: MusicgenBatch,
  terms: BatchTerms,
  items: readonly ItemRequest[],
  key: string,
): Promise<Batch> {
  // JSON has no undefined: the types of the schema allow it, and those of the description do not.
  const body = { ...terms, items: [...items] } as Schemas["BatchRequest"];
  const count = totalsOf(items).items;
  if (fitsOneBody(count, JSON.stringify(body))) return submit(api, body, key);
  const lines = new Blob(items.map((item) => `${JSON.stringify(item)}\n`));
  const params = { header: { "Idempotency-Key": `${key}-upload` } };
  const upload = await dataOf(api.POST("/v1/uploads", { params, body: { bytes: lines.size } }));
  await put(upload, lines);
  return submit(api, { ...terms, upload_id: upload.id } as Schemas["UploadedBatchRequest"], key);
}

async function submit(
  api: MusicgenBatch,
  body: Schemas["BatchRequest"] | Schemas["UploadedBatchRequest"],
  key: string,
): Promise<Batch> {
  const params = { header: { "Idempotency-Key": key } };
  const answer = await dataOf(api.POST("/v1/batches", { params, body }));
  // 200 is the answer to a dry run alone.
  return answer as Batch;
}

const preconditionFailed = 412;

/** The signature is part of the address: the key stays here. */
async function put({ url, method, headers }: Schemas["Upload"], body: Blob): Promise<void> {
  const answer = await fetch(url, { method, headers, body });
  // It has been sent before, and its answer was lost.
  if (answer.ok || answer.status === preconditionFailed) return;
  const problem = {
    type: "about:blank" as const,
    title: "The upload was refused",
    status: answer.status,
    code: "internal",
    detail: `the bucket answered ${answer.status}; send the batch again`,
    request_id: "",
    retryable: true,
  };
  throw new ApiProblem(problem, answer);
}
