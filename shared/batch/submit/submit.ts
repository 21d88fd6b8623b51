/** Submits a batch from its request body. */
import type { StageConfig } from "../../config.ts";
import type { Fault } from "../../contract/api/problem.ts";
import { checkRequest, checkUploadRequest } from "./check-request.ts";
import type { Idempotency } from "./idempotency.ts";
import { type DraftOr, type SubmitPorts, type TakeResult, takeBatch } from "./take-batch.ts";
import { batchOfUpload, findFile, readUpload, type FileFault, type UploadUsed } from "../uploads/uploads.ts";

export interface Submission {
  /** The parsed JSON, not checked yet. */
  readonly body: unknown;
  readonly owner: string;
  readonly idempotency: Idempotency | null;
}
interface Invalid {
  readonly kind: "invalid";
  readonly faults: readonly Fault[];
}
/** Its upload cannot be submitted. */
export type NoUpload = { readonly kind: "no_upload" } | FileFault;
export type SubmitResult = TakeResult | Invalid | NoUpload;

/** Takes a batch whose items are listed in the request, or lie in an upload. */
export const submitBatch = (
  { body, owner, idempotency }: Submission,
  ports: SubmitPorts,
  settings: StageConfig,
): Promise<SubmitResult> =>
  takeBatch(
    { caller: owner, idempotency },
    () =>
      namesUpload(body)
        ? draftOfUpload(body, owner, ports, settings)
        : Promise.resolve(draftOf(body, owner, settings)),
    ports,
    settings,
  );

export const namesUpload = (body: unknown): boolean =>
  typeof body === "object" && body !== null && "upload_id" in body;

function draftOf(body: unknown, owner: string, settings: StageConfig): DraftOr<Invalid> {
  const checked = checkRequest(body, settings);
  if (checked.kind === "invalid") return { refusal: checked };
  const { request, model, speed, clips, audioSeconds } = checked;
  const contents = { kind: "listed" as const, clips, audioSeconds };
  return { draft: { request, model, speed, contents, owner, retryOf: null } };
}

async function draftOfUpload(
  body: unknown,
  owner: string,
  ports: SubmitPorts,
  settings: StageConfig,
): Promise<DraftOr<Invalid | NoUpload | UploadUsed>> {
  const checked = checkUploadRequest(body, settings);
  if (checked.kind === "invalid") return { refusal: checked };
  const { request, model, speed, uploadId, defaults, reuse } = checked;
  const upload = await readUpload(ports, owner, uploadId);
  if (upload === null) return { refusal: { kind: "no_upload" } };
  const batchId = await batchOfUpload(ports.store, upload);
  if (batchId !== null) return { refusal: { kind: "upload_used", batchId } };
  const file = await findFile(ports.store, upload);
  if (file.kind !== "there") return { refusal: file };
  const contents = { kind: "uploaded" as const, upload, etag: file.etag, defaults, reuse };
  return { draft: { request, model, speed, contents, owner, retryOf: null } };
}
