/** Submits a batch from its request body. */
import type { StageConfig } from "../../config.ts";
import type { Fault } from "../../contract/api/problem.ts";
import { webhookFaults } from "../../webhooks/batch-webhook.ts";
import { checkRequest, checkUploadRequest, type CheckedRequest, type CheckedTerms } from "./check-request.ts";
import type { Idempotency } from "./idempotency.ts";
import { faultOfSource, findSources, type Sources } from "./sources.ts";
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
      namesUpload(body) ? draftOfUpload(body, owner, ports, settings) : draftOf(body, owner, ports, settings),
    ports,
    settings,
  );

export const namesUpload = (body: unknown): boolean =>
  typeof body === "object" && body !== null && "upload_id" in body;

async function draftOf(
  body: unknown,
  owner: string,
  ports: SubmitPorts,
  settings: StageConfig,
): Promise<DraftOr<Invalid>> {
  const checked = await checkSubmit(body, owner, ports, settings);
  if (checked.kind === "invalid") return { refusal: checked };
  const { request, model, speed, clips, audioSeconds, sources } = checked;
  const contents = { kind: "listed" as const, clips, audioSeconds, sources };
  return { draft: { request, model, speed, contents, owner, retryOf: null } };
}

/** Checks the body, its webhook, and what its clips continue. */
export async function checkSubmit(
  body: unknown,
  owner: string,
  ports: Pick<SubmitPorts, "store" | "clock" | "random" | "resolve">,
  settings: StageConfig,
): Promise<({ readonly kind: "valid"; readonly sources: Sources } & CheckedRequest) | Invalid> {
  const checked = await withWebhook(checkRequest(body, settings), ports, settings);
  if (checked.kind === "invalid") return checked;
  const { clips, model } = checked;
  const sources = await findSources(ports, clips, { owner, model });
  const faults = new Map(
    clips.flatMap((clip) => {
      const detail = faultOfSource(clip, sources);
      const pointer = `/items/${clip.requestIndex}/continue_from`;
      return detail === null ? [] : [[pointer, { pointer, detail }] as const];
    }),
  );
  return faults.size === 0 ? { ...checked, sources } : { kind: "invalid", faults: [...faults.values()] };
}

async function draftOfUpload(
  body: unknown,
  owner: string,
  ports: SubmitPorts,
  settings: StageConfig,
): Promise<DraftOr<Invalid | NoUpload | UploadUsed>> {
  const checked = await withWebhook(checkUploadRequest(body, settings), ports, settings);
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

/** A check goes on: is the batch's webhook where the stage may send to? */
async function withWebhook<C extends { readonly kind: "valid" } & CheckedTerms>(
  checked: C | Invalid,
  { resolve }: Pick<SubmitPorts, "resolve">,
  settings: StageConfig,
): Promise<C | Invalid> {
  if (checked.kind === "invalid") return checked;
  const faults = await webhookFaults(checked.request.webhook, resolve, settings);
  return faults.length === 0 ? checked : { kind: "invalid", faults };
}
