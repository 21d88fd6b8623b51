/** Submits a batch, or estimates one. */
import { checkTotals } from "../../../shared/batch/submit/check-totals.ts";
import { foresee, totalsOf } from "../../../shared/batch/submit/foresee.ts";
import { checkSubmit, namesUpload, submitBatch } from "../../../shared/batch/submit/submit.ts";
import type { SubmitPorts } from "../../../shared/batch/submit/take-batch.ts";
import type { StageConfig } from "../../../shared/config.ts";
import type { Fault } from "../../../shared/contract/api/problem.ts";
import type { BatchCheckView } from "../../../shared/contract/api/api.ts";
import { counted } from "../../../shared/contract/sentences.ts";
import type { ObjectStore } from "../../../shared/ports.ts";
import { problem, type ApiRequest, type ApiResponse, type Handler } from "../api.ts";
import { readIdempotency } from "../idempotency.ts";
import { listed } from "../responses.ts";
import { takenOrNot } from "./taken.ts";

/** `POST /v1/batches` */
export const postBatch =
  (ports: SubmitPorts, settings: StageConfig): Handler<"POST /v1/batches"> =>
  async (request) => {
    if (request.query.dry_run)
      return namesUpload(request.body) ? noDryRun : estimateOnly(request, ports, settings);
    const read = readIdempotency(request);
    if (read.kind === "refused") return read.response;
    const { idempotency } = read;
    const submission = { body: request.body, owner: request.caller.owner, idempotency };
    const result = await submitBatch(submission, ports, settings);
    return result.kind === "invalid" ? invalid(result.faults) : takenOrNot(result);
  };

const noDryRun = problem(
  "invalid_input",
  "the items of an upload are not read for an estimate; POST /v1/estimates takes their totals",
  [{ pointer: "/upload_id", detail: "cannot be estimated" }],
);

/** `POST /v1/estimates`: a dry run of a submit. The items may be too many for a body: then their totals do. */
export const postEstimate =
  (ports: SubmitPorts, settings: StageConfig): Handler<"POST /v1/estimates"> =>
  (request) =>
    givesTotals(request.body)
      ? estimateTotals(request.body, ports.store, settings)
      : estimateOnly(request, ports, settings);

const givesTotals = (body: unknown): boolean => typeof body === "object" && body !== null && "totals" in body;

async function estimateTotals(
  body: unknown,
  store: ObjectStore,
  settings: StageConfig,
): Promise<ApiResponse> {
  const checked = checkTotals(body, settings);
  if (checked.kind === "invalid") return invalid(checked.faults);
  const { model, speed, totals } = checked;
  const view: BatchCheckView = {
    model: model.id,
    speed,
    items: totals.clips,
    audio_seconds: totals.audioSeconds,
    estimate: await foresee(checked, totals, store, settings),
  };
  return { status: 200, body: view };
}

async function estimateOnly(
  { body, caller }: Pick<ApiRequest, "body" | "caller">,
  ports: SubmitPorts,
  settings: StageConfig,
): Promise<ApiResponse> {
  const checked = await checkSubmit(body, caller.owner, ports, settings);
  if (checked.kind === "invalid") return invalid(checked.faults);
  const { model, speed, clips, audioSeconds, sources } = checked;
  const view: BatchCheckView = {
    model: model.id,
    speed,
    items: clips.length,
    audio_seconds: audioSeconds,
    estimate: await foresee(checked, totalsOf(checked, sources), ports.store, settings),
  };
  return { status: 200, body: view };
}

function invalid(faults: readonly Fault[]): ApiResponse {
  const shown = listed(faults);
  const rest = faults.length > shown.length ? `, the first ${shown.length} of which are listed` : "";
  return problem(
    "invalid_input",
    `the body has ${counted(faults.length, "fault")}${rest}; nothing was queued`,
    shown,
  );
}
