/** Submits a batch from its request body. */
import type { StageConfig } from "../../config.ts";
import type { Fault } from "../../contract/api/problem.ts";
import { checkRequest } from "./check-request.ts";
import type { Idempotency } from "./idempotency.ts";
import { type DraftOr, type SubmitPorts, type TakeResult, takeBatch } from "./take-batch.ts";

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
export type SubmitResult = TakeResult | Invalid;

/** Takes a batch whose items are listed in the request. */
export const submitBatch = (
  { body, owner, idempotency }: Submission,
  ports: SubmitPorts,
  settings: StageConfig,
): Promise<SubmitResult> =>
  takeBatch(
    { caller: owner, idempotency },
    () => Promise.resolve(draftOf(body, owner, settings)),
    ports,
    settings,
  );

function draftOf(body: unknown, owner: string, settings: StageConfig): DraftOr<Invalid> {
  const checked = checkRequest(body, settings);
  return checked.kind === "invalid" ? { refusal: checked } : { draft: { ...checked, owner, retryOf: null } };
}
